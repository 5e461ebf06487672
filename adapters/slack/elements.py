"""The small parts of Block Kit that Baton draws with; the one place where people's words meet Slack's markup."""

from collections.abc import Sequence
from typing import Any

from core.snapshot import clean

Block = dict[str, Any]


def fit(text: str, limit: int) -> str:
    """The text without what can't be shown, cut visibly at the limit; never empty, because Slack refuses empty text.

    Slack does not say what it counts, so the longer way of counting is honored: UTF-16 units, two for an emoji.
    """
    text = clean(text) or "–"
    if len(text) * 2 <= limit or units(text) <= limit:
        return text
    return start(text, limit - 1).rstrip() + "…"


def start(text: str, limit: int) -> str:
    """As much of the beginning as fits in so many UTF-16 units, with no character cut in half."""
    return text.encode("utf-16-le")[: limit * 2].decode("utf-16-le", errors="ignore")


def units(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def escape(text: str) -> str:
    """The text with nothing in it that mrkdwn acts on beyond its look: no mention, no link, no date.

    ``&``, ``<`` and ``>`` are the only control characters (docs.slack.dev/messaging/formatting-message-text).
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fallback(text: str, limit: int) -> str:
    """A text for notifications and screen readers. It is mrkdwn, so it is escaped, and it fits once escaped."""
    text = fit(text, limit)
    while units(escape(text)) > limit:
        text = fit(text, max(2, units(text) - (units(escape(text)) - limit) // 5 - 1))
    return escape(text)


def plain(text: str, limit: int) -> Block:
    """A text object in which nothing fires: no mentions, no links, and ``:x:`` stays ``:x:``."""
    return {"type": "plain_text", "text": fit(text, limit), "emoji": False}


def paragraph(text: str, limit: int, block_id: str) -> Block:
    """A block of people's words, as they typed them."""
    return {"type": "section", "block_id": block_id, "text": plain(text, limit)}


def context(elements: Sequence[Block], block_id: str) -> Block:
    """A line of small print."""
    return {"type": "context", "block_id": block_id, "elements": list(elements)}


def words(text: str, bold: bool = False) -> Block:
    """A run of text inside ``rich``; Slack does not look for markup in it."""
    element: Block = {"type": "text", "text": text}
    if bold:
        element["style"] = {"bold": True}
    return element


def rich(sections: Sequence[Block], block_id: str) -> Block:
    """A block whose formatting is told apart from its text by structure."""
    return {"type": "rich_text", "block_id": block_id, "elements": list(sections)}


def line(*elements: Block) -> Block:
    """One run of elements inside ``rich``."""
    return {"type": "rich_text_section", "elements": list(elements)}


def quote(text: str, limit: int) -> Block:
    """Somebody's words inside ``rich``, set apart."""
    return {"type": "rich_text_quote", "elements": [words(fit(text, limit))]}


def labelled(label: str, text: str, limit: int, block_id: str) -> Block:
    """Somebody's words under a label."""
    return rich([line(words(label, bold=True)), quote(text, limit)], block_id)
