"""The context card and the letter as Slack messages: pure, one value in, one payload out."""

import json
from datetime import datetime
from typing import Any

from adapters.slack import limits
from adapters.slack.elements import Block, context, fallback, fit, labelled, line, paragraph, plain, rich, words
from core import wording
from core.context_card import Button, ContextCard, Fact, Letter
from core.handoff import Status

ACTION = "baton."
LINK = "baton.link"

# How much of each part a card shows, in UTF-16 units. Together they stay well inside what a message may hold; core's
# own limits (300 characters of problem, 100 of customer, 2,000 of note) fit whole unless they are all emoji.
_STANDING, _PROBLEM, _FACTS, _NOTE, _RECORDED, _NOTICE = 500, 600, 1_200, 2_000, 300, 500
_TRIED = limits.RICH_TEXT

_MARK = {Status.OPEN: "hourglass_flowing_sand", Status.CLAIMED: "eyes", Status.RESOLVED: "white_check_mark"}
_URGENT_MARK = "rotating_light"


def card(described: ContextCard) -> dict[str, Any]:
    """A card as ``text`` and ``blocks``. block_ids change with the version, or Slack may keep what it drew before."""
    version = described.version
    blocks = [_header(described, version)]
    if described.notice:
        blocks.append(paragraph(described.notice, _NOTICE, f"notice.{version}"))
    blocks.append(_standing(described, version))
    if described.problem:
        blocks.append(paragraph(described.problem, _PROBLEM, f"problem.{version}"))
    blocks.append(rich([line(*_facts(described.facts))], f"facts.{version}"))
    if described.tried:
        blocks.append(labelled(wording.TRIED, described.tried, _TRIED, f"tried.{version}"))
    if described.resolution:
        blocks.append(labelled(wording.NOTE, described.resolution, _NOTE, f"note.{version}"))
    recorded = plain(described.recorded, _RECORDED)
    blocks.append(context([recorded, date(described.created_at)], f"recorded.{version}"))
    if described.buttons:
        blocks.append(_buttons(described, version))
    return {"text": fallback(described.summary, limits.TEXT), "blocks": blocks}


def letter(written: Letter) -> dict[str, Any]:
    """What one person is told, with a button that opens the card where there is a link to it."""
    blocks = [paragraph(written.text, limits.SECTION, "letter")]
    if written.link and len(written.link) <= limits.URL:
        label = plain(written.link_label, limits.BUTTON_TEXT)
        button = {"type": "button", "action_id": LINK, "text": label, "url": written.link}
        blocks.append({"type": "actions", "block_id": "link", "elements": [button]})
    return {"text": fallback(written.text, limits.TEXT), "blocks": blocks}


def date(when: datetime) -> Block:
    """A moment, shown by Slack in the reader's own time zone. Our own text: nothing that anybody typed is in it."""
    shown = f"<!date^{int(when.timestamp())}^{{date_short_pretty}} at {{time}}|{when:%Y-%m-%d %H:%M} UTC>"
    return {"type": "mrkdwn", "text": shown, "verbatim": True}


def button_value(handoff: str, version: int) -> str:
    """What a card's button carries; ``translate.click`` reads it."""
    return json.dumps({"handoff": handoff, "version": version}, separators=(",", ":"))


def _header(described: ContextCard, version: int) -> Block:
    return {"type": "header", "block_id": f"title.{version}", "text": plain(described.title, limits.HEADER)}


def _standing(described: ContextCard, version: int) -> Block:
    urgent = described.urgent and described.status is Status.OPEN
    mark = {"type": "emoji", "name": _URGENT_MARK if urgent else _MARK[described.status]}
    standing = fit(described.standing, _STANDING)
    return rich([line(mark, words(f" {standing}", bold=True))], f"standing.{version}")


def _facts(facts: tuple[Fact, ...]) -> list[Block]:
    """One line for each fact, label and value told apart by structure. A fact takes its fair share of the block."""
    share = _FACTS // max(1, len(facts)) - 1
    elements: list[Block] = []
    for fact in facts:
        label = fit(fact.label, limits.OPTION_TEXT)
        value = fit(fact.value, share - len(label) - 2)
        end = "" if fact is facts[-1] else "\n"
        elements += [words(f"{label}: ", bold=True), words(value + end)]
    return elements


def _buttons(described: ContextCard, version: int) -> Block:
    value = button_value(described.handoff, version)
    elements = [_button(button, value) for button in described.buttons]
    return {"type": "actions", "block_id": f"actions.{version}", "elements": elements}


def _button(button: Button, value: str) -> Block:
    drawn: Block = {
        "type": "button",
        "action_id": ACTION + button.verb,
        "text": plain(button.label, limits.BUTTON_TEXT),
        "value": value,
    }
    if button.primary:
        drawn["style"] = "primary"
    return drawn
