"""What is kept of every try: how many, when, how it ended, and whether it may have got through; on both databases."""

from core.deliveries import Delivery, Failed, Lease, Owed, Scope, Sent, State, TryLater, Unsure
from core.use_cases.claim import CLAIM
from core.use_cases.release import RELEASE
from storage.account import SqlAccount
from storage.engine import OpenRecords
from tests.storage.cast import BLUE, DANA, MINUTE, NOON, ROOMS, due, keep, made, move, open_account, recorded

AT = [NOON + minutes * MINUTE for minutes in range(0, 20, 2)]


async def _account(storage: OpenRecords) -> SqlAccount:
    account = await open_account(storage, rooms=ROOMS[:1])
    await recorded(account)
    return account


async def _begun(storage: OpenRecords, account: SqlAccount, number: int, holder: str = "tests") -> tuple[Lease, Owed]:
    """The card, begun anew; whatever else is due is none of this file's business."""
    [pair] = [pair for pair in await due(storage, account, AT[number], holder=holder) if pair[1].about is None]
    return pair


async def _record(account: SqlAccount) -> Delivery:
    [card] = [delivery for delivery in await account.deliveries(tuple(State), 9) if delivery.about is None]
    return card


async def test_every_call_counts_and_the_last_word_stays(storage: OpenRecords) -> None:
    account = await _account(storage)
    for number, outcome in enumerate(
        (TryLater("502"), TryLater("429", 60, Scope.LANE), Unsure("dropped"), Sent("copy-1", "link-1"))
    ):
        lease, owed = await _begun(storage, account, number)
        await keep(account, lease, owed, outcome, AT[number])
        card = await _record(account)
        assert (card.attempts, card.last_attempt_at) == (number + 1, AT[number])
    assert (card.state, card.failures) == (State.DONE, 0)
    assert (card.first_sent_at, card.sent_at) == (AT[3], AT[3])
    assert (card.error, card.failed_at) == ("dropped", AT[2])
    await made(account, move(CLAIM, card.handoff, DANA, at=AT[3]))
    lease, owed = await _begun(storage, account, 4)
    await keep(account, lease, owed, Sent("copy-1"), AT[4])
    card = await _record(account)
    assert (card.attempts, card.first_sent_at, card.sent_at) == (5, AT[3], AT[4])


async def test_only_failures_in_a_row_are_forgotten(storage: OpenRecords) -> None:
    account = await _account(storage)
    for number, outcome in enumerate((TryLater("502"), Failed("is_archived"))):
        lease, owed = await _begun(storage, account, number)
        await keep(account, lease, owed, outcome, AT[number])
    card = await _record(account)
    assert (card.state, card.failures, card.attempts, card.due_at) == (State.DEAD, 2, 2, None)
    await made(account, move(CLAIM, card.handoff, DANA, at=AT[2]))
    card = await _record(account)
    assert (card.state, card.failures, card.attempts, card.due_at) == (State.PENDING, 0, 2, AT[2])
    assert (card.error, card.failed_at) == ("is_archived", AT[1])


async def test_what_was_given_up_in_doubt_stays_in_doubt(storage: OpenRecords) -> None:
    account = await _account(storage)
    for number, outcome in enumerate((Unsure("dropped"), Failed("is_archived"))):
        lease, owed = await _begun(storage, account, number)
        await keep(account, lease, owed, outcome, AT[number])
    for verb, number in ((CLAIM, 2), (RELEASE, 3)):
        await made(account, move(verb, owed.handoff.id, DANA, at=AT[number]))
    lease, owed = await _begun(storage, account, 4)
    assert owed.unclear is not None and (owed.unclear.at, owed.unclear.version) == (AT[0], 1)


async def test_a_change_does_not_hurry_a_post_in_doubt(storage: OpenRecords) -> None:
    account = await _account(storage)
    lease, owed = await _begun(storage, account, 0)
    await keep(account, lease, owed, Unsure("dropped"), AT[0])
    await made(account, move(CLAIM, owed.handoff.id, DANA, at=AT[0]))
    card = await _record(account)
    assert (card.state, card.due_at) == (State.PENDING, AT[0] + MINUTE)


async def test_an_answer_that_comes_too_late_ends_the_doubt(storage: OpenRecords) -> None:
    account = await _account(storage)
    slow, owed = await _begun(storage, account, 0, holder="slow")
    await keep(account, slow, owed, Unsure("dropped"), AT[0])
    slow, owed = await _begun(storage, account, 1, holder="slow")
    quick, again = await _begun(storage, account, 2, holder="quick")
    assert owed.unclear == again.unclear is not None
    assert await keep(account, slow, owed, Sent("copy-1", "link-1"), AT[2]) is None
    assert slow.lane not in {lease.lane for lease in await storage.lanes.lease(BLUE, "third", AT[2], AT[3], 9)}
    await keep(account, quick, again, Unsure("dropped"), AT[2])
    _, card = await _begun(storage, account, 3)
    assert (card.copy, card.unclear) == ("copy-1", None)


async def test_a_failure_under_a_lost_lease_changes_nothing_but_the_count(storage: OpenRecords) -> None:
    account = await _account(storage)
    slow, owed = await _begun(storage, account, 0, holder="slow")
    quick, again = await _begun(storage, account, 1, holder="quick")
    assert await keep(account, slow, owed, Failed("is_archived"), AT[1]) is None
    card = await _record(account)
    assert (card.state, card.attempts, card.failures, card.error) == (State.PENDING, 1, 0, None)
    await keep(account, quick, again, Sent("copy-1"), AT[1])
    assert (await _record(account)).state is State.DONE
