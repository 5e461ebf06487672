"""Untrusted text made harmless for each of the places where Teams shows text."""

import re

from adapters.teams.limits import units
from core.snapshot import clean
from core.wording import cut

# Teams' TextBlock reads a subset of Markdown (msteams-docs, cards-format.md).
_MARKDOWN = re.compile(r"([\\\[\]()*_~`#>\-+.!|])")
# "{{DATE(…)}}" and "{{TIME(…)}}" are drawn as times in every text element; "<at>" is a mention.
_OPENING = re.compile(r"\{(?=\{)|<(?=/?at\b)", re.IGNORECASE)
# Whoever reverses the order of characters could turn our own words around a name into others. Right-to-left scripts
# are laid out without these marks.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ZERO_WIDTH_SPACE = "\u200b"
_SPOKEN = str.maketrans({"<": "‹", ">": "›", "&": "+"})


def plain(text: str, limit: int) -> str:
    """For a TextRun, which knows no Markdown: cleaned, cut visibly, and no part of it becomes a date or a mention."""
    return _OPENING.sub(lambda found: found[0] + _ZERO_WIDTH_SPACE, cut(_DIRECTION.sub("", clean(text)), limit))


def escaped(text: str, limit: int) -> str:
    """For a place that a client draws as Markdown (``fallbackText`` becomes a TextBlock on old clients)."""
    return _MARKDOWN.sub(r"\\\1", plain(text, limit).replace("\n", " "))


def spoken(text: str, limit: int) -> str:
    """For ``speak``, which may be read as SSML: without anything that could be a tag."""
    return plain(text.translate(_SPOKEN), limit)


def fitting(text: str, room: int) -> str:
    """The text, cut visibly so that it takes at most ``room`` UTF-16 units inside a JSON string; "" if nothing fits."""
    left = room - 1
    for place, character in enumerate(text):
        left -= 2 if character in '"\\\n\t' else units(character)
        if left < 0:
            return f"{text[:place].rstrip()}…" if place and room > 1 else ""
    return text
