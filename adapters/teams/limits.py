"""How much fits into a Teams card, and what is wrong with one that is to be sent."""

import json
from collections.abc import Iterator, Mapping

# A message may have 100 KB today, counted in UTF-16; older clients and clouds kept to 28 KB
# (MicrosoftDocs/msteams-docs, includes/agent-message-size-limit.md). 25 KB fits everywhere.
CARD_BYTES = 25 * 1024
# Teams draws version 1.5 for cards from bots (msteams-docs, cards-reference.md).
CARD_VERSION = "1.5"
# Teams shows at most this many actions of one card (msteams-docs, cards-reference.md, "Adaptive Cards").
MOST_ACTIONS = 6

_TYPES = frozenset(
    {
        "AdaptiveCard",
        "Container",
        "RichTextBlock",
        "TextRun",
        "TextBlock",
        "Input.Text",
        "Action.Execute",
        "Action.Submit",
        "Action.ShowCard",
        "Action.OpenUrl",
    }
)


def size(card: object) -> int:
    """The bytes of a card as compact JSON in UTF-16, the way Teams counts."""
    return 2 * units(json.dumps(card, ensure_ascii=False, separators=(",", ":")))


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def violations(card: Mapping[str, object]) -> list[str]:
    """What Teams would refuse or not show of this card, in words; empty when it is fine."""
    found = []
    if size(card) > CARD_BYTES:
        found.append(f"{size(card)} bytes, more than {CARD_BYTES}")
    if card.get("type") != "AdaptiveCard" or card.get("version") != CARD_VERSION:
        found.append("not an Adaptive Card of the version that Teams draws")
    for part in _parts(card):
        kind = part["type"]
        if kind not in _TYPES:
            found.append(f"an element that Baton does not use: {kind}")
        if kind == "AdaptiveCard" and len(_list(part.get("actions"))) > MOST_ACTIONS:
            found.append(f"more than {MOST_ACTIONS} actions")
        if kind in ("TextRun", "TextBlock") and not part.get("text"):
            found.append(f"an empty {kind}")
        if kind == "Action.Execute" and not part.get("verb"):
            found.append("an Action.Execute without a verb")
    return found


def _parts(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, Mapping):
        if "type" in value:
            yield value
        for inner in value.values():
            yield from _parts(inner)
    for inner in _list(value):
        yield from _parts(inner)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
