"""The chat platforms as the wiring sees them: the way out, the way in, and how each is doing."""

from collections.abc import Mapping
from typing import Protocol

import aiohttp
from aiohttp import web

from adapters.slack.settings import SlackSettings
from adapters.teams.settings import TeamsSettings
from bot.settings import Settings
from core.deliveries import Lane
from core.desk import Desk
from core.errors import PlatformRefuses
from core.ports import ConfiguredRoom, Directory, Outgoing


class Platform(Protocol):
    """One configured chat platform."""

    name: str
    path: str

    @property
    def outgoing(self) -> Outgoing:
        """The way out."""
        ...

    @property
    def directory(self) -> Directory:
        """What it knows about its people."""
        ...

    async def introduce(self) -> tuple[str, tuple[ConfiguredRoom, ...]]:
        """The workspace that the settings lead to, and its rooms; ``PlatformAway`` if it can't be asked now."""
        ...

    async def vouch(self) -> None:
        """Return if the platform takes our credentials; else ``PlatformRefuses``, or ``PlatformAway``."""
        ...

    async def listen(self, desk: Desk) -> None:
        """Begin to take gestures; called once, after ``introduce``."""
        ...

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one HTTP request of the platform."""
        ...

    def health(self) -> Mapping[str, object]:
        """How it is doing: ``ok``, and what a person would want to know."""
        ...

    async def hush(self) -> None:
        """Take nothing new by any way but ``handle``."""
        ...

    async def close(self) -> None:
        """Wait for what was begun."""
        ...


class SlackPlatform:
    """Slack, over HTTP or Socket Mode."""

    name = "slack"
    path = "/slack/events"

    def __init__(self, settings: SlackSettings, session: aiohttp.ClientSession) -> None:
        # A deployment imports only the platforms that it uses.
        from adapters.slack.directory import SlackDirectory
        from adapters.slack.incoming import SlackIncoming
        from adapters.slack.outgoing import Introduction, SlackOutgoing
        from adapters.slack.socket_mode import SlackSocket

        self._settings = settings
        self.outgoing = SlackOutgoing(settings, session)
        self.directory = SlackDirectory(self.outgoing.api)
        self._introduction: Introduction | None = None
        self._incoming: SlackIncoming | None = None
        self._socket: SlackSocket | None = None

    async def introduce(self) -> tuple[str, tuple[ConfiguredRoom, ...]]:
        """Ask Slack whose token this is, and what the channel is called."""
        from adapters.slack.outgoing import BadToken

        try:
            self._introduction = await self.outgoing.introduce()
        except BadToken as bad:
            raise PlatformRefuses(
                f"Slack does not take SLACK_BOT_TOKEN ({bad}). Copy it anew from the app's page."
            ) from bad
        lane = Lane(self.name, self._introduction.team, self._settings.channel, private=False)
        name = await self.outgoing.channel_name(self._settings.channel)
        return self._introduction.team, (ConfiguredRoom(lane, name),)

    async def vouch(self) -> None:
        """Slack says whose the token is, or that it is nobody's."""
        await self.introduce()

    async def listen(self, desk: Desk) -> None:
        """Begin to take gestures."""
        from adapters.slack.incoming import SlackIncoming
        from adapters.slack.outgoing import BadToken
        from adapters.slack.socket_mode import SlackSocket

        if self._introduction is None:
            raise RuntimeError("introduce comes before listen")
        self._incoming = SlackIncoming(self._settings, self.outgoing, desk, self._introduction)
        if self._settings.app_token:
            self._socket = SlackSocket(self._settings, self._incoming)
            try:
                await self._socket.start()
            except BadToken as bad:
                raise PlatformRefuses(
                    f"Slack does not take SLACK_APP_TOKEN ({bad}). Copy it anew from the app's page."
                ) from bad

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one signed request of Slack's."""
        if self._incoming is None:
            return web.json_response({"error": "not connected to Slack yet"}, status=503)
        return await self._incoming.handle(request)

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


class TeamsPlatform:
    """Microsoft Teams."""

    name = "teams"
    path = "/api/messages"

    def __init__(self, settings: TeamsSettings, session: aiohttp.ClientSession) -> None:
        from adapters.teams.credentials import Credentials
        from adapters.teams.directory import TeamsDirectory
        from adapters.teams.incoming import TeamsIncoming
        from adapters.teams.outgoing import TeamsOutgoing

        self._settings = settings
        self._session = session
        self._credentials = Credentials(settings, session)
        self.outgoing = TeamsOutgoing(settings, session, self._credentials)
        self.directory = TeamsDirectory(self.outgoing.connector)
        self._incoming: TeamsIncoming | None = None

    async def introduce(self) -> tuple[str, tuple[ConfiguredRoom, ...]]:
        """The tenant and the channel of the settings; nobody needs to be asked."""
        from adapters.teams.wording import ROOM_NAME

        lane = Lane(self.name, self._settings.tenant_id, self._settings.channel, private=False)
        rooms = (ConfiguredRoom(lane, ROOM_NAME),) if self._settings.channel else ()
        return self._settings.tenant_id, rooms

    async def vouch(self) -> None:
        """Microsoft's login gives us a token."""
        await self._credentials.headers()

    async def listen(self, desk: Desk) -> None:
        """Begin to take gestures."""
        from adapters.teams.incoming import TeamsIncoming
        from adapters.teams.tokens import TokenCheck

        self._incoming = TeamsIncoming(self._settings, TokenCheck(self._settings, self._session), self.outgoing, desk)

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one activity that the Bot Connector sends."""
        if self._incoming is None:
            return web.json_response({"error": "not ready yet"}, status=503)
        return await self._incoming.handle(request)

    def health(self) -> Mapping[str, object]:
        """Listening or not, and how many requests were refused at the door."""
        return {"ok": self._incoming is not None, "refused": self._incoming.refused if self._incoming else 0}

    async def hush(self) -> None:
        """Everything comes over HTTP."""

    async def close(self) -> None:
        """Wait for what was begun."""
        if self._incoming is not None:
            await self._incoming.drain()


def configured(settings: Settings, session: aiohttp.ClientSession) -> list[Platform]:
    """The platforms that the settings name."""
    platforms: list[Platform] = []
    if settings.slack:
        platforms.append(SlackPlatform(settings.slack, session))
    if settings.teams:
        platforms.append(TeamsPlatform(settings.teams, session))
    return platforms
