"""How much fits into a Teams card, and how often Teams lets itself be called."""

import json
from collections.abc import Mapping

from core.limits import Act, Limit

# A message may have 100 KB today, counted in UTF-16; older clients and clouds kept to 28 KB
# (MicrosoftDocs/msteams-docs, includes/agent-message-size-limit.md). 25 KB fits everywhere.
CARD_BYTES = 25 * 1024
# Teams draws version 1.5 for cards from bots (msteams-docs, cards-reference.md).
CARD_VERSION = "1.5"

# Published (msteams-docs, rate-limit.md): one bot in one conversation 7 calls in 1 s, 8 in 2 s, 60 in 30 s and 1,800 in
# an hour; one app in one tenant 50 in 1 s, by an older copy 30. A channel is one conversation with all its threads.
# Starting a thread and sending into one have a row each there and corrections have none, but "all requests are subject
# to the same rate limiting policy", and Microsoft's answer in msteams-docs#1719 is that corrections count: all three
# share these limits. What they leave free (a call in 2 s, 6 in 30 s, 60 in an hour) is for what is not in the ledger:
# opening a chat, answers to words, and calls that the network brings closer together than they left.
_BRISKLY = Limit("conversation", every=0.6, burst=4)
_HOURLY = Limit("conversation, by the hour", every=3.0, burst=540)
_TENANT = Limit("tenant", every=0.04, burst=5, shared=True)
PACE: Mapping[Act, tuple[Limit, ...]] = dict.fromkeys(Act, (_BRISKLY, _HOURLY, _TENANT))


def size(card: object) -> int:
    """The bytes of a card as compact JSON in UTF-16, the way Teams counts."""
    return 2 * units(json.dumps(card, ensure_ascii=False, separators=(",", ":")))


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)
