"""The ledger: what is due, in what order, and what becomes of it for every way a sending can end; on both databases."""

from datetime import timedelta

import pytest

from core.deliveries import MOST_ATTEMPTS, Failed, Gone, Lease, Outcome, Owed, Scope, Sent, Superseded, TryLater
from core.handoff import Notice, Seen
from core.use_cases.claim import CLAIM
from core.use_cases.resolve import RESOLVE
from storage.account import SqlAccount
from storage.engine import OpenRecords
from tests.storage.cast import DANA, JANE, LATER, LEE, NOON, ROOMS, due, keep, made, move, new, open_account, recorded

MINUTE = timedelta(minutes=1)


async def _one_card(storage: OpenRecords) -> tuple[SqlAccount, Lease, Owed]:
    account = await open_account(storage, rooms=ROOMS[:1])
    await recorded(account)
    [(lease, owed)] = await due(storage, account, NOON)
    return account, lease, owed


async def test_a_card_is_done_when_the_version_drawn_is_the_one_wanted(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    await keep(account, lease, owed, Sent("copy-1"), NOON)
    assert await account.next_due(lease, LATER) is None


async def test_a_card_that_moved_on_while_it_was_sent_stays_due(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    await made(account, move(CLAIM, owed.handoff.id, DANA))
    await keep(account, lease, owed, Sent("copy-1", "link-1"), LATER)
    again = await account.next_due(lease, LATER)
    assert again is not None
    assert (again.key, again.copy, again.wanted, again.handoff.version) == (owed.key, "copy-1", 2, 2)
    await keep(account, lease, again, Sent("copy-1"), LATER)
    assert await account.next_due(lease, LATER) is None


async def test_a_temporary_failure_is_tried_later_and_in_the_end_given_up(storage: OpenRecords) -> None:
    account, _, owed = await _one_card(storage)
    now = NOON
    for attempts in range(MOST_ATTEMPTS):
        [lease] = (
            await storage.lanes.lease(f"worker-{attempts}", now, now + MINUTE, 1)
            if attempts
            else [Lease("acme", owed.lane.id, "tests")]
        )
        found = await account.next_due(lease, now)
        assert found is not None and found.attempts == attempts
        await keep(account, lease, found, TryLater("502"), now)
        assert await account.next_due(lease, now) is None
        await storage.lanes.give_back(lease)
        now += MINUTE
    waiting = await storage.lanes.lease("last", now, now + MINUTE, 9)
    assert [lease.lane for lease in waiting] == ["blue:B1:jane"]  # the card is dead, so its escalator is told now


async def test_a_rate_limit_pauses_the_lane_and_is_no_fault_of_the_row(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    await recorded(account)
    await keep(account, lease, owed, TryLater("429", after=60, scope=Scope.LANE), NOON)
    assert await account.next_due(lease, LATER) is None
    await storage.lanes.give_back(lease)
    assert await storage.lanes.lease("other", LATER, LATER + MINUTE, 9) == []
    assert await storage.lanes.next_due_at(LATER) == NOON + MINUTE
    assert len(await storage.lanes.lease("other", NOON + MINUTE, NOON + 2 * MINUTE, 9)) == 1


async def test_a_row_that_backs_off_blocks_nobody(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    second = await recorded(account, new(at=LATER))
    await keep(account, lease, owed, TryLater("502"), LATER)
    found = await account.next_due(lease, LATER)
    assert found is not None and found.handoff.id == second.id


async def test_a_deleted_card_is_posted_anew_unless_it_is_over(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    await keep(account, lease, owed, Sent("copy-1", "link-1"), NOON)
    await made(account, move(CLAIM, owed.handoff.id, DANA))
    correction = await account.next_due(lease, LATER)
    assert correction is not None
    await keep(account, lease, correction, Gone("message_not_found"), LATER)
    anew = await account.next_due(lease, LATER)
    assert anew is not None and anew.copy is None
    await keep(account, lease, anew, Sent("copy-2"), LATER)
    await made(account, move(RESOLVE, owed.handoff.id, DANA))
    last = await account.next_due(lease, LATER)
    assert last is not None and last.copy == "copy-2"
    await keep(account, lease, last, Gone("message_not_found"), LATER)
    assert await account.next_due(lease, LATER) is None


@pytest.mark.parametrize("outcome", [Superseded(), Failed("user_not_found"), Sent("dm-1"), Gone("gone")])
async def test_a_thing_said_once_is_said_once(storage: OpenRecords, outcome: Outcome) -> None:
    account = await open_account(storage, rooms=())
    await recorded(account)
    [(lease, owed)] = await due(storage, account, NOON)
    assert owed.about is Notice.SHOWN
    await keep(account, lease, owed, outcome, NOON)
    assert await account.next_due(lease, LATER) is None
    assert await storage.lanes.next_due_at(LATER) is None


async def test_a_claim_tells_the_escalator_unless_they_made_it(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=())
    handoff = await recorded(account)
    await made(account, move(CLAIM, handoff.id, DANA))
    lease = (await storage.lanes.lease("w", LATER, LATER + MINUTE, 9))[0]
    told = []
    while owed := await account.next_due(lease, LATER):
        told.append((owed.about, owed.lane.address))
        await keep(account, lease, owed, Sent("dm"), LATER)
    assert told == [(Notice.SHOWN, JANE.identity.user), (Notice.CLAIMED, JANE.identity.user)]


async def test_a_result_under_a_lost_lease_keeps_the_copy_and_stays_due(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    late = NOON + 2 * MINUTE
    [taken] = await storage.lanes.lease("other", late, late + MINUTE, 9)
    await keep(account, lease, owed, Sent("copy-1", "link-1"), late)
    found = await account.next_due(taken, late)
    assert found is not None and (found.key, found.copy) == (owed.key, "copy-1")
    assert await account.next_due(lease, late) is None
    await keep(account, lease, owed, Failed("too late to matter"), late)
    assert await account.next_due(taken, late) is not None


async def test_a_click_on_a_stale_copy_makes_it_due_again(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    await keep(account, lease, owed, Sent("copy-1"), NOON)
    await made(account, move(CLAIM, owed.handoff.id, DANA))
    second = await account.next_due(lease, LATER)
    assert second is not None
    await keep(account, lease, second, Sent("copy-1"), LATER)
    await made(account, move(CLAIM, owed.handoff.id, LEE, seen=Seen("copy-1", 2)))
    assert await account.next_due(lease, LATER) is None
    await made(account, move(CLAIM, owed.handoff.id, LEE, seen=Seen("copy-1", 1)))
    stale = await account.next_due(lease, LATER)
    assert stale is not None and stale.wanted == 2
    await keep(account, lease, stale, Sent("copy-1"), LATER)
    assert await account.next_due(lease, LATER) is None


async def test_a_rate_limit_does_not_wear_a_delivery_out(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    await keep(account, lease, owed, TryLater("429", 60, Scope.LANE), NOON)
    [again] = await storage.lanes.lease("tests", LATER + MINUTE, LATER + 2 * MINUTE, 1)
    found = await account.next_due(again, LATER + MINUTE)
    assert found is not None and found.attempts == 0


async def test_a_card_that_was_given_up_is_tried_again_when_the_handoff_moves_on(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    await keep(account, lease, owed, Failed("is_archived"), NOON)
    assert await account.next_due(lease, LATER) is None
    await made(account, move(CLAIM, owed.handoff.id, DANA))
    again = await account.next_due(lease, LATER)
    assert again is not None and (again.key, again.wanted, again.attempts) == (owed.key, 2, 0)
