"""The record of who was told what, where and when, and a second chance for what was given up; on both databases."""

from collections.abc import Sequence
from dataclasses import replace

from core.deliveries import Failed, Scope, Sent, State, TryLater
from core.handoff import Notice
from core.ledger import Balance
from core.use_cases.claim import CLAIM
from core.use_cases.resolve import RESOLVE
from storage import OpenRecords
from storage.account import SqlAccount
from tests.databases.fixtures import Owed
from tests.storage.cast import (
    BLUE,
    DANA,
    GREEN,
    LATER,
    LEE,
    MINUTE,
    NOON,
    configuration,
    due,
    keep,
    made,
    move,
    new,
    open_account,
    recorded,
)
from tests.storage.rows import rows

EVERY = tuple(State)
NOW = LATER + MINUTE


async def shown(account: SqlAccount, states: Sequence[State] = EVERY) -> list[tuple[str, str, object, State]]:
    return [(line.platform, line.where, line.about, line.state) for line in await account.deliveries(states, 50)]


async def test_a_line_says_who_was_told_what_where_and_when(storage: OpenRecords) -> None:
    account = await open_account(storage)
    handoff = await recorded(account, new(target=LEE.identity))
    for lease, owed in await due(storage, account, LATER):
        outcome = Sent("copy", "link") if owed.lane.platform == BLUE else TryLater("502 Bad Gateway")
        await keep(account, lease, owed, outcome, LATER)
    lines = await account.deliveries(EVERY, 50)
    assert {(line.platform, line.where, line.about, line.state) for line in lines} == {
        (BLUE, "#help", None, State.DONE),
        (GREEN, "Seniors", None, State.PENDING),
        (BLUE, "Jane", Notice.SHOWN, State.PENDING),
        (BLUE, "Lee", Notice.AIMED_AT_YOU, State.PENDING),
    }
    assert {line.handoff for line in lines} == {handoff.id}
    [told] = [line for line in lines if line.where == "#help"]
    assert (told.attempts, told.failures, told.created_at, told.due_at, told.error) == (1, 0, NOON, None, None)
    assert (told.last_attempt_at, told.first_sent_at, told.sent_at, told.failed_at) == (LATER, LATER, LATER, None)
    [waits] = [line for line in lines if line.where == "Seniors"]
    assert (waits.attempts, waits.failures, waits.due_at, waits.error) == (1, 1, NOW, "502 Bad Gateway")
    assert (waits.last_attempt_at, waits.first_sent_at, waits.failed_at) == (LATER, None, LATER)


async def test_who_is_not_known_any_more_goes_by_their_address(storage: OpenRecords, storage_url: str) -> None:
    account = await open_account(storage, rooms=())
    await recorded(account)
    assert await shown(account) == [(BLUE, "Jane", Notice.SHOWN, State.PENDING)]
    await rows(storage_url, "DELETE FROM identities WHERE user_id = 'jane'")
    assert await shown(account) == [(BLUE, "jane", Notice.SHOWN, State.PENDING)]


async def test_the_newest_come_first_and_only_in_the_states_asked_for(storage: OpenRecords) -> None:
    account = await open_account(storage)
    handoffs = [await recorded(account, new(at=NOON + number * MINUTE)) for number in range(4)]
    for lease, owed in await due(storage, account, NOON):
        await keep(account, lease, owed, Failed("is_archived"), NOON)
    newest = await account.deliveries(EVERY, 3)
    assert [line.handoff for line in newest] == [handoffs[3].id] * 3
    given_up = await account.deliveries([State.DEAD], 50)
    assert {(line.handoff, line.error) for line in given_up} == {(handoffs[0].id, "is_archived")}
    both = await account.deliveries([State.DEAD, State.PENDING], 50)
    assert len(both) == len(await account.deliveries(EVERY, 50)) > len(given_up)
    assert [line.created_at for line in both] == sorted((line.created_at for line in both), reverse=True)


async def test_what_they_come_to(storage: OpenRecords) -> None:
    account = await open_account(storage)
    assert await account.balance() == Balance(0, 0, None)
    await recorded(account)
    assert await account.balance() == Balance(3, 0, NOON)
    for lease, owed in await due(storage, account, NOON):
        outcome = Failed("gone") if owed.lane.platform == BLUE else TryLater("429", 60, Scope.LANE)
        await keep(account, lease, owed, outcome, NOON)
    balance = await account.balance()
    assert (balance.pending, balance.dead) == (3, 1)


async def test_what_was_given_up_is_due_again_as_if_it_had_never_failed(storage: OpenRecords, owed: Owed) -> None:
    account = await open_account(storage)
    handoff = await recorded(account)
    for lease, begun in await due(storage, account, NOON):
        await keep(account, lease, begun, Failed("is_archived"), NOON)
    dead = [line for line in await account.deliveries([State.DEAD], 50) if line.about is None]
    assert {line.where for line in dead} == {"#help", "Seniors"}
    first, second = (line.key for line in dead)
    told = owed.times
    assert list(await account.retry([first, first, "card:nothing"], NOW)) == [first]
    assert owed.times == told + 1
    assert [line.key for line in await account.deliveries([State.DEAD], 50)] == [second]
    [again] = [line for line in await account.deliveries([State.PENDING], 50) if line.key == first]
    assert (again.failures, again.attempts, again.due_at, again.error) == (0, 1, NOW, "is_archived")
    # What is not dead is left alone.
    assert list(await account.retry([first], NOW)) == []
    [(lease, begun)] = [pair for pair in await due(storage, account, NOW) if pair[1].key == first]
    await keep(account, lease, begun, Sent("copy", "link"), NOW)
    [line] = [line for line in await account.deliveries([State.DONE], 50) if line.key == first]
    assert (line.handoff, line.attempts, line.first_sent_at) == (handoff.id, 2, NOW)
    assert await account.audit(NOW) == []


async def test_a_card_that_nobody_needs_any_more_is_not_posted_by_a_second_chance(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=configuration().rooms[:1])
    handoff = await recorded(account)
    [(lease, begun)] = [pair for pair in await due(storage, account, NOON) if pair[1].about is None]
    await made(account, move(CLAIM, handoff.id, DANA))
    await made(account, replace(move(RESOLVE, handoff.id, DANA), at=LATER + MINUTE / 2))
    await keep(account, lease, begun, Failed("is_archived"), NOON)
    [key] = [line.key for line in await account.deliveries([State.DEAD], 50)]
    assert list(await account.retry([key], NOW)) == [key]
    await due(storage, account, NOW)
    [line] = [line for line in await account.deliveries([State.SUPERSEDED], 50) if line.key == key]
    assert line.first_sent_at is None
