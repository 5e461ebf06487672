"""Random histories of sending, with a chat that loses calls and answers, and senders that crash; on both databases."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from core.deliveries import Failed, Gone, Owed, Scope, Sending, Sent, State, TryLater, Unsure
from core.handoff import Verb
from core.limits import Act, Limit
from core.use_cases.claim import CLAIM
from core.use_cases.release import RELEASE
from core.use_cases.resolve import RESOLVE
from storage.account import SqlAccount
from storage.engine import OpenRecords
from tests.storage.cast import (
    BLUE,
    DANA,
    GREEN,
    JANE,
    LEE,
    MINUTE,
    NOON,
    ROOMS,
    configuration,
    made,
    move,
    new,
    open_account,
    recorded,
    terms,
)

STEPS = 120
VERBS: tuple[Verb, ...] = (CLAIM, CLAIM, RELEASE, RESOLVE)
LIMITS = {Act.POST: (Limit("posts", 1.0, 2), Limit("calls", 0.5, 3, shared=True))}


@dataclass
class Chat:
    """What people see: the version that each message shows, by the key it was posted with."""

    shows: dict[str, int] = field(default_factory=dict)
    posts: int = 0

    def take(self, owed: Owed) -> Sent:
        """A call that arrives; what may be there already is looked for, as ``deliver`` does."""
        if owed.copy is None and owed.key not in self.shows:
            self.posts += 1
        elif owed.copy is None:
            assert owed.unclear is not None, f"{owed.key} would be there twice"
        self.shows[owed.key] = owed.handoff.version
        return Sent(f"copy of {owed.key}", f"link to {owed.key}")

    def answer(self, dice: random.Random, owed: Owed) -> Sending | None:
        """What comes of a call; None is a crash of whoever made it."""
        fate = dice.choices(("ok", "lost", "late", "limit", "no", "gone", "crash"), (50, 12, 12, 6, 4, 4, 12))[0]
        arrived = fate == "ok" or (fate in ("lost", "crash") and dice.random() < 0.5)
        sent = self.take(owed) if arrived else None
        match fate:
            case "ok":
                return sent
            case "lost":
                return Unsure("dropped")
            case "late":
                return TryLater("502")
            case "limit":
                return TryLater("429", 5, Scope.LANE)
            case "no":
                return Failed("is_archived")
            case "gone" if owed.copy:
                del self.shows[owed.key]
                return Gone("message_not_found")
        return None


async def _send(
    dice: random.Random | None, storage: OpenRecords, account: SqlAccount, chat: Chat, now: datetime
) -> None:
    """Send what is due; without dice, everything arrives."""
    for platform in (BLUE, GREEN):
        for lease in await storage.lanes.lease(platform, f"sender at {now}", now, now + MINUTE, 9):
            owed = await account.next_due(lease, now, terms(now, LIMITS))
            while owed:
                outcome = chat.answer(dice, owed) if dice else chat.take(owed)
                if outcome is None:
                    break
                agreed = terms(now, LIMITS) if dice is None or dice.random() < 0.9 else None
                owed = await account.record(lease, owed, outcome, now, now + timedelta(seconds=8), agreed)


async def _live(
    dice: random.Random, storage: OpenRecords, account: SqlAccount, now: datetime, known: list[str]
) -> None:
    """Something that people do, or whoever runs Baton."""
    roll = dice.random()
    if not known or roll < 0.2:
        target = dice.choice((None, LEE.identity, DANA.identity))
        known.append((await recorded(account, new(JANE, target=target, at=now))).id)
    elif roll < 0.25:
        rooms = [room for room in ROOMS if dice.random() < 0.8]
        await storage.registry.configure(configuration(rooms=rooms), now)
    elif roll < 0.3:
        await account.retry([one.key for one in await account.deliveries((State.DEAD,), 3)], now)
    else:
        await made(account, move(dice.choice(VERBS), dice.choice(known), dice.choice((DANA, LEE)), at=now))


@pytest.mark.parametrize("seed", [*range(4), None])
async def test_whatever_gets_lost_every_card_comes_true_and_none_is_there_twice(
    storage: OpenRecords, seed: int | None
) -> None:
    if seed is None:
        seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 - shown when it fails
    dice = random.Random(seed)
    account, chat, now = await open_account(storage), Chat(), NOON + 2 * MINUTE
    known: list[str] = []
    for _ in range(STEPS):
        now += timedelta(seconds=dice.randrange(40))
        if dice.random() < 0.5:
            await _live(dice, storage, account, now, known)
        else:
            await _send(dice, storage, account, chat, now)
    assert await account.audit(now) == []
    while (due := await storage.lanes.next_due_at([BLUE, GREEN], now)) is not None:
        now = max(due, now + timedelta(seconds=1))
        await _send(None, storage, account, chat, now)
    assert await account.audit(now) == []
    for one in await account.deliveries(tuple(State), 10**6):
        assert one.state is not State.PENDING
        if one.about is None and one.state is State.DONE:
            refused = await made(account, move(CLAIM, one.handoff, JANE, at=now))
            assert refused.handoff and chat.shows[one.key] == refused.handoff.version, one
        if one.about is None and one.state is State.SUPERSEDED and one.error is None:
            assert one.key not in chat.shows, one
    assert chat.posts > 0
