"""People in front of Slack: their gestures, sent to one Baton, and what they see of the answer."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any

import aiohttp

from bot.playground.slack_stand_in import forms, payloads
from bot.playground.slack_stand_in.delivery import PATH, SignedRequest, encode, post, sign
from bot.playground.slack_stand_in.hooks import say
from bot.playground.slack_stand_in.outcome import Outcome, Reply
from bot.playground.slack_stand_in.payloads import GestureError
from bot.playground.slack_stand_in.records import Channel, Hook, Json, Message, Refused, View
from bot.playground.slack_stand_in.server import SlackStandIn
from bot.playground.slack_stand_in.submitting import apply_answer, close


class SlackClient:
    """Sends gestures to the Baton at ``baton_url`` ("http://127.0.0.1:3000"), or over Socket Mode without one.

    ``patience`` is how many real seconds Slack waits for an answer. ``last`` is the request that was signed last.
    ``team`` is the workspace that these people are in, the first one unless another is named.
    A gesture that can't be made on the person's screen raises ``GestureError``.
    """

    def __init__(
        self, standin: SlackStandIn, baton_url: str | None = None, patience: float = 3.0, team: str | None = None
    ) -> None:
        self.standin, self.workspace = standin, standin.of(team) if team else standin.workspace
        self.patience = patience
        self.last: SignedRequest | None = None
        self._url = f"{baton_url.rstrip('/')}{PATH}" if baton_url else None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "SlackClient":
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

    def command_payload(self, user: str, command: str, text: str = "", channel: str | None = None) -> Json:
        """The fields of a slash command; without a channel it is typed in the direct message with the bot."""
        if user not in self.workspace.users:
            raise GestureError(f"there is no {user} in this workspace")
        where = self._seen_channel(user, channel) if channel else self.workspace.direct(user)
        return payloads.command(self.workspace, user, command, text, where, self.standin.hooks_url)

    def click_payload(self, user: str, channel: str, ts: str, action_id: str, value: Any = None) -> Json:
        """The payload of pressing a button (or choosing ``value``) in a message that this person sees."""
        return payloads.click(
            self.workspace, user, self._seen_message(user, channel, ts), action_id, value, self.standin.hooks_url
        )

    def submit_payload(self, user: str, view_id: str) -> Json:
        """The payload of submitting a form as it stands."""
        return payloads.submission(self.workspace, user, self._seen_view(user, view_id))

    def signed(
        self, kind: str, payload: Json, timestamp: int | None = None, headers: dict[str, str] | None = None
    ) -> SignedRequest:
        """A request, signed but not sent. ``kind``: slash_commands, interactive or events_api."""
        body, content_type = encode(kind, payload)
        at = int(self.standin.signing_clock().timestamp()) if timestamp is None else timestamp
        return sign(self.standin.signing_secret, body, content_type, at, headers)

    # Sending.

    async def send(self, request: SignedRequest) -> Reply:
        """Send a signed request as it is; what it answers changes nothing on anybody's screen."""
        if self._url is None:
            raise GestureError("over Socket Mode there are no signed requests")
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        self.last = request
        return await post(self._session, self._url, request, self.patience)

    async def resend(self, request: SignedRequest | None = None) -> Reply:
        """Send the very same bytes again: those given, or the last."""
        if (again := request or self.last) is None:
            raise GestureError("nothing was sent yet")
        return await self.send(again)

    async def deliver(self, kind: str, payload: Json) -> Reply:
        """Send any payload, signed, or as an envelope over Socket Mode."""
        if self._url is None:
            return await self.standin.socket_mode.deliver(kind, payload, self.patience)
        return await self.send(self.signed(kind, payload))

    # Gestures.

    async def command(self, user: str, command: str, text: str = "", channel: str | None = None) -> Outcome:
        """Type a slash command."""
        payload = self.command_payload(user, command, text, channel)
        before = len(self.workspace.messages)
        reply = await self.deliver("slash_commands", payload)
        error = reply.error
        if error is None and reply.body:
            error = self._show_answer(Hook(user, payload["channel_id"], self.workspace.clock()), reply.body)
        return self._outcome(user, before, reply, error)

    async def click(self, user: str, channel: str, ts: str, action_id: str, value: Any = None) -> Outcome:
        """Press a button of a message (ephemeral ones too), or choose ``value`` in one of its menus."""
        return await self._interact(user, self.click_payload(user, channel, ts, action_id, value))

    async def click_in_view(self, user: str, view_id: str, action_id: str, value: Any = None) -> Outcome:
        """Press a button of a modal, or choose ``value`` in one of its menus."""
        view = self._seen_view(user, view_id)
        return await self._interact(user, payloads.click_in_view(self.workspace, user, view, action_id, value))

    async def submit(self, user: str, view_id: str, values: Mapping[str, Any] | None = None) -> Outcome:
        """Fill fields in (named by block id or action id; options by their value) and send the form."""
        view = self._seen_view(user, view_id)
        self.fill_in(user, view_id, values or {})
        if "submit" not in view.content:
            raise GestureError("this modal has no button to send it")
        if errors := forms.client_errors(view.content["blocks"], view.values):
            return Outcome(None, None, "client", errors, view=view)
        view.errors, before = {}, len(self.workspace.messages)
        reply = await self.deliver("interactive", payloads.submission(self.workspace, user, view))
        error = reply.error or apply_answer(self.workspace, view, reply.body)
        return self._outcome(user, before, reply, error, dict(view.errors))

    def fill_in(self, user: str, view_id: str, values: Mapping[str, Any]) -> None:
        """Type into a form without sending it."""
        view = self._seen_view(user, view_id)
        try:
            view.values = forms.fill_in(view.content["blocks"], view.values, values)
        except LookupError as missing:
            raise GestureError(str(missing)) from None
        self.workspace.feed.changed()

    async def close_view(self, user: str, view_id: str) -> Outcome:
        """Close a modal by its cross; Baton hears of it only if the modal asked for that."""
        view = self._seen_view(user, view_id)
        before, cleared = len(self.workspace.messages), bool(view.content.get("clear_on_close"))
        payload = payloads.closing(self.workspace, user, view, cleared=cleared)
        close(self.workspace, view)
        if not view.content.get("notify_on_close"):
            return self._outcome(user, before, Reply(None, None), None)
        reply = await self.deliver("interactive", payload)
        return self._outcome(user, before, reply, reply.error)

    async def event(
        self, inner: Json, *, event_id: str | None = None, retry: int = 0, reason: str = "http_timeout"
    ) -> Reply:
        """Deliver an event; ``retry`` above 0 makes it that retry, and needs the first one's ``event_id``."""
        body = payloads.event(self.workspace, inner, event_id)
        if self._url is None:
            again = {"retry_attempt": retry, "retry_reason": reason if retry else ""}
            return await self.standin.socket_mode.deliver("events_api", body, self.patience, again)
        headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else None
        return await self.send(self.signed("events_api", body, headers=headers))

    async def _interact(self, user: str, payload: Json) -> Outcome:
        before = len(self.workspace.messages)
        reply = await self.deliver("interactive", payload)
        return self._outcome(user, before, reply, reply.error)

    def _outcome(
        self, user: str, before: int, reply: Reply, error: str | None, errors: dict[str, str] | None = None
    ) -> Outcome:
        seen = [m for m in self.workspace.messages[before:] if m.ephemeral_to == user and not m.deleted]
        return Outcome(reply.status, reply.body, error, errors or {}, seen, self.workspace.view_of(user))

    def _show_answer(self, hook: Hook, body: Any) -> str | None:
        try:
            say(self.workspace, hook, body if isinstance(body, dict) else {"text": body})
        except Refused:
            return "invalid_command_response"
        return None

    # What is in front of a person.

    def _seen_channel(self, user: str, channel_id: str) -> Channel:
        channel = self.workspace.channels.get(channel_id)
        if user not in self.workspace.users or channel is None or not channel.has(user):
            raise GestureError(f"{user} does not see {channel_id}")
        return channel

    def _seen_message(self, user: str, channel: str, ts: str) -> Message:
        self._seen_channel(user, channel)
        message = self.workspace.message(channel, ts)
        if message is None or message.ephemeral_to not in (None, user):
            raise GestureError(f"{user} sees no message {ts} in {channel}")
        return message

    def _seen_view(self, user: str, view_id: str) -> View:
        view = self.workspace.views.get(view_id)
        if view is None or view.user != user or not view.open:
            raise GestureError(f"{user} has no modal {view_id} open")
        return view
