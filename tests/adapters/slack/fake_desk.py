"""A small desk with a memory: the rules of core without storage, for tests of what stands in front of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core import wording
from core.claim_rules import Kind, Verdict, judge
from core.context_card import describe
from core.deliveries import Lane
from core.desk import VERBS, Click, Receipt, Refusal, Reply
from core.errors import StorageAway
from core.handoff import Handoff, Status
from core.people import Caller, Identity, Person, Role
from core.ports import Room
from core.snapshot import Field, Invalid, Reason, check, check_note
from core.use_cases.escalate import Escalation, tidy

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ROOM = Room("r1", Lane("slack", "T0BATON01", "C0SENIORS", private=False), "#seniors")


def person(caller: Caller) -> Person:
    return Person(caller.identity.user, caller.name, Role.ENGINEER)


class FakeDesk:
    """Everybody is an engineer. ``away`` makes storage be away; ``refusal`` refuses every escalation."""

    def __init__(self) -> None:
        self.handoffs: dict[str, Handoff] = {}
        self.escalations: list[Escalation] = []
        self.clicks: list[Click] = []
        self.away = False
        self.refusal: str | None = None
        self.shown_in: Sequence[Room] = [ROOM]
        self._answered: dict[str, Receipt | Reply] = {}

    async def escalate(self, escalation: Escalation) -> Receipt | Refusal | list[Invalid]:
        await asyncio.sleep(0)
        if self.away:
            raise StorageAway
        if self.refusal:
            return Refusal(self.refusal)
        self.escalations.append(escalation)
        if escalation.request in self._answered:
            return self._answered[escalation.request]
        snapshot = tidy(escalation.snapshot)
        found = check(snapshot)
        target = escalation.target
        if target and target.identity == escalation.by.identity:
            found.append(Invalid(Field.TARGET, Reason.YOURSELF))
        if found:
            return found
        handoff = Handoff(
            f"h{len(self.handoffs)}", 1, Status.OPEN, escalation.priority, snapshot, person(escalation.by),
            escalation.by.identity, NOW, target=person(target) if target else None,
        )  # fmt: skip
        self.handoffs[handoff.id] = handoff
        receipt = Receipt(handoff.id, wording.recorded(handoff, [room.name for room in self.shown_in]))
        self._answered[escalation.request] = receipt
        return receipt

    async def act(self, click: Click) -> Reply | list[Invalid]:
        await asyncio.sleep(0)
        if self.away:
            raise StorageAway
        self.clicks.append(click)
        if found := check_note(click.note):
            return found
        if click.request in self._answered:
            return self._answered[click.request]
        reply = self._act(click)
        self._answered[click.request] = reply
        return reply

    def may_open_form(self, identity: Identity) -> bool:
        return identity.workspace == ROOM.lane.workspace

    async def rooms(self, identity: Identity) -> Sequence[Room]:
        assert identity.workspace == ROOM.lane.workspace
        await asyncio.sleep(0)
        if self.away:
            raise StorageAway
        return self.shown_in

    def _act(self, click: Click) -> Reply:
        handoff = self.handoffs.get(click.handoff)
        verb, who = VERBS[click.verb], person(click.by)
        if handoff is None:
            return Reply(Verdict(Kind.UNKNOWN), wording.UNKNOWN, None)
        verdict = judge(verb, handoff, who)
        if verdict.kind is Kind.DONE:
            handoff = replace(handoff, status=verb.after, version=handoff.version + 1)
            if verb.after is Status.CLAIMED:
                handoff = replace(handoff, claimer=who, claimed_at=NOW)
            if verb.after is Status.RESOLVED:
                handoff = replace(handoff, resolver=who, resolved_at=NOW, resolution=click.note)
            self.handoffs[handoff.id] = handoff
        sentence = wording.verdict(verdict, verb, NOW + timedelta(minutes=2))
        return Reply(verdict, sentence, describe(handoff, sentence))
