"""How much fits into a Teams card."""

import json

# A message may have 100 KB today, counted in UTF-16; older clients and clouds kept to 28 KB
# (MicrosoftDocs/msteams-docs, includes/agent-message-size-limit.md). 25 KB fits everywhere.
CARD_BYTES = 25 * 1024
# Teams draws version 1.5 for cards from bots (msteams-docs, cards-reference.md).
CARD_VERSION = "1.5"


def size(card: object) -> int:
    """The bytes of a card as compact JSON in UTF-16, the way Teams counts."""
    return 2 * units(json.dumps(card, ensure_ascii=False, separators=(",", ":")))


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)
