"""A check of what Slack would refuse in a message or a view; its numbers' sources are named in ``limits``."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from adapters.slack.elements import units
from adapters.slack.limits import (
    BUTTON_TEXT,
    BUTTON_VALUE,
    HEADER,
    INPUT_VALUE,
    LABEL,
    OPTION_TEXT,
    PLACEHOLDER,
    RICH_TEXT,
    SECTION,
    TEXT,
    URL,
    VIEW_TITLE,
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
# For msg_blocks_too_long Slack names no figures; these were observed (github.com/slackapi/bolt-js/issues/2509).
MESSAGE_CHARACTERS = 13_297
CHARACTERS_PER_BLOCK = 125
SECTION_FIELDS = 10
FIELD = 2_000
CONTEXT_ELEMENTS = 10
ACTIONS = 25
ID = 255  # block_id, action_id, callback_id
OPTION_VALUE = 150
OPTIONS = 100
PRIVATE_METADATA = 3_000

_UNSENDABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")

Found = Iterator[str]
Part = Mapping[str, Any]


def violations(payload: Part) -> list[str]:
    """What Slack would refuse in a message (``text`` and ``blocks``) or in a view (``type``: ``modal``)."""
    if payload.get("type") == "modal":
        return [*_view(payload), *_blocks(payload["blocks"], VIEW_BLOCKS, "modal")]
    blocks = payload["blocks"]
    return [*_length("text", payload.get("text"), TEXT), *_blocks(blocks, MESSAGE_BLOCKS, "message"), *_total(blocks)]


def _view(view: Part) -> Found:
    for name in ("title", "submit", "close"):
        if name in view:
            yield from _plain(name, view[name], VIEW_TITLE)
    yield from _length("callback_id", view.get("callback_id"), ID)
    if units(view.get("private_metadata", "")) > PRIVATE_METADATA:
        yield "private_metadata is too long"
    if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        yield "inputs need a submit button"


def _total(blocks: list[Part]) -> Found:
    texts = [part["text"] for part in parts(blocks) if isinstance(part.get("text"), str)]
    total = sum(map(units, texts)) + CHARACTERS_PER_BLOCK * (len(blocks) - 1)
    if total > MESSAGE_CHARACTERS:
        yield f"the blocks are too long together: {total}"


def _blocks(blocks: list[Part], most: int, surface: str) -> Found:
    if not 1 <= len(blocks) <= most:
        yield f"{len(blocks)} blocks"
    for name in ("block_id", "action_id"):
        ids = [part[name] for part in parts(blocks) if name in part]
        if len(set(ids)) < len(ids):
            yield f"a {name} is there twice"
        for given in ids:
            yield from _length(name, given, ID)
    for block in blocks:
        check = _BLOCKS.get(block["type"])
        if check is None:
            yield f"unknown block {block['type']} in a {surface}"
        else:
            yield from check(block)


def parts(value: object) -> Iterator[Part]:
    """Every object inside a payload, at whatever depth."""
    if isinstance(value, Mapping):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from parts(inner)


def _length(name: str, text: object, most: int) -> Found:
    if not isinstance(text, str) or not text.strip():
        yield f"{name} is empty"
    elif units(text) > most:
        yield f"{name} is too long: {units(text)} of {most}"
    elif _UNSENDABLE.search(text):
        yield f"{name} holds what Slack can't take"


def _plain(name: str, text: Part, most: int) -> Found:
    if text.get("type") != "plain_text":
        yield f"{name} is not plain_text"
    yield from _length(name, text.get("text"), most)


def _text(name: str, text: Part, most: int) -> Found:
    if text.get("type") not in {"plain_text", "mrkdwn"}:
        yield f"{name} is no text object"
    yield from _length(name, text.get("text"), most)


def _header(block: Part) -> Found:
    yield from _plain("header", block["text"], HEADER)


def _section(block: Part) -> Found:
    fields = block.get("fields", [])
    if "text" not in block and not fields:
        yield "a section without text"
    if "text" in block:
        yield from _text("section", block["text"], SECTION)
    if len(fields) > SECTION_FIELDS:
        yield f"{len(fields)} fields"
    for field in fields:
        yield from _text("field", field, FIELD)
    if "accessory" in block:
        yield from _element(block["accessory"])


def _context(block: Part) -> Found:
    if not 1 <= len(block["elements"]) <= CONTEXT_ELEMENTS:
        yield f"{len(block['elements'])} elements in a context"
    for element in block["elements"]:
        yield from _text("context", element, SECTION)


def _actions(block: Part) -> Found:
    if not 1 <= len(block["elements"]) <= ACTIONS:
        yield f"{len(block['elements'])} actions"
    for element in block["elements"]:
        yield from _element(element)


def _input(block: Part) -> Found:
    yield from _plain("label", block["label"], LABEL)
    if "hint" in block:
        yield from _plain("hint", block["hint"], LABEL)
    yield from _element(block["element"])


def _rich_text(block: Part) -> Found:
    leaves = [part for part in parts(block["elements"]) if part.get("type") in {"text", "emoji"}]
    if not leaves:
        yield "an empty rich_text"
    total = 0
    for leaf in leaves:
        yield from _length(leaf["type"], leaf.get("text", leaf.get("name")), RICH_TEXT)
        total += units(leaf.get("text", ""))
    # A label before the text is ours and short.
    if total > RICH_TEXT + 200:
        yield f"rich_text is too long: {total}"


def _element(element: Part) -> Found:
    yield from _length("action_id", element.get("action_id"), ID)
    if "placeholder" in element:
        yield from _plain("placeholder", element["placeholder"], PLACEHOLDER)
    match element["type"]:
        case "button":
            yield from _button(element)
        case "plain_text_input":
            if units(element.get("initial_value", "")) > min(INPUT_VALUE, element.get("max_length", INPUT_VALUE)):
                yield "initial_value is too long"
        case "static_select":
            yield from _select(element)
        case "users_select":
            if element.get("initial_user") == "":
                yield "initial_user is empty"
        case other:
            yield f"unknown element {other}"


def _button(button: Part) -> Found:
    yield from _plain("button", button["text"], BUTTON_TEXT)
    if "value" in button:
        yield from _length("value", button["value"], BUTTON_VALUE)
    if "url" in button:
        yield from _length("url", button["url"], URL)
    if button.get("style", "primary") not in {"primary", "danger"}:
        yield f"unknown style {button['style']}"


def _select(select: Part) -> Found:
    options = select["options"]
    if not 1 <= len(options) <= OPTIONS:
        yield f"{len(options)} options"
    if "initial_option" in select and select["initial_option"] not in options:
        yield "initial_option is none of the options"
    for option in options:
        yield from _plain("option", option["text"], OPTION_TEXT)
        yield from _length("option value", option["value"], OPTION_VALUE)


_BLOCKS: Mapping[str, Callable[[Part], Found]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "rich_text": _rich_text,
    "divider": lambda _: iter(()),
}
