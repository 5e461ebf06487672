"""The private answers to a gesture: sentences that the one who made it sees alone."""

from typing import Any

from adapters.slack import limits, wording
from adapters.slack.draft import Command
from adapters.slack.elements import Block, context, fallback, labelled, paragraph, plain, start
from core.snapshot import clean

FORM = "baton.form"

Answer = dict[str, Any]


def said(sentence: str, about: str = "") -> Answer:
    """A sentence, and in small print what it is about: it may stand far below the card."""
    blocks = [paragraph(sentence, limits.SECTION, "sentence")]
    if about:
        blocks.append(context([plain(about, limits.HEADER)], "about"))
    return _private(sentence, blocks)


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


def _private(sentence: str, blocks: list[Block]) -> Answer:
    """Shown to one person; ``replace_original`` keeps the card where a button was pressed."""
    return {
        "response_type": "ephemeral",
        "replace_original": False,
        "text": fallback(sentence, limits.TEXT),
        "blocks": blocks,
    }
