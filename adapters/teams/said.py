"""What somebody wrote to the bot, in pieces: their words, and the people whom they mention; pure."""

import html
import re

from adapters.teams.activity import (
    PLATFORM,
    Json,
    base_of,
    bot_of,
    conversation_of,
    inner,
    listed,
    tenant_of,
    tidy_name,
    told_id,
    told_text,
)
from core.people import Caller, Identity
from core.snapshot import clean

# Nothing that Baton understands is nearly as long.
LONGEST = 2_000
MOST_MENTIONS = 20

_MENTION = re.compile(r"<at\b[^>]*>(.*?)</at>", re.IGNORECASE | re.DOTALL)


def pieces_of(activity: Json) -> tuple[str | Caller, ...]:
    """Text and mentions, in order; the bot's own mention is left out.

    A mention names a person by the id that the bot knows them by ("29:…"), which is no identity yet: the roster has
    that. Where somebody typed what looks like a mention, Teams sends no entity for it, and it is text.
    """
    text = told_text(activity.get("text"))[:LONGEST]
    entities = [one for one in listed(activity, "entities", MOST_MENTIONS) if one.get("type") == "mention"]
    pieces: list[str | Caller] = []
    read = 0
    for found in _MENTION.finditer(text):
        pieces.append(_words(text[read : found.start()]))
        read = found.end()
        # Two people may have the same name: each entity stands for one mention, in order.
        entity = next((one for one in entities if one.get("text") == found[0]), None)
        if entity is None:
            pieces.append(_words(found[1]))
            continue
        entities.remove(entity)
        if person := _person(activity, inner(entity, "mentioned")):
            pieces.append(person)
    return tuple(piece for piece in (*pieces, _words(text[read:])) if piece != "")


def _person(activity: Json, mentioned: Json) -> Caller | None:
    user = told_id(mentioned.get("id"))
    if not user or user == bot_of(activity):
        return None
    name = tidy_name(mentioned.get("name")) or "Someone"
    return Caller(Identity(PLATFORM, tenant_of(activity), user), name, base_of(conversation_of(activity)))


def _words(text: str) -> str:
    # Clients put "&nbsp;" behind a mention.
    return clean(html.unescape(text))
