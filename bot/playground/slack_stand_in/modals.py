"""The rules of modals as a whole. Raises ``Refused`` as Slack does."""

import json
from typing import Any

from bot.playground.slack_stand_in.blocks import problems_of, with_ids
from bot.playground.slack_stand_in.checks import Problems, anything, boolean, one_of, record, string, wrong
from bot.playground.slack_stand_in.composition import plain
from bot.playground.slack_stand_in.records import Json, Refused

_MODAL = record(
    {"type": one_of("modal"), "title": plain(24), "blocks": anything},
    {
        "submit": plain(24),
        "close": plain(24),
        "private_metadata": string(3000, 0),
        "callback_id": string(255, 0),
        "external_id": string(255, 0),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
    },
)
MOST_BYTES = 250_000


def modal_problems(view: Any) -> Problems:
    """All that is wrong with a modal, in Slack's wording; empty if nothing is."""
    problems: Problems = []
    _MODAL(view, "/view", problems)
    if not isinstance(view, dict) or "blocks" not in view:
        return problems
    problems += problems_of(view["blocks"], "modal", "/view/blocks")
    blocks = view["blocks"] if isinstance(view["blocks"], list) else []
    if "submit" not in view and any(isinstance(block, dict) and block.get("type") == "input" for block in blocks):
        wrong(problems, "/view", "`submit` is required when an `input` block is within the `blocks` array")
    return problems


def check_modal(view: Any) -> Json:
    """The content of a modal with every id filled in, or ``Refused``: invalid_arguments, view_too_large."""
    if problems := modal_problems(view):
        raise Refused("invalid_arguments", response_metadata={"messages": problems})
    if len(json.dumps(view).encode()) > MOST_BYTES:
        raise Refused("view_too_large")
    return {**view, "blocks": with_ids(view["blocks"])}
