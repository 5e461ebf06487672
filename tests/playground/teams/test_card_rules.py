"""Each rule of Adaptive Cards, broken once."""

import json
from pathlib import Path

import pytest

from bot.playground.teams_stand_in import problems_of

from .conftest import block, card, execute

GOLDEN = sorted((Path(__file__).parents[2] / "cards" / "teams").glob("*.json"))
SUBMIT = {"type": "Action.Submit", "title": "Pick Up", "data": {"verb": "claim"}}
NOTE = {"type": "Input.Text", "id": "note", "label": "Note", "maxLength": 100}


def box(**more):
    return {"type": "Container", "items": [block()], **more}


def choices(**more):
    return {"type": "Input.ChoiceSet", "id": "c", "choices": [{"title": "A", "value": "a"}], **more}


RIGHT = {
    "texts": card(body=[block(wrap=True, weight="Bolder"), {"type": "RichTextBlock", "inlines": ["plain"]}]),
    "buttons": card(execute(fallback=SUBMIT), execute("v2", fallback="drop"), SUBMIT),
    "a card behind a button": card(
        {"type": "Action.ShowCard", "title": "More", "card": card(execute(), body=[NOTE])}, msteams={"width": "Full"}
    ),
    "boxes": card(
        body=[
            box(style="good", bleed=True, selectAction=SUBMIT),
            {"type": "ColumnSet", "columns": [{"type": "Column", "width": "auto", "items": [block()]}]},
            {"type": "FactSet", "facts": [{"title": "a", "value": "b"}]},
            {"type": "Image", "url": "https://acme.example/a.png", "altText": "A", "height": "20px"},
            {"type": "Table", "columns": [{"width": 1}], "rows": [{"cells": [{"items": [block()]}]}]},
            choices(value="a"),
        ]
    ),
    "a mention": card(
        msteams={"entities": [{"type": "mention", "text": "<at>D</at>", "mentioned": {"id": "29:1", "name": "D"}}]}
    ),
    "seven buttons, one of them secondary": card(*[execute(f"v{n}") for n in range(6)], execute(mode="secondary")),
}

WRONG = {
    "not an object": ([], "must be an object"),
    "another type": ({**card(), "type": "Card"}, "unknown here"),
    "no version": ({"type": "AdaptiveCard", "body": [block()]}, "must have this"),
    "version 1.6": (card(version="1.6"), "up to 1.5"),
    "a version that is a number": (card(version=1.5), "must be a text"),
    "a version in words": (card(version="newest"), 'like "1.5"'),
    "a button newer than the card": (card(execute(), version="1.3"), "came with version 1.4"),
    "no body": ({"type": "AdaptiveCard", "version": "1.5"}, "must have this"),
    "an empty body": ({**card(), "body": []}, "not empty"),
    "an unknown key at the root": (card(style="good"), "no such key"),
    "an unknown key of msteams": (card(msteams={"wide": True}), "no such key"),
    "an unknown width": (card(msteams={"width": "half"}), "one of full"),
    "a mention without whom": (card(msteams={"entities": [{"type": "mention", "text": "x"}]}), "must have this"),
    "an unknown element": (card(body=[{"type": "Badge", "text": "x"}]), "unknown here"),
    "an element without a type": (card(body=[{"text": "x"}]), "unknown here"),
    "an unknown key": (card(body=[block(colour="good")]), "no such key"),
    "an unknown word": (card(body=[block(color="green")]), "one of"),
    "a text that is a number": (card(body=[block(7)]), "must be a text"),
    "an empty text": (card(body=[block("")]), "must have this"),
    "null": (card(body=[block(wrap=None)]), "true or false"),
    "a flag in words": (card(body=[block(wrap="true")]), "true or false"),
    "no lines": (card(body=[block(maxLines=0)]), "above 0"),
    "a box that is empty": (card(body=[box(items=[])]), "not empty"),
    "a fact without a value": (card(body=[{"type": "FactSet", "facts": [{"title": "a"}]}]), "must have this"),
    "a picture over http": (card(body=[{"type": "Image", "url": "http://a.example/a.png"}]), "https, data"),
    "an icon over http": (card(execute(iconUrl="http://a.example/a.png")), "https, data"),
    "a background over http": (card(backgroundImage="http://a.example/a.png"), "https, data"),
    "a height without px": (card(body=[box(minHeight="20")]), "80px"),
    "a width in words": (card(body=[{"type": "ColumnSet", "columns": [{"width": "wide"}]}]), "80px"),
    "a link that runs": (card({"type": "Action.OpenUrl", "title": "x", "url": "javascript:alert(1)"}), "start with"),
    "a button without a verb": (card({"type": "Action.Execute", "title": "x"}), "must have this"),
    "a button without a title": (card({"type": "Action.Execute", "verb": "x"}), "a button must have this"),
    "an unknown action": (card({"type": "Action.Http", "title": "x"}), "unknown here"),
    "an unknown style": (card(execute(style="danger")), "one of"),
    "data that is a list": (card(execute(data=[1])), "object or a text"),
    "seven buttons": (card(*[execute(f"v{n}") for n in range(7)]), "7 primary actions"),
    "a fallback in words": (card(execute(fallback="hide")), '"drop"'),
    "a fallback that is an element": (card(execute(fallback={**block(), "title": "x"})), "unknown here"),
    "a fallback without a title": (card(execute(fallback={"type": "Action.Submit"})), "a button must have this"),
    "a card that opens by a tap": (card(body=[box(selectAction={"type": "Action.ShowCard"})]), "unknown here"),
    "a button that opens nothing": (card({"type": "Action.ShowCard", "title": "x"}), "must have this"),
    "a refresh on an inner card": (
        card({"type": "Action.ShowCard", "title": "x", "card": card(refresh={"action": execute()})}),
        "no such key",
    ),
    "a refresh for 61": (card(refresh={"action": execute(), "userIds": ["29:1"] * 61}), "at most 60"),
    "an input without an id": (card(body=[{"type": "Input.Text"}]), "must have this"),
    "the same id twice": (card(body=[NOTE, NOTE]), "used twice"),
    "the same id on an inner card": (
        card({"type": "Action.ShowCard", "title": "x", "card": card(body=[NOTE])}, body=[NOTE]),
        "used twice",
    ),
    "a length of nothing": (card(body=[{**NOTE, "maxLength": 0}]), "above 0"),
    "no choices": (card(body=[{"type": "Input.ChoiceSet", "id": "c"}]), "must have this"),
    "a value that is no choice": (card(body=[choices(value="b")]), "none of the choices"),
    "a bound that is a text": (card(body=[{"type": "Input.Number", "id": "n", "min": "1"}]), "must be a number"),
    "requires that is a text": (card(body=[block(requires="x")]), "must be an object"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_card_has_no_problems(name):
    assert problems_of(RIGHT[name]) == []


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_card_is_told_what_is_wrong(name):
    content, reason = WRONG[name]
    problems = problems_of(content)
    assert len(problems) == 1, problems
    assert reason in problems[0]


@pytest.mark.parametrize("path", GOLDEN, ids=[path.stem for path in GOLDEN])
def test_the_golden_cards_are_right(path):
    assert problems_of(json.loads(path.read_text())) == []
