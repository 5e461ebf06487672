"""What the body of a call says, as far as it makes sense."""

import json

from aiohttp import web

from bot.playground.teams_stand_in.records import Refused


async def body_of(request: web.Request) -> object:
    """The body, or the refusal of one that is no JSON."""
    try:
        if request.content_type == "application/json":
            return json.loads(await request.read())
    except (ValueError, RecursionError):
        pass
    return Refused(400, "BadSyntax", "The body is no JSON.")


def new_target(body: object) -> str | None:
    """The channel, or the person, that a new conversation is about, as far as the body makes sense."""
    try:
        found = body["channelData"]["channel"]["id"] if body["isGroup"] else body["members"][0]["id"]  # type: ignore[index] # what does not fit is caught
    except (LookupError, TypeError):
        return None
    return found if isinstance(found, str) else None
