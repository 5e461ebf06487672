"""Socket Mode: gestures over a connection that we open, for a Baton that Slack can't reach; and the watch over it."""

import asyncio
import logging
from contextlib import suppress

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.incoming import SlackIncoming
from adapters.slack.outgoing import BadToken
from adapters.slack.settings import SlackSettings
from adapters.slack.web_api import Answer, WebApi

PING_SECONDS = 5.0
_GOODBYE_SECONDS = 1.0

_log = logging.getLogger(__name__)


class SlackSocket:
    """One connection at a time, with the same Bolt app behind it as HTTP has.

    slack_sdk pings every ``ping_seconds`` and gives a connection up after four pings without an answer, then opens
    a new one. What it lacks is added here: a word in the log, ``alive`` for health, an end to an attempt to reconnect
    that hangs (a new client is built after another six), and tasks that are waited for. All of it stays below a minute.
    """

    def __init__(self, settings: SlackSettings, incoming: SlackIncoming, ping_seconds: float = PING_SECONDS) -> None:
        if settings.app_token is None:
            raise ValueError("Socket Mode needs an app-level token")
        self._token = settings.app_token
        self._api_url = settings.api_url
        self._incoming = incoming
        self._ping = ping_seconds
        self._client: SocketModeClient | None = None
        self._watching: asyncio.Task[None] | None = None
        self._busy: set[asyncio.Task[None]] = set()
        self._stopping = False
        self.alive = False

    async def start(self) -> None:
        """Open the connection and watch over it. ``BadToken`` if Slack refuses the app-level token for good.

        If Slack is only away for now, this returns with ``alive`` false, and the watch goes on trying.
        """
        answer = await WebApi(self._token, self._api_url, self._incoming.session).call("apps.connections.open", {})
        if not isinstance(answer, Answer) and not answer.temporary:
            raise BadToken(answer.reason)
        self._watching = asyncio.create_task(self._watch(answer.text("url") if isinstance(answer, Answer) else None))

    async def stop(self) -> None:
        """Take no more gestures, finish those that were taken, then close. Slack sends the rest to whoever is next."""
        self._stopping = True
        while self._busy:
            await asyncio.wait(self._busy)
        if self._watching:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        self.alive = False

    async def _watch(self, url: str | None) -> None:
        """Keep a connection open. Every pass of the outer loop is a new client."""
        while True:
            client = self._build(url)
            connecting = asyncio.create_task(client.connect())  # type: ignore[no-untyped-call] # slack_sdk gives it none
            try:
                await self._until_hopeless(client)
            finally:
                connecting.cancel()
                await _end(client, connecting)
            url = None  # it is good for one connection

    async def _until_hopeless(self, client: SocketModeClient) -> None:
        """Look after a client, five times a ping, until it was dead for six pings on end."""
        dead, session = 0, client.current_session
        while dead < 30:
            await asyncio.sleep(self._ping / 5)
            alive = await client.is_connected()
            if self.alive and alive and client.current_session is not session:
                # Slack asked for it, or it died and slack_sdk was faster than this look at it.
                _log.info("The Socket Mode connection to Slack was replaced by a new one")
            session = client.current_session
            if alive != self.alive:
                self.alive = alive
                if alive:
                    _log.info("The Socket Mode connection to Slack is open")
                else:
                    _log.warning("The Socket Mode connection to Slack is dead; opening a new one")
            dead = 0 if alive else dead + 1
        _log.warning("The Socket Mode connection to Slack did not come back; starting over")

    def _build(self, url: str | None) -> SocketModeClient:
        """A client of slack_sdk around Bolt's handler. Its Web API client has no session, so its time-out holds."""
        web = AsyncWebClient(base_url=self._api_url, timeout=10, retry_handlers=[])
        web.proxy = None
        handler = AsyncSocketModeHandler(self._incoming.app, self._token, web_client=web, ping_interval=self._ping)
        client = handler.client
        client.proxy = None
        client.wss_uri = url

        async def take(_: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
            if self._stopping:
                return
            task = asyncio.create_task(handler.handle(client, request))
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)
            await task

        client.socket_mode_request_listeners[:] = [take]
        return client


async def _end(client: SocketModeClient, connecting: "asyncio.Task[None]") -> None:
    """Close a client without waiting for an end that does not answer; its own ``close`` would, and leaves its tasks."""
    client.closed = True
    client.auto_reconnect_enabled = False
    with suppress(TimeoutError, OSError):
        async with asyncio.timeout(_GOODBYE_SECONDS):
            await client.disconnect()  # type: ignore[no-untyped-call] # the same
    tasks = [connecting, client.message_processor, client.current_session_monitor, client.message_receiver]
    running = [task for task in tasks if task is not None]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    await client.aiohttp_client_session.close()
