"""People named in what is typed: "@Sam" or "@Sam Okafor", as one would choose them from the client's list."""

import re
from collections.abc import Iterable

from bot.playground.cast import EVERYBODY, Seat


def with_handles(text: str) -> str:
    """For Slack, whose stand-in knows people by their handles: "@Sam" becomes "@sam"."""
    for person, said in _named(text, "slack"):
        text = text.replace(said, f"@{person.first.lower()}")
    return text


def with_full_names(text: str) -> tuple[str, list[str]]:
    """For Teams, where "@Name" is a mention of somebody with that whole name; and the ids of those it mentions."""
    mentioned = []
    for person, said in _named(text, "teams"):
        text = text.replace(said, f"@{person.name}", 1)
        mentioned.append(person.user)
    return text, mentioned


def _named(text: str, platform: str) -> Iterable[tuple[Seat, str]]:
    """Everybody of a platform who is named, and in which words."""
    for person in EVERYBODY:
        if person.platform != platform:
            continue
        first, _, last = map(re.escape, person.name.partition(" "))
        if said := re.search(rf"(?<!\S)@{first}( {last})?(?!\w)", text, re.IGNORECASE):
            yield person, said[0]
