"""The private answers to a gesture: sentences that the one who made it sees alone."""

from typing import Any

from adapters.slack import limits, wording
from adapters.slack.draft import Command
from adapters.slack.elements import Block, context, fallback, fit, labelled, paragraph, plain, start, units
from core.orders import Said
from core.snapshot import clean

FORM = "baton.form"
SHOW_HERE = "baton.show_here"

# A list is as long as this many blocks can show, and what is left out is counted.
LIST_BLOCKS = 3
LONGEST_LINE = 500

Answer = dict[str, Any]


def said(sentence: str, about: str = "") -> Answer:
    """A sentence, and in small print what it is about: it may stand far below the card."""
    blocks = [paragraph(sentence, limits.SECTION, "sentence")]
    if about:
        blocks.append(context([plain(about, limits.HEADER)], "about"))
    return _private(sentence, blocks)


def listed(told: Said) -> Answer:
    """What an order is answered with: a sentence, and its list. Here that is always for who asked alone."""
    return _private(told.sentence, _told(told))


def offer(told: Said) -> Answer:
    """What is said in a room that Baton was just added to, with the button that takes the offer up."""
    label = plain(wording.SHOW_HERE, limits.BUTTON_TEXT)
    button: Block = {"type": "button", "action_id": SHOW_HERE, "text": label, "style": "primary"}
    blocks = [*_told(told), {"type": "actions", "block_id": "offer", "elements": [button]}]
    return {"text": fallback(told.sentence, limits.TEXT), "blocks": blocks}


def not_recorded(sentences: list[str], words: str) -> Answer:
    """Why ``now`` recorded nothing, and the words given back."""
    return given_back(" ".join([wording.NOT_RECORDED, *sentences]), words)


def given_back(sentence: str, words: str) -> Answer:
    """A sentence, and the words that it is about."""
    blocks = [paragraph(sentence, limits.SECTION, "sentence")]
    if words:
        blocks.append(labelled(wording.YOUR_WORDS, words, limits.RICH_TEXT, "words"))
    return _private(sentence, blocks)


def form_failed(command: Command) -> Answer:
    """The way on when Slack did not open the form: a button that carries the words and has a fresh trigger."""
    raw = clean(command.raw)
    carried = start(raw, limits.BUTTON_VALUE)
    sentence = wording.FORM_FAILED if command.words else wording.FORM_FAILED_EMPTY
    blocks = [paragraph(sentence, limits.SECTION, "sentence")]
    if command.words:
        blocks.append(labelled(wording.YOUR_WORDS, command.words, limits.RICH_TEXT, "words"))
    if len(carried) < len(raw):
        blocks.append(paragraph(wording.BUTTON_CARRIES_START, limits.SECTION, "start"))
    button: Block = {
        "type": "button",
        "action_id": FORM,
        "text": plain(wording.OPEN_FORM, limits.BUTTON_TEXT),
        "style": "primary",
    }
    if carried:
        button["value"] = carried
    blocks.append({"type": "actions", "block_id": "form", "elements": [button]})
    return _private(sentence, blocks)


def _told(told: Said) -> list[Block]:
    blocks = [paragraph(told.sentence, limits.SECTION, "sentence")]
    pages: list[list[str]] = [[]]
    left, room = len(told.lines), limits.SECTION
    for line in told.lines:
        shown = fit(line, LONGEST_LINE)
        if units(shown) + 1 > room:
            if len(pages) == LIST_BLOCKS:
                break
            pages.append([])
            room = limits.SECTION
        pages[-1].append(shown)
        left, room = left - 1, room - units(shown) - 1
    blocks += [paragraph("\n".join(page), limits.SECTION, f"list.{n}") for n, page in enumerate(pages) if page]
    if left:
        blocks.append(context([plain(wording.more(left), limits.HEADER)], "more"))
    return blocks


def _private(sentence: str, blocks: list[Block]) -> Answer:
    """Shown to one person; ``replace_original`` keeps the card where a button was pressed."""
    return {
        "response_type": "ephemeral",
        "replace_original": False,
        "text": fallback(sentence, limits.TEXT),
        "blocks": blocks,
    }
