"""The rules of Block Kit's blocks: what a message or a modal may hold. Raises ``Refused`` as Slack does."""

from collections.abc import Iterator
from typing import Any, Literal

from bot.playground.slack_stand_in.checks import (
    Check,
    Problems,
    also,
    anything,
    boolean,
    by_type,
    items,
    one_of,
    record,
    string,
    wrong,
)
from bot.playground.slack_stand_in.composition import plain, text
from bot.playground.slack_stand_in.elements import ACCESSORIES, ACTIONS, ELEMENTS, INPUTS, URL
from bot.playground.slack_stand_in.records import Json, Refused
from bot.playground.slack_stand_in.rich_text import RICH_TEXT_ELEMENTS

Surface = Literal["message", "modal"]
MOST = {"message": 50, "modal": 100}
# Slack names no figure for msg_blocks_too_long; these were observed (slackapi/bolt-js#2509).
MOST_CHARACTERS, CHARACTERS_PER_BLOCK = 13_297, 125
_BLOCK_ID: dict[str, Check] = {"block_id": string(255)}
_CELL = by_type(
    {
        "raw_text": record({"text": string(3000)}),
        "raw_number": record({"value": anything}, {"text": string(3000)}),
        "rich_text": record({"elements": RICH_TEXT_ELEMENTS}),
    }
)


def _section(block: dict[str, Any]) -> str | None:
    return None if "text" in block or "fields" in block else "must have text or fields"


def _image(block: dict[str, Any]) -> str | None:
    return None if ("image_url" in block) != ("slack_file" in block) else "must have image_url or slack_file"


_IN_CONTEXT: dict[str, Check] = {"image": ELEMENTS["image"], "plain_text": text(3000), "mrkdwn": text(3000)}
_EVERYWHERE: dict[str, Check] = {
    "section": also(
        record(
            {},
            {
                **_BLOCK_ID,
                "text": text(3000),
                "fields": items(text(2000), 10),
                "accessory": by_type(ELEMENTS, ACCESSORIES),
                "expand": boolean,
            },
        ),
        _section,
    ),
    "divider": record({}, _BLOCK_ID),
    "header": record({"text": plain(150)}, _BLOCK_ID),
    "image": also(
        record(
            {"alt_text": string(2000)},
            {
                **_BLOCK_ID,
                "image_url": URL,
                "slack_file": record({}, {"id": string(30), "url": URL}),
                "title": plain(2000),
            },
        ),
        _image,
    ),
    "context": record({"elements": items(by_type(_IN_CONTEXT), 10)}, _BLOCK_ID),
    "actions": record({"elements": items(by_type(ELEMENTS, ACTIONS), 25)}, _BLOCK_ID),
    "rich_text": record({"elements": RICH_TEXT_ELEMENTS}, _BLOCK_ID),
}


def _input(surface: Surface) -> Check:
    return record(
        {"label": plain(2000), "element": by_type(ELEMENTS, INPUTS[surface])},
        {**_BLOCK_ID, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    )


_BLOCKS: dict[Surface, Check] = {
    "message": by_type(
        {
            **_EVERYWHERE,
            "input": _input("message"),
            "markdown": record({"text": string(12_000)}, _BLOCK_ID),
            "table": record(
                {"rows": items(items(_CELL, 20), 100)},
                {**_BLOCK_ID, "column_settings": anything},
            ),
        }
    ),
    "modal": by_type(
        {
            **_EVERYWHERE,
            "input": _input("modal"),
            "alert": record(
                {"text": text(200)}, {**_BLOCK_ID, "level": one_of("default", "info", "warning", "error", "success")}
            ),
        }
    ),
}


def interactive(block: Json) -> Iterator[Json]:
    """The elements of a block that can be acted on or filled in."""
    found = [block.get("element"), block.get("accessory"), *(block.get("elements") or [])]
    for element in found:
        if isinstance(element, dict) and element.get("type") in ELEMENTS and element["type"] != "image":
            yield element


def _unique(blocks: list[Any], path: str, problems: Problems) -> None:
    block_ids: set[Any] = set()
    action_ids: set[Any] = set()
    focused = 0
    for index, block in enumerate(blocks):
        if not isinstance(block, dict):
            continue
        if (block_id := block.get("block_id")) is not None:
            if block_id in block_ids:
                wrong(problems, f"{path}/{index}", f"`block_id` {block_id} already exists for another block")
            block_ids.add(block_id)
        for element in interactive(block):
            if (action_id := element.get("action_id")) is not None:
                if action_id in action_ids:
                    wrong(problems, f"{path}/{index}", f"`action_id` {action_id} already exists for another element")
                action_ids.add(action_id)
            focused += element.get("focus_on_load") is True
    if focused > 1:
        wrong(problems, path, "only one element can have focus_on_load")


def problems_of(blocks: Any, surface: Surface, path: str = "/blocks") -> Problems:
    """All that is wrong with the blocks of a message or modal, in Slack's wording; empty if nothing is."""
    problems: Problems = []
    items(_BLOCKS[surface], MOST[surface], least=0)(blocks, path, problems)
    if not isinstance(blocks, list):
        return problems
    _unique(blocks, path, problems)
    kinds = [block for block in blocks if isinstance(block, dict)]
    if sum(block.get("type") == "table" for block in kinds) > 1:
        wrong(problems, path, "only_one_table_allowed")
    if sum(len(str(block.get("text", ""))) for block in kinds if block.get("type") == "markdown") > 12_000:
        wrong(problems, path, "markdown blocks must have less than 12001 characters in total")
    return problems


def _characters(value: Any) -> int:
    if isinstance(value, dict):
        here = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return here + sum(_characters(part) for part in value.values())
    return sum(_characters(part) for part in value) if isinstance(value, list) else 0


def check_message_blocks(blocks: Any) -> list[Json]:
    """The blocks of a message, or ``Refused``: invalid_blocks_format, invalid_blocks, msg_blocks_too_long."""
    if blocks is None:
        return []
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    if problems := problems_of(blocks, "message"):
        raise Refused("invalid_blocks", errors=problems, response_metadata={"messages": problems})
    if _characters(blocks) + CHARACTERS_PER_BLOCK * (len(blocks) - 1) > MOST_CHARACTERS:
        raise Refused("msg_blocks_too_long")
    return with_ids(blocks)


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy whose blocks and elements all have ids, as Slack fills in what the app left out."""
    filled = []
    for index, block in enumerate(blocks):
        whole: Json = {**block, "block_id": block.get("block_id", f"auto{index}")}
        for key in ("element", "accessory"):
            if isinstance(whole.get(key), dict):
                whole[key] = _with_action_id(whole[key], f"auto{index}")
        if whole["type"] == "actions":
            whole["elements"] = [_with_action_id(e, f"auto{index}.{i}") for i, e in enumerate(whole["elements"])]
        filled.append(whole)
    return filled


def _with_action_id(element: Json, action_id: str) -> Json:
    return element if element["type"] == "image" or "action_id" in element else {**element, "action_id": action_id}
