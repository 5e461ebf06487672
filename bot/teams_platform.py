"""Microsoft Teams as the wiring sees it: one registration of the bot for each tenant, all behind one address."""

from collections.abc import Mapping, Sequence

import aiohttp
from aiohttp import web

from adapters.teams.directory import TeamsDirectory
from adapters.teams.incoming import TeamsIncoming
from adapters.teams.outgoing import TeamsOutgoing
from adapters.teams.settings import TeamsSettings
from adapters.teams.tokens import TokenCheck
from adapters.teams.wording import ROOM_NAME
from bot.keyring import Keyring
from bot.platforms import Bound
from core.deliveries import Lane
from core.desk import Desk
from core.ports import ConfiguredRoom


class TeamsPlatform:
    """``bot.platforms.Platform`` for Teams. ``bound``: the first tenant belongs to the settings' own account."""

    name = "teams"

    def __init__(
        self, settings: TeamsSettings, session: aiohttp.ClientSession, keyring: Keyring, *, bound: bool
    ) -> None:
        self._settings = settings
        self._session = session
        self._bound = bound
        self.outgoing = TeamsOutgoing(settings, session, keyring)
        self.directory = TeamsDirectory(self.outgoing.connector)
        self._incoming: TeamsIncoming | None = None

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """All activities, of every tenant, at one address."""
        return [web.post("/api/messages", self._handle)]

    async def introduce(self) -> Bound | None:
        """The first tenant of the settings and its channel; nobody needs to be asked."""
        if not self._bound:
            return None
        tenant = self._settings.registrations[0].tenant_id
        if not self._settings.channel:
            return Bound(tenant, ())
        lane = Lane(self.name, tenant, self._settings.channel, private=False)
        return Bound(tenant, (ConfiguredRoom(lane, ROOM_NAME),))

    async def vouch(self) -> None:
        """Microsoft's login gives us a token for every registration."""
        await self.outgoing.vouch()

    async def listen(self, desk: Desk) -> None:
        """Begin to take gestures."""
        self._incoming = TeamsIncoming(self._settings, TokenCheck(self._settings, self._session), self.outgoing, desk)

    def health(self) -> Mapping[str, object]:
        """Listening or not, and how many requests were refused at the door."""
        return {"ok": self._incoming is not None, "refused": self._incoming.refused if self._incoming else 0}

    async def hush(self) -> None:
        """Everything comes over HTTP."""

    async def close(self) -> None:
        """Wait for what was begun."""
        if self._incoming is not None:
            await self._incoming.drain()

    async def _handle(self, request: web.Request) -> web.Response:
        if self._incoming is None:
            return web.json_response({"error": "not ready yet"}, status=503)
        return await self._incoming.handle(request)
