"""The way in from Slack: one route for commands, buttons, forms and events, through the door and Bolt to our own."""

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack import answers, bolt, forms, render, wording
from adapters.slack.door import Door, Refused
from adapters.slack.errands import Errands
from adapters.slack.gestures import Gestures, Reply
from adapters.slack.happenings import Happenings
from adapters.slack.orders import Orders
from adapters.slack.outgoing import SlackOutgoing
from adapters.slack.private import PrivateAnswers
from adapters.slack.screen import Screen
from adapters.slack.settings import SlackSettings
from adapters.slack.translate import Unreadable, action, text
from core.desk import Desk

Payload = dict[str, Any]
Handle = Callable[[Payload], Awaitable[Reply | None]]

_ANY = re.compile("")
_log = logging.getLogger(__name__)


class SlackIncoming:
    """Everything that Slack sends us, over HTTP (``handle``) or Socket Mode (through ``app``)."""

    def __init__(self, settings: SlackSettings, outgoing: SlackOutgoing, desk: Desk) -> None:
        # Without a secret (Socket Mode alone) nothing can be checked, so nothing is let in over HTTP.
        self._door = Door(settings.signing_secret) if settings.signing_secret else None
        self._errands = Errands()
        private = PrivateAnswers(outgoing.api, outgoing.session, self._errands)
        gestures = Gestures(desk, outgoing.api, self._errands, private)
        orders = Orders(desk, outgoing.api, self._errands, private)
        self._commands: dict[str, Handle] = {wording.ORDERS: orders.command}
        self._buttons: dict[str, Handle] = {
            render.ACTION + "claimed": gestures.button,
            render.ACTION + "released": gestures.button,
            render.ACTION + "resolved": gestures.resolve,
            answers.FORM: gestures.open_form,
            answers.SHOW_HERE: orders.show_here,
            render.LINK: gestures.link,
        }
        self._views: dict[str, Handle] = {forms.ESCALATE: gestures.escalated, forms.RESOLVE: gestures.resolved}
        self._gestures = gestures
        self._happenings = Happenings(desk, outgoing.api, self._errands)
        self.session = outgoing.session
        self.app: AsyncApp = bolt.build(settings, Screen(outgoing.api, private).look)
        self._listen()

    @property
    def refused(self) -> int:
        """How many requests were turned away because they were not rightly signed."""
        return self._door.refused if self._door else 0

    @property
    def events(self) -> frozenset[str]:
        """The events that do something; manifest.yml asks for no others."""
        return self._happenings.known

    async def handle(self, request: web.Request) -> web.Response:
        """The route ``POST /slack/events``. Garbage is answered 400, 401, 413 or 415, never 5xx."""
        if self._door is None:
            return web.Response(status=404)
        payload = await self._door.admit(request)
        if isinstance(payload, Refused):
            return web.Response(status=payload.status)
        try:
            # The body was verified and read by the door, so Bolt takes it as an object, as in Socket Mode.
            answer = await self.app.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))
        # Bolt looks into nested parts without asking whether they are there, on its way to a listener and again in its
        # error handler. What our listeners raise does not come this far: Bolt turns it into a 500 (``bolt._failed``).
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            _log.warning("A signed request made no sense (%s)", type(error).__name__)
            return web.Response(status=400)
        return _response(answer)

    async def drain(self) -> None:
        """Wait until every gesture that was acknowledged is through."""
        await self._errands.drain()

    def _listen(self) -> None:
        """One listener for each kind, the hot ones first: every listener before the right one costs some 8 µs."""
        self.app.command(_ANY)(self._on_command)
        self.app.action(_ANY)(self._on_action)
        self.app.view(_ANY)(self._on_view)
        self.app.event(_ANY)(self._on_event)
        self.app.shortcut(_ANY)(self._on_shortcut)

    async def _on_command(self, ack: AsyncAck, body: Payload) -> None:
        try:
            reply = await self._commands.get(text(body, "command"), self._gestures.command)(body)
        except Unreadable:
            reply = answers.said(wording.NOT_UNDERSTOOD)
        await ack(reply or "")

    async def _on_action(self, ack: AsyncAck, body: Payload) -> None:
        try:
            pressed = text(action(body), "action_id")
            await self._buttons.get(pressed, self._gestures.unknown_button)(body)
        except Unreadable:
            await self._gestures.unknown_button(body)
        await ack()

    async def _on_view(self, ack: AsyncAck, body: Payload) -> None:
        handle = self._views.get(text(body, "view", "callback_id"))
        try:
            reply = await handle(body) if handle else None
        except Unreadable:
            reply = forms.updated(forms.said(wording.NOT_UNDERSTOOD))
        await ack(reply or "")

    async def _on_event(self, ack: AsyncAck, body: Payload) -> None:
        """One that means nothing to us is acknowledged all the same, so that Slack does not repeat it."""
        await self._happenings.take(body)
        await ack()

    async def _on_shortcut(self, ack: AsyncAck) -> None:
        """The manifest has no shortcuts; one that an operator added by hand is acknowledged and does nothing."""
        await ack()


def _response(answer: BoltResponse) -> web.Response:
    """Bolt's answer for aiohttp. Nothing here sets cookies or headers, so Bolt's own converter has nothing to add."""
    content_type = "application/json" if answer.body.startswith("{") else "text/plain"
    return web.Response(status=answer.status, body=answer.body.encode(), content_type=content_type, charset="utf-8")
