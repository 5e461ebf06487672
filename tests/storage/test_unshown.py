"""Escalations that no room showed are shown by the next one that takes them, once."""

from core.changes import HideRoom, ShowRoom
from core.deliveries import Delivery, Lane, State
from core.handoff import Priority
from core.people import Role
from core.use_cases.claim import CLAIM
from storage.account import SqlAccount
from storage.engine import OpenRecords
from tests.storage.cast import BLUE, DANA, LATER, LEE, MINUTE, done, due, give, made, move, new, open_account, recorded

OPS, WAR = (Lane(BLUE, "B1", address, private=False) for address in ("ops", "war"))


async def opened(storage: OpenRecords) -> SqlAccount:
    """The account without a room, with Lee as an admin."""
    account = await open_account(storage, rooms=())
    await give(account, LEE, Role.ADMIN)
    return account


async def cards(account: SqlAccount) -> list[Delivery]:
    """All cards, wherever."""
    return [line for line in await account.deliveries(list(State), 50) if line.about is None]


async def test_what_waits_unseen_is_shown_by_the_first_room_that_takes_it(storage: OpenRecords) -> None:
    account = await opened(storage)
    calm, urgent = await recorded(account, new()), await recorded(account, new(priority=Priority.HIGH))
    await done(account, ShowRoom(LEE, LATER, WAR, "#war", least=Priority.HIGH))
    assert [line.handoff for line in await cards(account)] == [urgent.id]
    # The other one follows where everything is shown; what hangs somewhere already is not hung up a second time.
    await done(account, ShowRoom(LEE, LATER, OPS, "#ops"))
    assert sorted(str(line.handoff) for line in await cards(account)) == sorted([calm.id, urgent.id])
    assert {one.lane.address for _, one in await due(storage, account, LATER + MINUTE) if one.about is None} == {
        "ops",
        "war",
    }
    assert await account.audit(LATER + MINUTE) == []


async def test_what_is_no_longer_open_is_not_shown_any_more(storage: OpenRecords) -> None:
    account = await opened(storage)
    handoff = await recorded(account)
    await made(account, move(CLAIM, handoff.id, DANA))
    await done(account, ShowRoom(LEE, LATER, OPS, "#ops"))
    assert await cards(account) == []


async def test_a_card_that_was_given_up_with_its_room_is_owed_again_when_the_room_is_back(storage: OpenRecords) -> None:
    account = await opened(storage)
    await done(account, ShowRoom(LEE, LATER, OPS, "#ops"))
    await recorded(account, new(at=LATER))
    await done(account, HideRoom(LEE, LATER, OPS))
    assert [line.state for line in await cards(account)] == [State.SUPERSEDED]
    await done(account, ShowRoom(LEE, LATER + MINUTE, OPS, "#ops"))
    assert [line.state for line in await cards(account)] == [State.PENDING]
    assert await account.audit(LATER + MINUTE) == []
