"""Adaptive Cards 1.5 as a table: every type of element, action and part, its keys, and what each may hold.

Read from adaptivecards.io's published schema of 1.5, plus what Teams adds at the root
(msteams-docs, cards-format.md and cards-reference.md).
"""

from dataclasses import dataclass
from typing import Literal

Plain = Literal["text", "flag", "number", "count", "object", "data", "picture", "link", "file", "size", "width"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these words, in any case."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class One:
    """One part of these types; ``named``: its "type" must be told."""

    types: tuple[str, ...]
    named: bool = True


@dataclass(frozen=True, slots=True)
class Many:
    """A list of parts of these types, at least one."""

    types: tuple[str, ...]
    named: bool = True


@dataclass(frozen=True, slots=True)
class Fallback:
    """A part of these types, or "drop"."""

    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Buttons:
    """Actions shown as buttons: each with a title, not too many."""


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of texts; at most so many."""

    most: int


Kind = Plain | Choice | One | Many | Fallback | Buttons | Texts
Keys = dict[str, Kind]


@dataclass(frozen=True, slots=True)
class Rule:
    """A type: its keys, those that must be there, and the version of Adaptive Cards that brought it."""

    keys: Keys
    required: tuple[str, ...] = ()
    since: tuple[int, int] = (1, 0)


INPUTS = ("Input.Text", "Input.Number", "Input.Date", "Input.Time", "Input.Toggle", "Input.ChoiceSet")
ELEMENTS = (
    "TextBlock", "RichTextBlock", "Image", "ImageSet", "Media", "FactSet", "Container", "ColumnSet", "ActionSet",
    "Table", *INPUTS,
)  # fmt: skip
PRESSES = ("Action.Execute", "Action.Submit", "Action.OpenUrl", "Action.ToggleVisibility")
ACTIONS = (*PRESSES, "Action.ShowCard")

_SPACING = Choice(("default", "none", "small", "medium", "large", "extraLarge", "padding"))
_LEVEL = Choice(("left", "center", "right"))
_UPRIGHT = Choice(("top", "center", "bottom"))
_STYLE = Choice(("default", "emphasis", "good", "attention", "warning", "accent"))
_BLOCK: Keys = {
    "type": "text", "id": "text", "isVisible": "flag", "requires": "object", "separator": "flag", "spacing": _SPACING,
    "fallback": Fallback(ELEMENTS), "height": Choice(("auto", "stretch")),
}  # fmt: skip
_INPUT: Keys = {**_BLOCK, "label": "text", "isRequired": "flag", "errorMessage": "text"}
_BOX: Keys = {
    "style": _STYLE, "bleed": "flag", "minHeight": "size", "rtl": "flag", "verticalContentAlignment": _UPRIGHT,
    "backgroundImage": One(("BackgroundImage",), named=False), "selectAction": One(PRESSES),
}  # fmt: skip
_ACTION: Keys = {
    "type": "text", "id": "text", "title": "text", "iconUrl": "picture", "requires": "object", "tooltip": "text",
    "style": Choice(("default", "positive", "destructive")), "mode": Choice(("primary", "secondary")),
    "isEnabled": "flag", "fallback": Fallback(ACTIONS),
}  # fmt: skip
_SENT: Keys = {"data": "data", "associatedInputs": Choice(("auto", "none"))}
_WORDS: Keys = {
    "text": "text", "isSubtle": "flag", "fontType": Choice(("default", "monospace")),
    "color": Choice(("default", "dark", "light", "accent", "good", "warning", "attention")),
    "size": Choice(("default", "small", "medium", "large", "extraLarge")),
    "weight": Choice(("default", "lighter", "bolder")),
}  # fmt: skip
_PICTURE_SIZE = Choice(("auto", "stretch", "small", "medium", "large"))
_CELLS: Keys = {"horizontalCellContentAlignment": _LEVEL, "verticalCellContentAlignment": _UPRIGHT}
_INNER: Keys = {
    "type": "text", "$schema": "text", "version": "text", "body": Many(ELEMENTS), "actions": Buttons(),
    "fallbackText": "text", "speak": "text", "lang": "text", "rtl": "flag", "minHeight": "size",
    "verticalContentAlignment": _UPRIGHT, "selectAction": One(PRESSES),
    "backgroundImage": One(("BackgroundImage",), named=False),
}  # fmt: skip

RULES: dict[str, Rule] = {
    "AdaptiveCard": Rule(
        {
            **_INNER,
            "msteams": One(("msteams",), named=False),
            "refresh": One(("Refresh",), named=False),
            "authentication": "object",
        },
        ("version", "body"),
    ),
    "shown card": Rule(_INNER),
    "msteams": Rule(
        {"width": Choice(("full",)), "allowExpand": "flag", "entities": Many(("mention",))},
    ),
    "mention": Rule(
        {"type": "text", "text": "text", "mentioned": One(("mentioned",), named=False)}, ("text", "mentioned")
    ),
    "mentioned": Rule({"id": "text", "name": "text"}, ("id", "name")),
    "Refresh": Rule({"type": "text", "action": One(("Action.Execute",)), "userIds": Texts(60)}, ("action",), (1, 4)),
    "BackgroundImage": Rule(
        {
            "type": "text",
            "url": "picture",
            "fillMode": Choice(("cover", "repeatHorizontally", "repeatVertically", "repeat")),
            "horizontalAlignment": _LEVEL,
            "verticalAlignment": _UPRIGHT,
        },
        ("url",),
    ),
    "TextBlock": Rule(
        {
            **_BLOCK,
            **_WORDS,
            "wrap": "flag",
            "maxLines": "count",
            "horizontalAlignment": _LEVEL,
            "style": Choice(("default", "heading")),
        },
        ("text",),
    ),
    "RichTextBlock": Rule(
        {**_BLOCK, "inlines": Many(("TextRun",)), "horizontalAlignment": _LEVEL}, ("inlines",), (1, 2)
    ),
    "TextRun": Rule(
        {
            **_WORDS,
            "type": "text",
            "highlight": "flag",
            "italic": "flag",
            "strikethrough": "flag",
            "underline": "flag",
            "selectAction": One(PRESSES),
        },
        ("text",),
        (1, 2),
    ),
    "Image": Rule(
        {
            **_BLOCK,
            "url": "picture",
            "altText": "text",
            "backgroundColor": "text",
            "height": "size",
            "width": "size",
            "horizontalAlignment": _LEVEL,
            "size": _PICTURE_SIZE,
            "style": Choice(("default", "person")),
            "selectAction": One(PRESSES),
        },
        ("url",),
    ),
    "ImageSet": Rule({**_BLOCK, "images": Many(("Image",)), "imageSize": _PICTURE_SIZE}, ("images",)),
    "Media": Rule(
        {**_BLOCK, "sources": Many(("MediaSource",), named=False), "poster": "picture", "altText": "text"},
        ("sources",),
        (1, 1),
    ),
    "MediaSource": Rule({"type": "text", "mimeType": "text", "url": "file"}, ("mimeType", "url")),
    "FactSet": Rule({**_BLOCK, "facts": Many(("Fact",), named=False)}, ("facts",)),
    "Fact": Rule({"type": "text", "title": "text", "value": "text"}, ("title", "value")),
    "Container": Rule({**_BLOCK, **_BOX, "items": Many(ELEMENTS)}, ("items",)),
    "ColumnSet": Rule(
        {
            **_BLOCK,
            "columns": Many(("Column",), named=False),
            "style": _STYLE,
            "bleed": "flag",
            "minHeight": "size",
            "horizontalAlignment": _LEVEL,
            "selectAction": One(PRESSES),
        },
        ("columns",),
    ),
    "Column": Rule({**_BLOCK, **_BOX, "items": Many(ELEMENTS), "width": "width", "fallback": Fallback(("Column",))}),
    "ActionSet": Rule({**_BLOCK, "actions": Buttons()}, ("actions",), (1, 2)),
    "Table": Rule(
        {
            **_BLOCK,
            **_CELLS,
            "columns": Many(("TableColumnDefinition",), named=False),
            "rows": Many(("TableRow",), named=False),
            "firstRowAsHeader": "flag",
            "showGridLines": "flag",
            "gridStyle": _STYLE,
        },
        ("columns", "rows"),
        (1, 5),
    ),
    "TableColumnDefinition": Rule({**_CELLS, "type": "text", "width": "width"}),
    "TableRow": Rule(
        {**_CELLS, "type": "text", "style": _STYLE, "cells": Many(("TableCell",), named=False)}, ("cells",)
    ),
    "TableCell": Rule({**_BOX, "type": "text", "items": Many(ELEMENTS)}, ("items",)),
    "Input.Text": Rule(
        {
            **_INPUT,
            "isMultiline": "flag",
            "maxLength": "count",
            "placeholder": "text",
            "regex": "text",
            "value": "text",
            "style": Choice(("text", "tel", "url", "email", "password")),
            "inlineAction": One(PRESSES),
        },
        ("id",),
    ),
    "Input.Number": Rule(
        {**_INPUT, "min": "number", "max": "number", "placeholder": "text", "value": "number"}, ("id",)
    ),
    "Input.Date": Rule({**_INPUT, "min": "text", "max": "text", "placeholder": "text", "value": "text"}, ("id",)),
    "Input.Time": Rule({**_INPUT, "min": "text", "max": "text", "placeholder": "text", "value": "text"}, ("id",)),
    "Input.Toggle": Rule(
        {**_INPUT, "title": "text", "value": "text", "valueOn": "text", "valueOff": "text", "wrap": "flag"},
        ("id", "title"),
    ),
    "Input.ChoiceSet": Rule(
        {
            **_INPUT,
            "choices": Many(("Input.Choice",), named=False),
            "isMultiSelect": "flag",
            "placeholder": "text",
            "style": Choice(("compact", "expanded", "filtered")),
            "value": "text",
            "wrap": "flag",
        },
        ("id", "choices"),
    ),
    "Input.Choice": Rule({"type": "text", "title": "text", "value": "text"}, ("title", "value")),
    "Action.Execute": Rule({**_ACTION, **_SENT, "verb": "text"}, ("verb",), (1, 4)),
    "Action.Submit": Rule({**_ACTION, **_SENT}),
    "Action.OpenUrl": Rule({**_ACTION, "url": "link"}, ("url",)),
    "Action.ToggleVisibility": Rule(
        {**_ACTION, "targetElements": Many(("TargetElement",), named=False)}, ("targetElements",), (1, 2)
    ),
    "TargetElement": Rule({"type": "text", "elementId": "text", "isVisible": "flag"}, ("elementId",)),
    "Action.ShowCard": Rule({**_ACTION, "card": One(("shown card",))}, ("card",)),
}
