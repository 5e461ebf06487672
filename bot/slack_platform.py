"""Slack as the wiring sees it: with a token from the settings, installed by OAuth or both, over HTTP or Socket Mode."""

from collections.abc import Mapping, Sequence

import aiohttp
from aiohttp import web

from adapters.slack.directory import SlackDirectory
from adapters.slack.incoming import SlackIncoming
from adapters.slack.oauth import SlackOAuth
from adapters.slack.outgoing import BadToken, SlackOutgoing
from adapters.slack.settings import SlackSettings
from adapters.slack.socket_mode import SlackSocket
from bot.keyring import Keyring
from bot.platforms import Bound
from core.account import Installation
from core.deliveries import Lane
from core.desk import Desk
from core.errors import PlatformRefuses
from core.ports import ConfiguredRoom


class SlackPlatform:
    """``bot.platforms.Platform`` for Slack."""

    name = "slack"

    def __init__(self, settings: SlackSettings, session: aiohttp.ClientSession, keyring: Keyring) -> None:
        self._settings = settings
        self._session = session
        self._keyring = keyring
        self.outgoing = SlackOutgoing(settings, session, keyring)
        self.directory = SlackDirectory(self.outgoing.api)
        self._incoming: SlackIncoming | None = None
        self._oauth: SlackOAuth | None = None
        self._socket: SlackSocket | None = None

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """All of Slack's requests at one address, and the two pages of an installation."""
        # Each look at the first makes a state: whatever only checks that a link is alive is to make none.
        install = web.get("/slack/install", self._install, allow_head=False)
        pages = [install, web.get("/slack/oauth_redirect", self._callback)]
        return [web.post("/slack/events", self._handle), *(pages if self._settings.oauth else [])]

    async def introduce(self) -> Bound | None:
        """Ask Slack whose token the settings have, and what the channel is called."""
        if not self._settings.bot_token:
            return None
        try:
            us = await self.outgoing.introduce()
        except BadToken as bad:
            raise PlatformRefuses(
                f"Slack does not take SLACK_BOT_TOKEN ({bad}). Copy it anew from the app's page."
            ) from bad
        self._keyring.hold(Installation(self.name, us.team, self._settings.bot_token, us.facts))
        if not self._settings.channel:
            return Bound(us.team, ())
        lane = Lane(self.name, us.team, self._settings.channel, private=False)
        return Bound(us.team, (ConfiguredRoom(lane, await self.outgoing.channel_name(self._settings.channel)),))

    async def vouch(self) -> None:
        """Slack says whose the token is, or that it is nobody's; without one, there is nothing to ask."""
        await self.introduce()

    async def listen(self, desk: Desk) -> None:
        """Begin to take gestures."""
        self._incoming = SlackIncoming(self._settings, self.outgoing, desk)
        self._oauth = SlackOAuth(self._settings, self._session, desk) if self._settings.oauth else None
        if self._settings.app_token:
            self._socket = SlackSocket(self._settings, self._incoming)
            try:
                await self._socket.start()
            except BadToken as bad:
                raise PlatformRefuses(
                    f"Slack does not take SLACK_APP_TOKEN ({bad}). Copy it anew from the app's page."
                ) from bad

    def health(self) -> Mapping[str, object]:
        """Connected or not, by which way, and how many requests were refused at the door."""
        if self._incoming is None:
            return {"ok": False, "state": "not connected to Slack yet"}
        if self._socket is not None:
            return {"ok": self._socket.alive, "mode": "socket"}
        return {"ok": True, "mode": "http", "refused": self._incoming.refused}

    async def hush(self) -> None:
        """Close the Socket Mode connection."""
        if self._socket is not None:
            await self._socket.stop()

    async def close(self) -> None:
        """Wait for what was begun."""
        if self._incoming is not None:
            await self._incoming.drain()

    async def _handle(self, request: web.Request) -> web.Response:
        return _not_yet() if self._incoming is None else await self._incoming.handle(request)

    async def _install(self, request: web.Request) -> web.Response:
        return _not_yet() if self._oauth is None else await self._oauth.install(request)

    async def _callback(self, request: web.Request) -> web.Response:
        return _not_yet() if self._oauth is None else await self._oauth.callback(request)


def _not_yet() -> web.Response:
    return web.json_response({"error": "not connected to Slack yet"}, status=503)
