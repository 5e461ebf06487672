"""Signing what Slack sends, and sending it to Baton's endpoint."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.playground.slack_stand_in.outcome import Reply
from bot.playground.slack_stand_in.records import Json

PATH = "/slack/events"
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A POST to ``/slack/events``, byte for byte as it goes out."""

    body: bytes
    headers: dict[str, str]


def encode(kind: str, payload: Json) -> tuple[bytes, str]:
    """Body and content type over HTTP; ``kind`` is slash_commands, interactive or events_api."""
    if kind == "slash_commands":
        return urlencode(payload).encode(), _FORM
    text = json.dumps(payload, separators=(",", ":"))
    if kind == "interactive":
        return urlencode({"payload": text}).encode(), _FORM
    return text.encode(), _JSON


def sign(
    secret: str, body: bytes, content_type: str, timestamp: int, extra: dict[str, str] | None = None
) -> SignedRequest:
    """Sign raw bytes with version 0 of Slack's signature: HMAC-SHA256 over ``v0:{timestamp}:{body}``."""
    digest = hmac.new(secret.encode(), b"v0:%d:" % timestamp + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": content_type,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": str(timestamp),
        "X-Slack-Signature": f"v0={digest}",
    }
    return SignedRequest(body, headers | (extra or {}))


async def post(session: aiohttp.ClientSession, url: str, request: SignedRequest, patience: float) -> Reply:
    """Send it and wait ``patience`` real seconds for the whole answer."""
    timeout = aiohttp.ClientTimeout(total=patience)
    try:
        async with session.post(
            url, data=request.body, headers=request.headers, timeout=timeout, allow_redirects=False
        ) as response:
            text = await response.text()
            if response.status != 200:
                return Reply(response.status, text, "dispatch_failed")
            return Reply(200, _body(text, response.content_type))
    except TimeoutError:
        return Reply(None, None, "operation_timeout")
    except aiohttp.ClientError:
        return Reply(None, None, "dispatch_failed")


def _body(text: str, content_type: str) -> Any:
    if not text:
        return None
    if content_type == _JSON:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
