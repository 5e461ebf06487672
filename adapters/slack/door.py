"""The door before Bolt: what may come in over HTTP, decided on the raw bytes before anything is parsed."""

import asyncio
import json
import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

MOST_BYTES = 1_000_000  # Slack's own requests stay far below; its largest, a view with all its state, is some 300 kB
_MOST_FIELDS = 50  # a slash command has some 15, everything else has one
_LOG_SECONDS = 60.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refused:
    """The status that a request is turned away with: 400, 401, 413 or 415."""

    status: int


class Door:
    """Verifies size, encoding and signature, then reads the body. Bodies are never logged.

    ``refused`` counts the requests that were turned away for want of a right signature.
    """

    def __init__(self, signing_secret: str) -> None:
        self._verifier = SignatureVerifier(signing_secret)
        self.refused = 0
        self._logged_at = float("-inf")
        self._logged = 0

    async def admit(self, request: web.Request) -> dict[str, Any] | Refused:
        """The payload of a genuine request, or the status to answer with."""
        headers = request.headers
        if "Content-Encoding" in headers:
            # aiohttp would unpack it, and the signature is over the bytes as they were sent; Slack never packs.
            return Refused(415)
        timestamp, signature = headers.get("X-Slack-Request-Timestamp"), headers.get("X-Slack-Signature")
        if not timestamp or not signature or not signature.isascii() or not _is_time(timestamp):
            return self._unsigned()
        body = await _body(request)
        if body is None:
            return Refused(413)
        try:
            genuine = self._verifier.is_valid(body, timestamp, signature)
        except UnicodeDecodeError:
            return Refused(400)
        if not genuine:
            return self._unsigned()
        payload = parse(body.decode(), request.content_type)
        return Refused(400) if payload is None else payload

    def _unsigned(self) -> Refused:
        self.refused += 1
        now = asyncio.get_running_loop().time()
        if now - self._logged_at >= _LOG_SECONDS:
            count, self._logged = self.refused - self._logged, self.refused
            self._logged_at = now
            _log.warning("Turned away %d requests that were not signed by Slack", count)
        return Refused(401)


def parse(body: str, content_type: str) -> dict[str, Any] | None:
    """A body of Slack's as an object: JSON, a form, or a form with JSON in its field ``payload``; None for all else."""
    try:
        if content_type == "application/json" or body[:1] in {"{", "["}:
            found = json.loads(body)
        else:
            fields = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
            found = json.loads(fields["payload"]) if "payload" in fields else fields
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found else None


async def _body(request: web.Request) -> bytes | None:
    """The whole body, or None once it is larger than anything of Slack's."""
    declared = request.content_length
    if declared is not None:
        return None if declared > MOST_BYTES else await request.content.read()
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _is_time(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12
