"""Sending activities to Baton's endpoint as the Bot Connector does."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.playground.teams_stand_in.outcome import Reply
from bot.playground.teams_stand_in.records import Json

PATH = "/api/messages"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A POST to ``/api/messages``, byte for byte as it goes out."""

    body: bytes
    headers: dict[str, str]


def sign(activity: Json, token: str) -> SignedRequest:
    """An activity with a token; without one when it is empty."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)",
    }
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return SignedRequest(json.dumps(activity, separators=(",", ":")).encode(), headers)


async def post(session: aiohttp.ClientSession, url: str, request: SignedRequest, patience: float) -> Reply:
    """Send it and wait ``patience`` real seconds for the whole answer."""
    try:
        async with (
            asyncio.timeout(patience),
            session.post(url, data=request.body, headers=request.headers, allow_redirects=False) as response,
        ):
            return Reply(response.status, _body(await response.text(), response.content_type))
    except TimeoutError:
        return Reply(None, None, "timeout")
    except aiohttp.ClientError:
        return Reply(None, None, "unreachable")


def _body(text: str, content_type: str) -> Any:
    if not text:
        return None
    if content_type == "application/json":
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
