"""What becomes of the cards of a room that is no longer set up, and of what waits for them; on both databases."""

from collections.abc import Sequence

from core.deliveries import Sent, State, Unsure
from core.handoff import Notice
from core.ports import ConfiguredRoom
from core.use_cases.claim import CLAIM
from storage.account import SqlAccount
from storage.engine import OpenRecords
from tests.storage.cast import (
    BLUE,
    DANA,
    GREEN,
    LATER,
    MINUTE,
    NOON,
    ROOMS,
    configuration,
    due,
    keep,
    made,
    move,
    open_account,
    recorded,
    terms,
)


async def _set_up(storage: OpenRecords, rooms: Sequence[ConfiguredRoom]) -> None:
    await storage.registry.configure(configuration(rooms=rooms), LATER)


async def _states(account: SqlAccount) -> dict[str, tuple[State, str | None]]:
    found = await account.deliveries(tuple(State), 100)
    return {delivery.where: (delivery.state, delivery.error) for delivery in found if delivery.about is None}


async def test_what_nobody_has_seen_there_is_not_posted_and_keeps_nobody_waiting(storage: OpenRecords) -> None:
    account = await open_account(storage)
    handoff = await recorded(account)
    [lease] = await storage.lanes.lease(GREEN, "w", NOON, NOON + MINUTE, 9)
    card = await account.next_due(lease, NOON, terms(NOON))
    assert card is not None
    assert await keep(account, lease, card, Sent("g-1", "https://green/1"), NOON) is None
    await _set_up(storage, ROOMS[1:])
    assert await _states(account) == {
        "#help": (State.SUPERSEDED, "the room is no longer set up"),
        "Seniors": (State.DONE, None),
    }
    [(lease, letter)] = await due(storage, account, LATER)
    assert (letter.about, letter.link) == (Notice.SHOWN, "https://green/1")
    assert await keep(account, lease, letter, Sent("dm"), LATER) is None
    await made(account, move(CLAIM, handoff.id, DANA))
    told = {(owed.lane.platform, owed.about) for _, owed in await due(storage, account, LATER)}
    assert told == {(GREEN, None), (BLUE, Notice.CLAIMED)}
    assert (await _states(account))["#help"][0] is State.SUPERSEDED


async def test_what_hangs_there_is_kept_true(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    handoff = await recorded(account)
    [(lease, card)] = await due(storage, account, NOON)
    assert await keep(account, lease, card, Sent("copy-1"), NOON) is None
    await _set_up(storage, ())
    await made(account, move(CLAIM, handoff.id, DANA))
    assert "copy-1" in {owed.copy for _, owed in await due(storage, account, LATER)}


async def test_a_post_in_doubt_there_is_looked_for_with_the_next_change(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    handoff = await recorded(account)
    [(lease, card)] = await due(storage, account, NOON)
    assert await keep(account, lease, card, Unsure("dropped"), NOON) is None
    await _set_up(storage, ())
    assert [owed.about for _, owed in await due(storage, account, NOON + MINUTE)] == [Notice.SHOWN]
    await made(account, move(CLAIM, handoff.id, DANA, at=NOON + MINUTE))
    found = [owed for _, owed in await due(storage, account, NOON + 3 * MINUTE) if owed.about is None]
    assert [owed.unclear is not None for owed in found] == [True]


async def test_a_room_that_is_back_gets_its_card_with_the_next_change(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    handoff = await recorded(account)
    await _set_up(storage, ())
    await _set_up(storage, ROOMS[:1])
    await made(account, move(CLAIM, handoff.id, DANA))
    found = {owed.lane.address: owed for _, owed in await due(storage, account, LATER)}
    assert found["blue-room"].drawn == 2
