"""What each gesture in Slack does: one function for each, over what ``translate`` understood."""

import logging
from collections.abc import Mapping
from typing import Any

from adapters.slack import answers, forms, translate, wording
from adapters.slack.draft import Command, Draft, Way, draft, read
from adapters.slack.errands import Errands
from adapters.slack.private import PrivateAnswers
from adapters.slack.translate import Payload, Unreadable, text
from adapters.slack.web_api import Answer
from adapters.slack.workspaces import Workspaces
from core import wording as product
from core.account_wording import shown_in
from core.claim_rules import Kind
from core.desk import Desk, Receipt, Refusal
from core.errors import StorageAway, StorageUnsure
from core.people import Identity
from core.snapshot import Field

# Slack's trigger lives 3 s from the press of the key; past this the person is told, while the answer still counts.
OPEN_SECONDS = 2.0

Reply = dict[str, Any]  # the body of the answer to Slack's request

_log = logging.getLogger(__name__)


class Gestures:
    """Every method takes a payload of a workspace of ours and returns the answer's body, None for an empty one.

    ``Unreadable`` is the only exception that is meant to leave them.
    """

    def __init__(self, desk: Desk, api: Workspaces, errands: Errands, private: PrivateAnswers) -> None:
        self._desk = desk
        self._api = api
        self._errands = errands
        self._private = private

    async def command(self, payload: Payload) -> Reply | None:
        """``/escalate``: the form, the receipt of ``now``, or the help."""
        command = read(text(payload, "text"))
        if command.way is Way.HELP or text(payload, "command") != wording.COMMAND:
            return answers.said(wording.HELP)
        if command.way is Way.NOW:
            return await self._now(payload, command)
        if not self._desk.may_open_form(translate.caller(payload).identity):
            return answers.not_recorded([product.SLOW_DOWN], command.words)
        opened = await self._open_form(payload, command.draft)
        return None if opened else answers.form_failed(command)

    async def button(self, payload: Payload) -> None:
        """A verb on a card. The verdict goes to the presser alone, at once; the worker sees to the cards."""
        try:
            click = translate.click(payload)
        except Unreadable:
            self._private.tell(payload, answers.said(wording.OLD_BUTTON))
            return
        try:
            reply = await self._desk.act(click)
        except StorageAway as away:
            self._private.tell(payload, answers.said(product.away(away)))
            return
        if isinstance(reply, list):
            self._private.tell(payload, answers.said(" ".join(map(product.invalid, reply))))
        else:
            self._private.tell(payload, answers.said(reply.sentence, reply.card.title if reply.card else ""))

    async def resolve(self, payload: Payload) -> None:
        """Resolve on a card: asks for the note first. Storage is not asked anything before the form is open."""
        try:
            click = translate.click(payload)
        except Unreadable:
            self._private.tell(payload, answers.said(wording.OLD_BUTTON))
            return
        if await self._open(payload, forms.resolution(click.handoff, click.seen)) is None:
            self._private.tell(payload, answers.said(wording.RESOLVE_FAILED))

    async def open_form(self, payload: Payload) -> None:
        """The button that carries the words of a command whose form did not open."""
        raw = text(translate.action(payload), "value")
        if not await self._open_form(payload, draft(raw)):
            self._private.tell(payload, answers.form_failed(read(raw)))

    async def link(self, payload: Payload) -> None:
        """A button that is only a link: Slack opens it, and there is nothing to do."""

    async def unknown_button(self, payload: Payload) -> None:
        """A button that this program does not know, of an older one or a newer."""
        self._private.tell(payload, answers.said(wording.OLD_BUTTON))

    async def escalated(self, payload: Payload) -> Reply | None:
        """The escalation form, sent: the receipt in its place, or what is wrong at the fields."""
        try:
            answer = await self._desk.escalate(translate.escalation_submitted(payload))
        except StorageAway as away:
            return forms.error(Field.PROBLEM, product.away_form(away))
        match answer:
            case Receipt(sentence=sentence):
                return forms.updated(forms.said(sentence))
            case Refusal(sentence=sentence):
                return forms.error(Field.PROBLEM, sentence)
            case found:
                return forms.errors(found)

    async def resolved(self, payload: Payload) -> Reply | None:
        """The note, sent: the verdict in the form's place. A note that was not recorded is given back with it."""
        try:
            reply = await self._desk.act(translate.resolution_submitted(payload))
        except StorageAway as away:
            return forms.error(Field.NOTE, product.away_form(away))
        if isinstance(reply, list):
            return forms.errors(reply)
        kept = "" if reply.verdict.kind is Kind.DONE else translate.note(payload)
        return forms.updated(forms.said(reply.sentence, kept))

    async def _now(self, payload: Payload, command: Command) -> Reply:
        if not command.words:
            return answers.said(wording.NOTHING_SAID)
        try:
            answer = await self._desk.escalate(translate.escalation_now(payload, command.draft))
        except StorageUnsure:
            # Typed again it is another gesture, of which nobody could say that it is the same.
            return answers.given_back(wording.MAYBE_RECORDED, command.words)
        except StorageAway as away:
            return answers.not_recorded([product.away(away)], command.words)
        match answer:
            case Receipt(sentence=sentence):
                return answers.said(sentence)
            case Refusal(sentence=sentence):
                return answers.not_recorded([sentence], command.words)
            case found:
                return answers.not_recorded([product.invalid(invalid) for invalid in found], command.words)

    async def _open_form(self, payload: Payload, filled: Draft) -> bool:
        opened = await self._open(payload, forms.escalation(filled))
        if opened is None:
            return False
        identity = translate.caller(payload).identity
        self._errands.start(self._say_where(opened, filled, identity))
        return True

    async def _open(self, payload: Payload, view: Mapping[str, Any]) -> Answer | None:
        """Open a modal before anything else is done; None if Slack did not."""
        arguments = {"trigger_id": translate.trigger(payload), "view": view}
        answer = await self._api.call(translate.workspace(payload), "views.open", arguments, OPEN_SECONDS)
        if isinstance(answer, Answer):
            return answer
        _log.warning("Slack did not open a form: %s", answer.reason)
        return None

    async def _say_where(self, opened: Answer, filled: Draft, identity: Identity) -> None:
        """Put into the open form where it will be shown. ``hash`` keeps it from undoing a newer change of the view."""
        try:
            names = [shown_in(room) for room in await self._desk.rooms(identity)]
            where = wording.shown_in(names) if names else product.NO_ROOM
        except StorageAway:
            where = wording.ROOMS_UNKNOWN
        view = forms.escalation(filled, where)
        arguments = {"view_id": opened.text("view", "id"), "hash": opened.text("view", "hash"), "view": view}
        answer = await self._api.call(identity.workspace, "views.update", arguments)
        if not isinstance(answer, Answer):
            # Most often the person was faster and has closed or sent the form.
            _log.info("A form was not told where it will be shown: %s", answer.reason)
