"""The stand-in as a whole: a local server with Slack's Web API, response URLs, Socket Mode and its page to install."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from aiohttp import web

from bot.playground.faults import Fault, FaultScript, Ok
from bot.playground.feed import Seen
from bot.playground.slack_stand_in.answering import answer
from bot.playground.slack_stand_in.arguments import read
from bot.playground.slack_stand_in.hooks import use_hook
from bot.playground.slack_stand_in.installing import AUTHORIZE, Installing
from bot.playground.slack_stand_in.methods import SCOPES, carry_out
from bot.playground.slack_stand_in.pace import PUBLISHED, Pace
from bot.playground.slack_stand_in.records import Call, Channel, Enterprise, Json, Message, Refused, Team, User, View
from bot.playground.slack_stand_in.socket_mode import SocketMode
from bot.playground.slack_stand_in.teams import Teams
from bot.playground.slack_stand_in.workspace import Workspace


def _now() -> datetime:
    return datetime.now(UTC)


def _read(content_type: str, body: bytes, query: Mapping[str, str]) -> tuple[Json, Refused | None]:
    try:
        return read(content_type, body, query), None
    except Refused as refused:
        return {}, refused


class SlackStandIn:
    """Workspaces behind Slack's Web API on 127.0.0.1. ``clock`` answers aware UTC datetimes and may stand still.

    There is one from the beginning, with our app in it unless ``installed`` is false; ``add_team`` adds others. What is
    not asked of another workspace (``of``) is the first one's.

    Requests are signed by ``signing_clock``, the same unless another is given: Baton checks them by the machine's own.
    ``pace`` is the published one; None lets everything pass. ``token_error`` makes every call with the right token fail
    with that code, such as token_revoked or account_inactive. ``scopes`` are those granted to the bot's token. While
    ``outage`` is set, every call of Baton's that has no fault of its own meets it. ``app`` is what is needed to have
    it installed, and ``app.redirect_urls`` must be filled before anybody can.
    """

    def __init__(
        self,
        *,
        signing_secret: str = "stand-in-signing-secret",  # noqa: S107 - made up, opens nothing
        bot_token: str = "xoxb-stand-in",  # noqa: S107 - the same
        app_token: str = "xapp-stand-in",  # noqa: S107 - the same
        team: Team | None = None,
        clock: Callable[[], datetime] = _now,
        signing_clock: Callable[[], datetime] | None = None,
        pace: Pace | None = PUBLISHED,
        scopes: Iterable[str] = SCOPES,
        installed: bool = True,
    ) -> None:
        self.signing_secret, self.app_token = signing_secret, app_token
        self.signing_clock = signing_clock or clock
        self.token_error: str | None = None
        self.outage: Fault = Ok()
        self.teams = Teams(clock, pace)
        self.workspace = self.teams.add(team or Team(), None)
        if installed:
            self.teams.install(self.workspace.team.id, scopes, bot_token)
        self.app = Installing(self.teams, clock)
        self.socket_mode = SocketMode(self.workspace)
        self._faults = FaultScript()
        self._stopping = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.root = ""

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes a free one."""
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/hooks/{name}", self._hook)
        app.router.add_get("/link", self.socket_mode.handle)
        app.router.add_get(AUTHORIZE, self.app.page)
        app.router.add_post(AUTHORIZE, self.app.page)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.root = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening; calls that hang are dropped."""
        self._stopping.set()
        await self.socket_mode.stop()
        if self._runner:
            await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        """The base of the Web API, ending in ``/api/``."""
        return f"{self.root}/api/"

    @property
    def authorize_url(self) -> str:
        """Where people are sent to allow the app."""
        return f"{self.root}{AUTHORIZE}"

    @property
    def bot_token(self) -> str:
        """The bot's token in the first workspace, "" where it is not installed."""
        return self.workspace.token

    @property
    def hooks_url(self) -> str:
        """The base of the response URLs."""
        return f"{self.root}/hooks/"

    @property
    def messages(self) -> list[Message]:
        """Every message there ever was, ephemeral and deleted ones too, oldest first."""
        return self.workspace.messages

    @property
    def views(self) -> dict[str, View]:
        """Every modal there ever was, by id."""
        return self.workspace.views

    @property
    def calls(self) -> list[Call]:
        """Every call to the Web API and to response URLs, oldest first."""
        return self.workspace.calls

    def add_team(self, team: Team, *, enterprise: Enterprise | None = None, installed: bool = False) -> Workspace:
        """Open another workspace. One of an enterprise where the app is installed for all of it has the app at once."""
        beside = [workspace for workspace in self.teams.all if enterprise and workspace.enterprise == enterprise]
        workspace = self.teams.add(team, enterprise)
        if enterprise and any(other.org_wide and other.token for other in beside):
            self.teams.install(enterprise.id, beside[0].scopes)
        elif installed:
            self.teams.install(team.id, SCOPES)
        return workspace

    def of(self, team: str) -> Workspace:
        """A workspace by its team's id; ``LookupError`` if there is none."""
        return self.teams.of(team)[0]

    def add_user(self, user: User) -> User:
        """Let someone into the workspace."""
        return self.workspace.add_user(user)

    def add_channel(self, channel: Channel) -> Channel:
        """Open a channel."""
        return self.workspace.add_channel(channel)

    def say(
        self,
        user: str,
        channel: str,
        text: str,
        thread_ts: str | None = None,
        *,
        bot_id: str | None = None,
        metadata: Json | None = None,
    ) -> Message:
        """Have a person, or by ``bot_id`` another app, write in a channel; our app is sent no event of it."""
        said = Message(channel, self.workspace.next_ts(), user, text, metadata=metadata, by_bot=False)
        said.thread_ts, said.other_bot = thread_ts, bot_id
        return self.workspace.add_message(said)

    def remove(self, channel: str, ts: str) -> None:
        """Have somebody delete a message by hand."""
        message = self.workspace.message(channel, ts)
        if message is None:
            raise LookupError(f"there is no message {ts} in {channel}")
        message.deleted = True
        self.workspace.feed.changed()

    def by_key(self, *, deleted: bool = False) -> dict[str, list[Message]]:
        """Our bot's messages that stand, or those that were deleted, by the ``key`` in their metadata.

        Wherever they are: in channels, threads and direct messages. More than one under a key is a double.
        """
        found: dict[str, list[Message]] = {}
        for message in self.messages:
            if message.by_bot and message.metadata and message.deleted is deleted:
                found.setdefault(str(message.metadata["event_payload"].get("key")), []).append(message)
        return found

    def view_of(self, user: str) -> View | None:
        """The modal on top of someone's screen."""
        return self.workspace.view_of(user)

    def visible_to(self, user: str, channel: str | None = None) -> list[Message]:
        """What someone sees, oldest first, everywhere or in one channel."""
        return self.workspace.visible_to(user, channel)

    def subscribe(self, subscriber: Callable[[], None]) -> Callable[[], None]:
        """Have ``subscriber`` called at every change, on the event loop; the answer ends that."""
        return self.workspace.feed.subscribe(subscriber)

    async def wait_until(self, predicate: Callable[[], Seen], timeout: float = 5.0) -> Seen:  # noqa: ASYNC109 - read as a limit
        """Wait until ``predicate`` answers something true, and answer that; ``TimeoutError`` after real seconds."""
        return await self.workspace.feed.wait_until(predicate, timeout)

    def faults(self, method: str, script: Iterable[Fault], channel: str | None = None) -> None:
        """Make the next calls of a method go wrong, one fault each; ``channel`` counts only calls that name it.

        Response URLs are the method ``hook``.
        """
        self._faults.add(method, script, channel)

    @property
    def faults_left(self) -> int:
        """How many scripted faults have not met their call yet."""
        return self._faults.left()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given, unread = _read(request.content_type, await request.read(), request.query)
        args = {name: value for name, value in given.items() if name != "token"}
        call = self._log(method, args)
        token = request.headers.get("Authorization", "") or str(given.get("token", ""))

        def perform() -> Json:
            if unread:
                raise unread
            return {"ok": True, **self._carry_out(call, token, args)}

        channel = args.get("channel")
        fault = self._faults.next(method, channel if isinstance(channel, str) else None)
        fault = self.outage if isinstance(fault, Ok) else fault
        response = await answer(request, call, fault, perform, self._stopping)
        self.workspace.feed.changed()
        return response

    def _carry_out(self, call: Call, token: str, args: Json) -> Json:
        if call.method == "oauth.v2.access":
            return self.app.exchange(token, args)
        token = token.removeprefix("Bearer ")
        if not token:
            raise Refused("not_authed")
        connecting = call.method == "apps.connections.open"
        if connecting != (token == self.app_token):
            known = {self.app_token, *(workspace.token for workspace in self.teams.all)}
            raise Refused("not_allowed_token_type" if token in known else "invalid_auth")
        workspace = self.workspace if connecting else self.teams.called(token, args)
        if self.token_error:
            raise Refused(self.token_error)
        if connecting:
            return {"url": f"{self.root.replace('http', 'ws', 1)}/link?ticket={self.socket_mode.ticket()}"}
        call.team = workspace.team.id
        if wait := self.teams.wait(workspace, call.method, str(args.get("channel"))):
            raise Refused("ratelimited", after=wait)
        return carry_out(workspace, call.method, args)

    async def _hook(self, request: web.Request) -> web.StreamResponse:
        name, body = request.match_info["name"], await request.read()
        payload, unread = _read(request.content_type, body, {})
        call = self._log("hook", {"url": str(request.url), **payload})
        workspace = self.teams.with_hook(name)
        call.team = workspace.team.id

        def perform() -> Json:
            if unread:
                raise unread
            return use_hook(workspace, name, payload)

        fault = self._faults.next("hook", None)
        fault = self.outage if isinstance(fault, Ok) else fault
        response = await answer(request, call, fault, perform, self._stopping, refused_status=404)
        self.workspace.feed.changed()
        return response

    def _log(self, method: str, args: Json) -> Call:
        call = Call(method, args, self.workspace.clock())
        self.calls.append(call)
        self.workspace.feed.changed()
        return call
