"""People in front of Teams: their gestures, sent to one Baton, and what they see of the answer."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

import aiohttp

from bot.playground.teams_stand_in import activities
from bot.playground.teams_stand_in.delivery import PATH, SignedRequest, post, sign
from bot.playground.teams_stand_in.directory import User
from bot.playground.teams_stand_in.filling_in import GestureError, fill_in
from bot.playground.teams_stand_in.outcome import Outcome, Reply, seen_of
from bot.playground.teams_stand_in.records import Json, Message, base_of
from bot.playground.teams_stand_in.screens import presses
from bot.playground.teams_stand_in.server import TeamsStandIn

Inputs = Mapping[str, Any]


class TeamsClient:
    """Sends gestures to the Baton at ``baton_url`` ("http://127.0.0.1:3978"); people go by aadObjectId or "29:…".

    ``patience`` is how many real seconds Teams waits for an answer, ``retries`` how often the client then sends a
    button's invoke again (the real one: twice, after 10 s). ``last`` is the request that was signed last. A gesture
    that can't be made on the person's screen raises ``GestureError``.
    """

    def __init__(self, standin: TeamsStandIn, baton_url: str, patience: float = 10.0, retries: int = 0) -> None:
        self.standin = standin
        self.patience, self.retries = patience, retries
        self.last: SignedRequest | None = None
        self._url = f"{baton_url.rstrip('/')}{PATH}"
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "TeamsClient":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections to Baton."""
        if self._session:
            await self._session.close()

    # What a gesture carries, for tests that change it before it is sent, and for benchmarks.

    def execute_activity(
        self, user: str, conversation: str, message_id: str, verb: str, inputs: Inputs | None = None
    ) -> Json:
        """The invoke of pressing an Action.Execute that this person sees; what they filled in is right."""
        whole, errors = self._executed(user, conversation, message_id, verb, inputs or {})
        if errors:
            raise GestureError(f"the client holds this back: {errors}")
        return whole

    def signed(self, activity: Json, token: str | None = None) -> SignedRequest:
        """A request, not sent: with the connector's present token, another one, or none at all ("")."""
        return sign(activity, self.standin.login.bearer(self.standin.service_url) if token is None else token)

    def mint(
        self,
        claims: Mapping[str, Any] | None = None,
        *,
        alg: str = "RS256",
        kid: str | None = None,
        key: Any = None,
    ) -> str:
        """A new token, right unless made wrong: ``claims`` replace or add claims, None takes one away."""
        return self.standin.login.mint(self.standin.service_url, claims, alg=alg, kid=kid, key=key)

    # Sending.

    async def send(self, request: SignedRequest) -> Reply:
        """Send a request as it is; what it answers changes nothing on anybody's screen."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        self.last = request
        return await post(self._session, self._url, request, self.patience)

    async def resend(self, request: SignedRequest | None = None) -> Reply:
        """Send the very same bytes again, as the client does after a time-out: those given, or the last."""
        if (again := request or self.last) is None:
            raise GestureError("nothing was sent yet")
        return await self.send(again)

    async def deliver(self, activity: Json, token: str | None = None) -> Reply:
        """Send any activity with any token."""
        return await self.send(self.signed(activity, token))

    # Gestures.

    async def execute(
        self, user: str, conversation: str, message_id: str, verb: str, inputs: Inputs | None = None
    ) -> Outcome:
        """Press the button of that verb (also on a card that a button opens), with these inputs filled in."""
        whole, errors = self._executed(user, conversation, message_id, verb, inputs or {})
        if errors:
            return Outcome(None, None, "client", errors)
        person, message = self._seen(user, conversation, message_id)
        request = self.signed(whole)
        reply = await self.send(request)
        for _ in range(self.retries):
            if reply.error == "timeout":
                reply = await self.send(request)
        outcome = seen_of(reply)
        if outcome.card is not None:
            self.standin.screens.show(person, message, outcome.card)
            self.standin.feed.changed()
        return outcome

    async def submit(
        self, user: str, conversation: str, message_id: str, name: str, inputs: Inputs | None = None
    ) -> Outcome:
        """Press a button in a client that knows Action.Submit alone; ``name``: an Execute's verb, or a title.

        The bot answers with messages, or not at all: there is nothing to see in the outcome but its status.
        """
        person, message = self._seen(user, conversation, message_id)
        for press in presses(self._card(user, message)):
            action = press.action
            known = name in (action.get("verb"), action.get("title"))
            if action["type"] == "Action.Execute" and isinstance(action.get("fallback"), dict):
                action = action["fallback"]
            if known and action["type"] == "Action.Submit":
                break
        else:
            raise GestureError(f"there is no Action.Submit for {name!r}")
        values, errors = fill_in(press.inputs, inputs or {})
        if errors:
            return Outcome(None, None, "client", errors)
        data = _merged(action, values)
        whole = activities.submitted(self.standin, person, message.conversation, message.id, data)
        return _unseen(await self.deliver(whole))

    async def message(self, user: str, conversation: str | None, text: str, mentions: Sequence[str] = ()) -> Outcome:
        """Write to the bot: a new thread in a channel, an answer in a thread, in a group chat, or (None) in one's own.

        ``mentions`` are people whose "@Name" in the text is a mention; in one's chat with the bot there is nobody else.
        """
        person = self._person(user)
        place = conversation or self.standin.directory.chat_of(person)
        if not self.standin.directory.sees(person, place):
            raise GestureError(f"{user} does not see {place}")
        room = self.standin.directory.shared(base_of(place))
        if room and not room.bot_installed:
            raise GestureError(f"the bot is not in {place}, and hears nothing there")
        mentioned = [self._person(one) for one in mentions]
        for other in mentioned:
            if room is None or not room.has(other) or f"@{other.name}" not in text:
                raise GestureError(f"{other.name} can't be mentioned there")
        content = {"type": "message", "text": text}
        message = self.standin.connector.post(place, content, person.id)
        self.standin.feed.changed()
        place = message.conversation
        return _unseen(await self.deliver(activities.said(self.standin, person, place, message.id, text, mentioned)))

    async def installed(self, user: str, room: str | None = None) -> list[Reply]:
        """Install the app, for a channel's team, a private channel, a group chat or (None) for oneself."""
        return await self._install(user, room, added=True)

    async def uninstalled(self, user: str, room: str | None = None) -> list[Reply]:
        """Take the app away again."""
        return await self._install(user, room, added=False)

    async def delete_channel(self, user: str, channel: str) -> Reply:
        """Delete a channel, with all that is in it."""
        gone = self.standin.directory.channels[channel]
        gone.deleted = True
        self.standin.feed.changed()
        return await self.deliver(activities.deleted(self.standin, self._person(user), gone))

    async def _install(self, user: str, room: str | None, *, added: bool) -> list[Reply]:
        person, directory = self._person(user), self.standin.directory
        if room is None:
            person.app_installed = added
        elif shared := directory.shared(room):
            directory.install(shared, added)
        else:
            raise GestureError(f"there is no {room} in this tenant")
        place = room or directory.chat_of(person)
        return [await self.deliver(one) for one in activities.installed(self.standin, person, place, added=added)]

    # What is in front of a person.

    def view_of(self, user: str, conversation: str, message_id: str) -> Json | None:
        """The card of a message as it is in front of someone now; None where they see none."""
        return self.standin.view_of(user, conversation, message_id)

    def _person(self, user: str) -> User:
        person = self.standin.directory.find(user)
        if person is None:
            raise GestureError(f"there is no {user} in this tenant")
        return person

    def _seen(self, user: str, conversation: str, message_id: str) -> tuple[User, Message]:
        person, message = self._person(user), self.standin.screens.message(user, conversation, message_id)
        if message is None:
            raise GestureError(f"{user} sees no message {message_id} in {conversation}")
        return person, message

    def _card(self, user: str, message: Message) -> Json:
        card = self.view_of(user, message.conversation, message.id)
        if card is None:
            raise GestureError(f"message {message.id} has no card")
        return card

    def _executed(
        self, user: str, conversation: str, message_id: str, verb: str, inputs: Inputs
    ) -> tuple[Json, dict[str, str]]:
        person, message = self._seen(user, conversation, message_id)
        for press in presses(self._card(user, message)):
            action = press.action
            if action["type"] == "Action.Execute" and action["verb"] == verb and action.get("isEnabled", True):
                break
        else:
            raise GestureError(f"there is no button with the verb {verb!r} on the card of {message_id}")
        taken = () if str(action.get("associatedInputs", "")).lower() == "none" else press.inputs
        values, errors = fill_in(taken, inputs)
        data = _merged(action, values)
        return activities.pressed(self.standin, person, message.conversation, message.id, action, data), errors


def _merged(action: Json, values: Json) -> Json:
    data = action.get("data", {})
    # The client's own library puts inputs over data of the same name.
    return {**data, **values} if isinstance(data, dict) else {"data": data, **values}


def _unseen(reply: Reply) -> Outcome:
    error = reply.error or (None if reply.status and reply.status < 300 else "failed")
    return Outcome(reply.status, reply.body, error)
