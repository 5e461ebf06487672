"""The ledger: what is due, in what order, and what becomes of it for every way a sending can end; on both databases."""

from dataclasses import replace

import pytest

from core.deliveries import (
    MOST_FAILURES,
    SETTLES,
    Attempt,
    Failed,
    Gone,
    Lease,
    Owed,
    Scope,
    Sending,
    Sent,
    TryLater,
    Unsure,
)
from core.handoff import Notice, Priority, Seen
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
    LATER,
    LEE,
    MINUTE,
    NOON,
    ROOMS,
    due,
    keep,
    made,
    move,
    new,
    open_account,
    recorded,
    terms,
)


async def _one_card(storage: OpenRecords) -> tuple[SqlAccount, Lease, Owed]:
    account = await open_account(storage, rooms=ROOMS[:1])
    await recorded(account)
    [(lease, owed)] = await due(storage, account, NOON)
    return account, lease, owed


async def test_a_card_is_done_when_the_version_drawn_is_the_one_wanted(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    assert await keep(account, lease, owed, Sent("copy-1", "link-1"), NOON) is None
    [(_, letter)] = await due(storage, account, LATER)
    assert (letter.about, letter.link) == (Notice.SHOWN, "link-1")


async def test_a_card_that_moved_on_while_it_was_sent_stays_due(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    await made(account, move(CLAIM, owed.handoff.id, DANA))
    again = await keep(account, lease, owed, Sent("copy-1", "link-1"), LATER)
    assert again is not None
    assert (again.key, again.copy, again.wanted, again.handoff.version) == (owed.key, "copy-1", 2, 2)
    assert await keep(account, lease, again, Sent("copy-1"), LATER) is None


async def test_several_changes_are_one_correction(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    await keep(account, lease, owed, Sent("copy-1"), NOON)
    for verb, who in ((CLAIM, DANA), (RELEASE, DANA), (CLAIM, LEE)):
        await made(account, move(verb, owed.handoff.id, who))
    cards = [(lease, found) for lease, found in await due(storage, account, LATER) if found.about is None]
    [(lease, correction)] = cards
    assert correction.handoff.version == 4
    assert await keep(account, lease, correction, Sent("copy-1"), LATER) is None


async def test_the_order_is_urgent_then_unseen_then_oldest(storage: OpenRecords) -> None:
    account, lease, first = await _one_card(storage)
    assert await keep(account, lease, first, Sent("copy-1"), NOON) is None
    await made(account, move(CLAIM, first.handoff.id, DANA))
    second = await recorded(account, new(at=LATER))
    third = await recorded(account, new(at=LATER + MINUTE))
    urgent = await recorded(account, replace(new(at=LATER + MINUTE), priority=Priority.CRITICAL))
    now, order = LATER + MINUTE, []
    [(lease, owed)] = [pair for pair in await due(storage, account, now) if pair[1].about is None]
    following: Owed | None = owed
    while following:
        order.append(following.handoff.id)
        following = await keep(account, lease, following, Sent(f"copy-{following.handoff.id}"), now)
    assert order == [urgent.id, second.id, third.id, first.handoff.id]


async def test_a_temporary_failure_is_tried_later_and_in_the_end_given_up(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    now = NOON
    for failures in range(MOST_FAILURES):
        if failures:
            [(lease, owed)] = await due(storage, account, now)
        assert owed.failures == failures and owed.unclear is None
        assert await keep(account, lease, owed, TryLater("502"), now) is None
        assert await storage.lanes.lease("blue", "early", now, now + MINUTE, 9) == [] or failures == MOST_FAILURES - 1
        now += MINUTE
    waiting = await storage.lanes.lease("blue", "last", now + MINUTE, now + 2 * MINUTE, 9)
    assert [lease.lane for lease in waiting] == ["blue:B1:jane"]  # the card is dead, so its escalator is told now


async def test_a_rate_limit_pauses_the_lane_and_is_no_fault_of_the_row(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    await recorded(account)
    assert await keep(account, lease, owed, TryLater("429", after=60, scope=Scope.LANE), NOON) is None
    assert await storage.lanes.lease("blue", "other", LATER, LATER + MINUTE, 9) == []
    assert await storage.lanes.next_due_at(["blue"], LATER) == NOON + MINUTE
    [(_, again)] = await due(storage, account, NOON + MINUTE)
    assert again.failures == 0


async def test_a_row_that_backs_off_blocks_nobody(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    second = await recorded(account, new(at=LATER))
    found = await keep(account, lease, owed, TryLater("502"), LATER)
    assert found is not None and found.handoff.id == second.id


async def test_a_deleted_card_is_posted_anew_unless_it_is_over(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    await made(account, move(CLAIM, owed.handoff.id, DANA))
    correction = await keep(account, lease, owed, Sent("copy-1", "link-1"), LATER)
    assert correction is not None
    anew = await keep(account, lease, correction, Gone("message_not_found"), LATER)
    assert anew is not None and anew.copy is None and anew.unclear is None
    await made(account, move(RESOLVE, owed.handoff.id, DANA))
    last = await keep(account, lease, anew, Sent("copy-2"), LATER)
    assert last is not None and last.copy == "copy-2"
    assert await keep(account, lease, last, Gone("message_not_found"), LATER) is None
    assert [found.about for _, found in await due(storage, account, LATER + MINUTE)] == [Notice.RESOLVED]


@pytest.mark.parametrize("outcome", [Failed("user_not_found"), Sent("dm-1"), Gone("gone")])
async def test_a_thing_said_once_is_said_once(storage: OpenRecords, outcome: Sending) -> None:
    account = await open_account(storage, rooms=())
    await recorded(account)
    [(lease, owed)] = await due(storage, account, NOON)
    assert owed.about is Notice.SHOWN
    assert await keep(account, lease, owed, outcome, NOON) is None
    assert await storage.lanes.next_due_at(["blue"], LATER) is None


async def test_a_claim_tells_the_escalator_unless_they_made_it(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=())
    handoff = await recorded(account)
    await made(account, move(CLAIM, handoff.id, DANA))
    [(lease, owed)] = await due(storage, account, LATER)
    told, following = [], owed
    while following:
        told.append((following.about, following.lane.address))
        following = await keep(account, lease, following, Sent("dm"), LATER)  # type: ignore[assignment] # None ends it
    assert told == [(Notice.SHOWN, JANE.identity.user), (Notice.CLAIMED, JANE.identity.user)]


async def test_a_result_under_a_lost_lease_keeps_the_copy_and_stays_due(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    late = NOON + 2 * MINUTE
    [(taken, again)] = await due(storage, account, late, holder="other")
    assert again.unclear == Attempt(NOON, 1)
    assert await keep(account, lease, owed, Sent("copy-1", "link-1"), late) is None
    assert await account.next_due(lease, late, terms(late)) is None
    found = await keep(account, taken, again, TryLater("later"), late)
    assert found is None
    [(_, once_more)] = [pair for pair in await due(storage, account, late + MINUTE) if pair[1].about is None]
    assert (once_more.key, once_more.copy, once_more.unclear) == (owed.key, "copy-1", None)


async def test_a_click_on_a_stale_copy_makes_it_due_again_unless_it_was_just_drawn(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    await made(account, move(CLAIM, owed.handoff.id, DANA))
    second = await keep(account, lease, owed, Sent("copy-1"), NOON)
    assert second is not None
    assert await keep(account, lease, second, Sent("copy-1"), LATER) is None

    async def corrections(at: object) -> int:
        return len([1 for _, found in await due(storage, account, at) if found.about is None])  # type: ignore[arg-type]

    await made(account, move(CLAIM, owed.handoff.id, LEE, seen=Seen("copy-1", 1), at=LATER))
    await made(account, move(CLAIM, owed.handoff.id, LEE, seen=Seen("copy-1", 2), at=LATER + MINUTE))
    assert await corrections(LATER + MINUTE) == 0
    await made(account, move(CLAIM, owed.handoff.id, LEE, seen=Seen("copy-1", 1), at=LATER + MINUTE))
    assert await corrections(LATER + MINUTE) == 1


async def test_a_card_that_was_given_up_is_tried_again_when_the_handoff_moves_on(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    assert await keep(account, lease, owed, Failed("is_archived"), NOON) is None
    await made(account, move(CLAIM, owed.handoff.id, DANA))
    [(_, again)] = [pair for pair in await due(storage, account, LATER) if pair[1].about is None]
    assert (again.key, again.wanted, again.failures) == (owed.key, 2, 0)


async def test_a_post_whose_end_nobody_knows_is_remembered_from_its_first_attempt(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    assert owed.unclear is None
    assert await keep(account, lease, owed, Unsure("dropped"), NOON) is None
    await made(account, move(CLAIM, owed.handoff.id, DANA))
    now = NOON + 2 * MINUTE
    [(lease, again)] = [pair for pair in await due(storage, account, now) if pair[1].about is None]
    assert again.unclear == Attempt(NOON, 1) and again.handoff.version == 2
    # A surely failed attempt does not make the earlier one any clearer.
    assert await keep(account, lease, again, TryLater("503"), now) is None
    now += 2 * MINUTE
    [(lease, third)] = [pair for pair in await due(storage, account, now) if pair[1].about is None]
    assert third.unclear == Attempt(NOON, 1)
    assert await keep(account, lease, third, Sent("copy-1"), now) is None


async def test_a_crash_between_begin_and_record_leaves_the_attempt(storage: OpenRecords) -> None:
    account, _, owed = await _one_card(storage)
    [(_, again)] = await due(storage, account, NOON + 2 * MINUTE, holder="next")
    assert (again.key, again.unclear) == (owed.key, Attempt(NOON, 1))


async def test_what_was_begun_a_moment_before_a_crash_is_left_alone_until_it_must_have_arrived(
    storage: OpenRecords,
) -> None:
    account, _, owed = await _one_card(storage)
    # As at the start of a process that is alone with its records.
    await account.clamp(NOON, NOON)
    assert await due(storage, account, NOON + SETTLES / 2, holder="next") == []
    assert await storage.lanes.next_due_at([GREEN, BLUE], NOON) == NOON + SETTLES
    [(_, again)] = await due(storage, account, NOON + SETTLES, holder="next")
    assert (again.key, again.unclear) == (owed.key, Attempt(NOON, 1))


async def test_what_surely_failed_leaves_no_doubt(storage: OpenRecords) -> None:
    account, lease, owed = await _one_card(storage)
    assert await keep(account, lease, owed, TryLater("429", 60, Scope.LANE), NOON) is None
    [(_, again)] = await due(storage, account, NOON + MINUTE)
    assert again.unclear is None


async def test_two_hundred_things_that_are_no_longer_true_are_passed_over_unsent(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=())
    handoffs = [await recorded(account) for _ in range(120)]
    for handoff in handoffs:
        await made(account, move(CLAIM, handoff.id, DANA))
        await made(account, move(RESOLVE, handoff.id, DANA))
    last = await recorded(account, new(at=LATER + MINUTE))
    now, sent = LATER + MINUTE, []
    for _ in range(10):
        for lease, owed in await due(storage, account, now):
            following: Owed | None = owed
            while following:
                sent.append((following.handoff.id, following.about))
                following = await keep(account, lease, following, Sent("dm"), now)
    assert sorted(sent) == sorted([(handoff.id, Notice.RESOLVED) for handoff in handoffs] + [(last.id, Notice.SHOWN)])


async def test_a_card_that_would_only_say_it_is_over_is_not_posted(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS)
    handoff = await recorded(account)
    pairs = await due(storage, account, NOON)
    for lease, owed in pairs:
        if owed.lane.platform == GREEN:
            await keep(account, lease, owed, Sent("copy-g"), NOON)
        else:
            await keep(account, lease, owed, TryLater("503"), NOON)
    await made(account, move(CLAIM, handoff.id, DANA))
    await made(account, move(RESOLVE, handoff.id, DANA))
    now = LATER + 2 * MINUTE
    found = {(owed.lane.platform, owed.about, owed.copy) for _, owed in await due(storage, account, now)}
    assert found == {("green", None, "copy-g"), ("blue", Notice.RESOLVED, None)}
