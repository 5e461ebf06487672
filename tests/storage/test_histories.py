"""Random histories against a small model of what must come out; on both databases, seeds printed."""

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from core.claim_rules import Kind, Verdict, judge
from core.handoff import Handoff, Move, NewHandoff, Status
from core.people import Caller, Person, Role, Standing
from core.ports import Inactive, Recorded
from core.use_cases.claim import CLAIM
from core.use_cases.release import RELEASE
from core.use_cases.resolve import RESOLVE
from storage.account import SqlAccount
from storage.engine import OpenRecords
from tests.storage.cast import (
    DANA,
    DANA_ON_GREEN,
    GUEST,
    JANE,
    LEE,
    NOON,
    caller,
    give,
    made,
    member,
    move,
    new,
    open_account,
    stands,
)
from tests.storage.rows import count, rows

STEPS = 80
PAT = caller("pat")
PEOPLE = (JANE, DANA, DANA_ON_GREEN, LEE, GUEST, PAT)
VERBS = (CLAIM, CLAIM, RELEASE, RESOLVE)


@dataclass
class Model:
    """Everything that should be so, in plain Python."""

    people: dict[Caller, Person]
    standing: dict[Caller, Standing]
    handoffs: dict[str, Handoff] = field(default_factory=dict)
    escalations: dict[str, str] = field(default_factory=dict)
    answered: dict[str, Verdict] = field(default_factory=dict)
    events: Counter[str] = field(default_factory=Counter)

    def escalated(self, new: NewHandoff, answer: Recorded) -> None:
        """A new handoff, or the same again."""
        known = self.escalations.setdefault(new.request, new.id)
        assert answer.handoff.id == known
        if known == new.id and known not in self.handoffs:
            self.handoffs[known] = answer.handoff
            self.events["escalated"] += 1
        assert answer.handoff == self.handoffs[known]

    def verdict(self, asked: Move) -> Verdict:
        """What must be answered; from now on it has happened."""
        if asked.request in self.answered:
            return self.answered[asked.request]
        handoff, actor = self.handoffs[asked.handoff], self.people[asked.by]
        verdict = judge(asked.verb, handoff, actor, self.standing[asked.by])
        self.answered[asked.request] = verdict
        if verdict.kind is Kind.DONE:
            self.handoffs[handoff.id] = _after(handoff, asked, actor)
            self.events[asked.verb.event] += 1
        elif verdict.kind is Kind.ALREADY_CLAIMED:
            self.events["claim_lost"] += 1
        return verdict


def _after(handoff: Handoff, asked: Move, actor: Person) -> Handoff:
    moved = replace(handoff, version=handoff.version + 1, status=asked.verb.after)
    match asked.verb.after:
        case Status.CLAIMED:
            return replace(moved, claimer=actor, claimed_at=asked.at)
        case Status.OPEN:
            return replace(moved, claimer=None, claimed_at=None)
        case Status.RESOLVED:
            return replace(moved, resolver=actor, resolved_at=asked.at, resolution=asked.note)


async def _model(account: SqlAccount) -> Model:
    people = {who: await account.meet(who, None, NOON) for who in PEOPLE}
    return Model(people, dict.fromkeys(PEOPLE, Standing.ACTIVE))


async def _step(dice: random.Random, account: SqlAccount, model: Model, now: datetime, past: list[Move]) -> None:
    if not model.handoffs or dice.random() < 0.15:
        again = dice.choice(list(model.escalations)) if model.escalations and dice.random() < 0.3 else ""
        asked = new(dice.choice((JANE, DANA, PAT)), request=again, at=now)
        answer = await account.escalate(asked)
        if not again and model.standing[asked.by] is not Standing.ACTIVE:
            assert answer == Inactive(model.standing[asked.by])
            return
        assert isinstance(answer, Recorded)
        model.escalated(asked, answer)
        return
    if dice.random() < 0.15:
        who, standing = dice.choice((PAT, LEE)), dice.choice(list(Standing))
        if model.standing[who] is not standing:
            await stands(account, who, standing)
            model.standing[who] = standing
        return
    if past and dice.random() < 0.2:
        click = replace(dice.choice(past), at=now)
    else:
        handoff = dice.choice(list(model.handoffs))
        click = move(dice.choice(VERBS), handoff, dice.choice(PEOPLE), at=now, note="tried this")
        past.append(click)
    expected = model.verdict(click)
    answer_to_click = await made(account, click)
    assert answer_to_click.verdict == expected
    assert answer_to_click.handoff == model.handoffs[click.handoff]
    assert answer_to_click.actor == model.people[click.by]


@pytest.mark.parametrize("seed", [*range(6), None])
async def test_a_random_history_is_what_the_model_says(
    storage: OpenRecords, storage_url: str, seed: int | None
) -> None:
    if seed is None:
        seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 - shown when it fails
    dice = random.Random(seed)
    account = await open_account(storage)
    await give(account, LEE, Role.ADMIN)  # who may do it in others' stead
    await account.meet(PAT, member("pat"), NOON)
    await give(account, PAT, Role.ENGINEER)
    model = await _model(account)
    past: list[Move] = []
    now = NOON
    for _ in range(STEPS):
        now += timedelta(seconds=dice.randrange(60))
        await _step(dice, account, model, now, past)
    for request, handoff in model.escalations.items():
        assert await account.made_by(request) == model.handoffs[handoff]
    found = await rows(storage_url, "SELECT name, count(*) FROM events WHERE handoff IS NOT NULL GROUP BY name")
    assert dict(found) == dict(model.events)
    await _invariants(storage_url)


async def _invariants(url: str) -> None:
    held = "SELECT 1 FROM claims c WHERE c.handoff = h.id AND c.claimer = h.claimer AND c.ended_at IS NULL"
    assert await count(url, f"handoffs h WHERE (h.status = 'claimed') <> EXISTS ({held})") == 0
    assert await count(url, "claims") == await count(url, "events WHERE name = 'claimed'")
    ended = "events WHERE name IN ('released', 'resolved')"
    assert await count(url, "claims WHERE ended_at IS NOT NULL") == await count(url, ended)
    behind = "d.about IS NULL AND d.wanted <> h.version"
    assert await count(url, f"deliveries d JOIN handoffs h ON h.id = d.handoff WHERE {behind}") == 0
