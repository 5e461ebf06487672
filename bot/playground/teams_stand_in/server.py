"""Microsoft's side as a whole: a local server with the logins and the Bot Connector."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from aiohttp import web

from bot.playground.faults import Fault, FaultScript, Ok
from bot.playground.feed import Feed, Seen
from bot.playground.teams_stand_in.answering import answer
from bot.playground.teams_stand_in.bodies import body_of, new_target
from bot.playground.teams_stand_in.connector import Connector
from bot.playground.teams_stand_in.directory import Channel, Directory, GroupChat, User
from bot.playground.teams_stand_in.login import BotFrameworkLogin, EntraLogin
from bot.playground.teams_stand_in.pace import PUBLISHED, Pace, PaceKeeper
from bot.playground.teams_stand_in.records import Answer, Call, Json, Message, Refused, base_of
from bot.playground.teams_stand_in.screens import Screens, carried

APP_ID = "11111111-2222-4333-8444-555555555555"
TENANT_ID = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
_MOST_BODY = 4 * 1024 * 1024


def _now() -> datetime:
    return datetime.now(UTC)


class TeamsStandIn:
    """A tenant behind the Bot Connector on 127.0.0.1. ``clock`` answers aware UTC datetimes and may stand still.

    ``token_clock`` is what tokens are dated by: the machine's own clock unless told otherwise, since Baton's check of
    them goes by that too. ``pace`` is the published one; None lets everything pass. While ``outage`` is set, every call
    of Baton's that has no fault of its own meets it. ``beside`` is another tenant of the same Microsoft: the two share
    keys and logins, so that the addresses of either serve a Baton that has a registration in both.
    """

    def __init__(
        self,
        app_id: str = APP_ID,
        app_password: str = "stand-in-app-password",  # noqa: S107 - made up, opens nothing
        tenant_id: str = TENANT_ID,
        clock: Callable[[], datetime] = _now,
        *,
        token_clock: Callable[[], datetime] = _now,
        pace: Pace | None = PUBLISHED,
        beside: "TeamsStandIn | None" = None,
    ) -> None:
        self.app_id, self.app_password, self.tenant_id, self.clock = app_id, app_password, tenant_id, clock
        self.bot_id = f"28:{app_id}"
        self.directory = Directory(tenant_id)
        self.connector = Connector(self.directory, self.bot_id, clock)
        self.login: BotFrameworkLogin = BotFrameworkLogin(app_id, token_clock, beside.login.shared if beside else None)
        self.entra: EntraLogin = beside.entra if beside else EntraLogin(token_clock)
        self.entra.register(app_id, app_password, tenant_id)
        self.screens = Screens(self.directory, self.connector)
        self.feed = Feed()
        self.calls: list[Call] = []
        self.outage: Fault = Ok()
        self._pace = PaceKeeper(pace, clock) if pace else None
        self._faults = FaultScript()
        self._stopping = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.root = ""

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes a free one."""
        app = web.Application(client_max_size=_MOST_BODY)
        of_conversation = "/teams/v3/conversations/{conversation}"
        app.router.add_get("/v1/.well-known/openidconfiguration", self._metadata)
        app.router.add_get("/v1/.well-known/keys", self._keys)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        app.router.add_post("/teams/v3/conversations", self._create)
        app.router.add_post(f"{of_conversation}/activities", self._send)
        app.router.add_post(f"{of_conversation}/activities/{{activity}}", self._send)
        app.router.add_put(f"{of_conversation}/activities/{{activity}}", self._update)
        app.router.add_delete(f"{of_conversation}/activities/{{activity}}", self._delete)
        app.router.add_get(f"{of_conversation}/members/{{user}}", self._members)
        app.router.add_get(f"{of_conversation}/pagedmembers", self._members)
        app.router.add_get("/teams/v3/teams/{team}/conversations", self._channels)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.root = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening; calls that hang are dropped."""
        self._stopping.set()
        if self._runner:
            await self._runner.cleanup()

    @property
    def service_url(self) -> str:
        """Where the Bot Connector is."""
        return f"{self.root}/teams/"

    @property
    def openid_metadata_url(self) -> str:
        """Where Bot Framework's OpenID metadata is."""
        return f"{self.root}/v1/.well-known/openidconfiguration"

    @property
    def token_url(self) -> str:
        """Where the tenant's login gives tokens."""
        return f"{self.root}/{self.tenant_id}/oauth2/v2.0/token"

    @property
    def token_urls(self) -> str:
        """Where every tenant's login gives tokens, "{tenant}" standing for the tenant."""
        return f"{self.root}/{{tenant}}/oauth2/v2.0/token"

    @property
    def messages(self) -> list[Message]:
        """Every message there ever was, people's and deleted ones too, oldest first."""
        return self.connector.messages

    def add_user(self, user: User) -> User:
        """Let someone into the tenant."""
        return self.directory.add(user)

    def add_channel(self, channel: Channel) -> Channel:
        """Open a channel."""
        self.directory.channels[channel.id] = channel
        return channel

    def add_group_chat(self, chat: GroupChat) -> GroupChat:
        """Begin a group chat."""
        self.directory.groups[chat.id] = chat
        return chat

    def remove(self, conversation: str, message_id: str) -> None:
        """Have somebody delete a message by hand."""
        message = self.connector.message(conversation, message_id)
        if message is None:
            raise LookupError(f"there is no message {message_id} in {conversation}")
        message.deleted = True
        self.feed.changed()

    def cards_by(self, name: str, channel: str) -> dict[str, list[Message]]:
        """The bot's cards that hang in a channel now, by what their buttons carry under ``name`` in their data.

        A card that has lost its buttons counts for what it carried before; one that never had any is under "".
        """
        hanging = [m for m in self.messages if m.by_bot and m.card and not m.deleted and m.channel == channel]
        found: dict[str, list[Message]] = {}
        for message in hanging:
            found.setdefault(carried(message, name), []).append(message)
        return found

    def view_of(self, user: str, conversation: str, message_id: str) -> Json | None:
        """The card of a message as it is in front of someone now; None where they see none."""
        return self.screens.card(user, conversation, message_id)

    def visible_to(self, user: str, conversation: str | None = None) -> list[Message]:
        """The messages that someone has in their client, oldest first, everywhere or in one channel or chat."""
        person = self.directory.find(user)
        return [
            message
            for message in self.messages
            if person is not None
            and not message.deleted
            and self.directory.sees(person, message.conversation)
            and conversation in (None, message.conversation, message.channel)
        ]

    def rotate_keys(self, keep_old: bool = False) -> None:
        """Have Bot Framework sign with a new key."""
        self.login.rotate(keep_old)

    def end_tokens(self) -> None:
        """End every token that Baton was given."""
        self.entra.end_all()

    def subscribe(self, subscriber: Callable[[], None]) -> Callable[[], None]:
        """Have ``subscriber`` called at every change, on the event loop; the answer ends that."""
        return self.feed.subscribe(subscriber)

    async def wait_until(self, predicate: Callable[[], Seen], timeout: float = 5.0) -> Seen:  # noqa: ASYNC109 - read as a limit
        """Wait until ``predicate`` answers something true, and answer that; ``TimeoutError`` after real seconds."""
        return await self.feed.wait_until(predicate, timeout)

    def faults(self, route: str, script: Iterable[Fault], conversation: str | None = None) -> None:
        """Make the next calls of a route go wrong, one fault each.

        Routes: token, metadata, keys, create, send, update, delete, members, channels. ``conversation`` counts only
        calls about that channel or chat (threads are part of their channel; a new chat goes by the person's id as it
        was told; channels go by their team).
        """
        self._faults.add(route, script, conversation)

    @property
    def faults_left(self) -> int:
        """How many scripted faults have not met their call yet."""
        return self._faults.left()

    # The routes.

    async def _metadata(self, request: web.Request) -> web.StreamResponse:
        return await self._take(request, "metadata", None, None, lambda: Answer(self.login.metadata(self.root)))

    async def _keys(self, request: web.Request) -> web.StreamResponse:
        return await self._take(request, "keys", None, None, lambda: Answer(self.login.key_set()))

    async def _token(self, request: web.Request) -> web.StreamResponse:
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        logged = {name: value for name, value in form.items() if name != "client_secret"}
        tenant = request.match_info["tenant"]
        return await self._take(
            request, "token", None, logged, lambda: Answer(self.entra.give(tenant, request.content_type, form))
        )

    async def _create(self, request: web.Request) -> web.StreamResponse:
        body = await body_of(request)
        return await self._connect(
            request, "create", new_target(body), body, lambda: self.connector.create(body, self.service_url)
        )

    async def _send(self, request: web.Request) -> web.StreamResponse:
        place, body = request.match_info["conversation"], await body_of(request)
        reply_to = request.match_info.get("activity")
        return await self._connect(request, "send", place, body, lambda: self.connector.send(place, body, reply_to))

    async def _update(self, request: web.Request) -> web.StreamResponse:
        place, message, body = (
            request.match_info["conversation"],
            request.match_info["activity"],
            await body_of(request),
        )
        return await self._connect(request, "update", place, body, lambda: self.connector.update(place, message, body))

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        place, message = request.match_info["conversation"], request.match_info["activity"]
        return await self._connect(request, "delete", place, None, lambda: self.connector.delete(place, message))

    async def _members(self, request: web.Request) -> web.StreamResponse:
        place, user = request.match_info["conversation"], request.match_info.get("user")

        def perform() -> Answer:
            if user is None:
                return self.connector.paged_members(place, request.query)
            return self.connector.member(place, user)

        return await self._connect(request, "members", place, None, perform)

    async def _channels(self, request: web.Request) -> web.StreamResponse:
        team = request.match_info["team"]
        return await self._connect(request, "channels", team, None, lambda: self.connector.channels(team))

    async def _connect(
        self, request: web.Request, route: str, target: str | None, body: object, perform: Callable[[], Answer]
    ) -> web.StreamResponse:
        def checked() -> Answer:
            self.entra.check(request.headers.get("Authorization"), self.app_id)
            if isinstance(body, Refused):
                raise body
            person = self.directory.find(target) if target else None
            place = person.chat if person else base_of(target or "")
            if self._pace and (wait := self._pace.wait(place, reads=route in ("members", "channels"))):
                raise Refused(429, "Throttled", "Too many requests.", wait)
            return perform()

        return await self._take(request, route, target, body, checked)

    async def _take(
        self, request: web.Request, route: str, target: str | None, body: object, perform: Callable[[], Answer]
    ) -> web.StreamResponse:
        about = base_of(target) if target else None
        told = None if isinstance(body, Refused) else body
        call = Call(route, request.method, request.path_qs, about, told, self.clock())
        self.calls.append(call)
        self.feed.changed()

        def done() -> Answer:
            # Told at once: after this the answer may still be a long silence.
            try:
                return perform()
            finally:
                self.feed.changed()

        fault = self._faults.next(route, about)
        fault = self.outage if isinstance(fault, Ok) else fault
        response = await answer(request, call, fault, done, self._stopping)
        self.feed.changed()
        return response
