"""A desk with state: it judges by core's own rules, and keeps its handoffs in a dict."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core import wording
from core.claim_rules import Kind, Verdict, judge
from core.context_card import describe
from core.desk import VERBS, Click, Reply
from core.errors import StorageAway
from core.handoff import Handoff, Priority, Status
from core.people import Identity, Person, Role
from core.snapshot import Invalid, Snapshot, check_note
from tests.adapters.teams.bot_framework import TENANT

HANDOFF = "01jc0000000000000000000abc"
CREATED = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
NOW = CREATED + timedelta(minutes=2)
JANE = Person("p-jane", "Jane", Role.ENGINEER)


def open_handoff() -> Handoff:
    """An escalation from the other platform that waits to be picked up."""
    return Handoff(
        id=HANDOFF,
        version=1,
        status=Status.OPEN,
        priority=Priority.HIGH,
        snapshot=Snapshot("Outlook is failing to sync for everybody", "Restarted it twice.", "Contoso", "#12345"),
        escalator=JANE,
        origin=Identity("elsewhere", "T1", "U1"),
        created_at=CREATED,
    )


class FakeDesk:
    """One account, bound to one tenant; everybody in it is an engineer."""

    def __init__(self) -> None:
        self.handoffs = {HANDOFF: open_handoff()}
        self.clicks: list[Click] = []
        self.away = False
        self._answered: dict[str, Reply] = {}

    async def act(self, click: Click) -> Reply | list[Invalid]:
        self.clicks.append(click)
        await asyncio.sleep(0)
        if self.away:
            raise StorageAway
        if found := check_note(click.note):
            return found
        if click.request in self._answered:
            return self._answered[click.request]
        reply = self._act(click)
        self._answered[click.request] = reply
        return reply

    def _act(self, click: Click) -> Reply:
        handoff = self.handoffs.get(click.handoff) if click.by.identity.workspace == TENANT else None
        if handoff is None:
            return Reply(Verdict(Kind.UNKNOWN), wording.UNKNOWN, None)
        verb, who = VERBS[click.verb], Person(click.by.identity.user, click.by.name, Role.ENGINEER)
        verdict = judge(verb, handoff, who)
        if verdict.kind is Kind.DONE:
            handoff = replace(handoff, status=verb.after, version=handoff.version + 1)
            if verb.after is Status.CLAIMED:
                handoff = replace(handoff, claimer=who, claimed_at=NOW)
            if verb.after is Status.RESOLVED:
                handoff = replace(handoff, resolver=who, resolved_at=NOW, resolution=click.note)
            self.handoffs[click.handoff] = handoff
        sentence = wording.verdict(verdict, verb, NOW + timedelta(minutes=2))
        return Reply(verdict, sentence, describe(handoff, sentence))
