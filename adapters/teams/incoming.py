"""The door for all that Teams sends: ``POST /api/messages``."""

import json
import logging
import time
from typing import Any

from aiohttp import web

from adapters.teams.activity import tenant_of
from adapters.teams.adapter import TurnAdapter
from adapters.teams.asides import Asides
from adapters.teams.bot import BatonBot
from adapters.teams.directory import TeamsDirectory
from adapters.teams.hosts import is_loopback
from adapters.teams.orders import Orders
from adapters.teams.outgoing import TeamsOutgoing
from adapters.teams.rooms import Rooms
from adapters.teams.settings import TeamsSettings
from adapters.teams.tokens import Bearer, Refused, TokenCheck
from adapters.teams.translate import Ignored, translate
from core.desk import Desk
from core.errors import StorageAway

MOST_BYTES = 1_000_000
REFUSALS_LOGGED_EVERY = 60.0
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")

_log = logging.getLogger(__name__)


class TeamsIncoming:
    """Checks, understands and answers activities. Nothing that a stranger can send is answered with 5xx."""

    def __init__(self, settings: TeamsSettings, tokens: TokenCheck, outgoing: TeamsOutgoing, desk: Desk) -> None:
        self._settings = settings
        self._tokens = tokens
        self._services = outgoing.connector.services
        self._adapter = TurnAdapter(outgoing)
        rooms = Rooms(outgoing.connector)
        self._asides = Asides(outgoing, rooms, desk)
        orders = Orders(desk, TeamsDirectory(outgoing.connector), rooms)
        self._bot = BatonBot(desk, self._services, orders, self._asides)
        self._refused = 0
        self._refusals_logged = float("-inf")

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one activity: 200 with the invoke's answer or nothing; 400, 401, 403 or 413 to what can't be taken.

        503 says that storage is away and did not take that Baton came or went; whatever people do is answered in words.
        """
        bearer = await self._bearer(request)
        if isinstance(bearer, Refused):
            return self._refuse(bearer)
        activity = await _read(request)
        if isinstance(activity, Refused):
            return self._refuse(activity)
        if bearer is not None and (refused := self._tokens.admit(bearer, activity)):
            return self._refuse(refused)
        if (tenant := tenant_of(activity)) and isinstance(activity.get("serviceUrl"), str):
            self._services.learn(tenant, activity["serviceUrl"])
        try:
            meaning = translate(activity)
        except RecursionError:
            return self._refuse(Refused(400, "nested too deeply"))
        if isinstance(meaning, Ignored):
            return web.Response()
        try:
            answer = await self._adapter.run(activity, meaning, self._bot)
        except StorageAway:
            _log.warning("Storage was away when Teams told where Baton was put or taken away")
            return web.Response(status=503)
        if answer is None:
            return web.Response()
        body = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":")).encode()
        return web.Response(status=answer.status, body=body, content_type="application/json", charset="utf-8")

    async def drain(self) -> None:
        """Wait for what is still said in the background, and until what was learned is kept."""
        await self._asides.drain()
        await self._services.drain()

    async def _bearer(self, request: web.Request) -> Bearer | Refused | None:
        if not self._settings.dev:
            return await self._tokens.verify(request.headers.get("Authorization"))
        # A tunnel or proxy on this machine is a loopback peer too, for somebody who is not.
        if is_loopback(request.remote) and not any(name in request.headers for name in _FORWARDED):
            return None
        return Refused(403, "not from this machine")

    @property
    def refused(self) -> int:
        """How many requests were turned away because they were not the Bot Connector's, or made no sense."""
        return self._refused

    def _refuse(self, refused: Refused) -> web.Response:
        self._refused += 1
        now = time.monotonic()
        # Forgeries are counted, not logged one by one: a flood of them must not become a flood of lines.
        if now - self._refusals_logged >= REFUSALS_LOGGED_EVERY:
            self._refusals_logged = now
            _log.info("Refused %d requests to the Teams address so far; the last: %s", self._refused, refused.reason)
        return web.Response(status=refused.status)


async def _read(request: web.Request) -> dict[str, Any] | Refused:
    """The body as a JSON object, or why it can't be read."""
    # aiohttp would unpack it: a few bytes can hold gigabytes, and Teams never sends any packed.
    if "Content-Encoding" in request.headers or request.content_type != "application/json":
        return Refused(400, "not plain JSON")
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MOST_BYTES:
            return Refused(413, "too large")
    try:
        activity = json.loads(body)
    except (ValueError, RecursionError):
        return Refused(400, "broken JSON")
    return activity if isinstance(activity, dict) else Refused(400, "not an object")
