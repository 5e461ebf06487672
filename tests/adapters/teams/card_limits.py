"""A check that says what is wrong with a Teams card that is to be sent."""

from collections.abc import Iterator, Mapping

from adapters.teams.limits import CARD_BYTES, CARD_VERSION, size

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
