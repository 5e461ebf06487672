"""Typing codes: not so often that one could be found by trying; on both databases."""

from datetime import datetime, timedelta

from core.changes import Changed, Guess, Hindered, Hindrance
from core.events import Event
from core.handoff import Notice
from core.people import Caller, Profile, Role, Standing, Strangers
from storage.account import SqlAccount
from storage.engine import OpenRecords
from tests.storage.cast import (
    DANA,
    DANA_ON_GREEN,
    GUEST,
    JANE,
    LEE,
    MINUTE,
    NOON,
    caller,
    due,
    give,
    member,
    open_account,
    stands,
)

FINE = Changed(None)


async def typed(account: SqlAccount, by: Caller, at: datetime, times: int) -> list[object]:
    """The answers to codes that somebody is about to type."""
    return [await account.change(Guess(by, at)) for _ in range(times)]


def too_many(until: datetime) -> Hindered:
    """Not before then."""
    return Hindered(Hindrance.TOO_MANY, until=until)


async def test_a2_after_five_codes_one_more_is_taken_every_two_minutes(storage: OpenRecords) -> None:
    account = await open_account(storage)
    assert await typed(account, GUEST, NOON, 6) == [FINE] * 5 + [too_many(NOON + 2 * MINUTE)]
    assert await typed(account, GUEST, NOON + MINUTE, 1) == [too_many(NOON + 2 * MINUTE)]
    assert await typed(account, GUEST, NOON + 2 * MINUTE, 2) == [FINE, too_many(NOON + 4 * MINUTE)]
    assert await typed(account, JANE, NOON, 1) == [FINE]


async def test_a2_a_person_has_one_pace_on_all_platforms(storage: OpenRecords) -> None:
    account = await open_account(storage)
    assert await typed(account, DANA, NOON, 3) == [FINE] * 3
    assert await typed(account, DANA_ON_GREEN, NOON, 3) == [FINE] * 2 + [too_many(NOON + 2 * MINUTE)]


async def test_a2_many_people_together_are_slowed_as_well(storage: OpenRecords) -> None:
    account = await open_account(storage)
    people = [caller(f"p{number}") for number in range(5)]
    for who in people:
        await account.meet(who, member(who.identity.user), NOON)
    for who in people[:4]:
        assert await typed(account, who, NOON, 5) == [FINE] * 5
    assert await typed(account, people[4], NOON, 1) == [too_many(NOON + 3 * MINUTE)]


async def test_a2_the_admins_are_told_of_each_person_once_an_hour(storage: OpenRecords) -> None:
    account = await open_account(storage)
    await give(account, LEE, Role.ADMIN)
    for _ in range(3):
        await typed(account, GUEST, NOON, 6)
    await typed(account, JANE, NOON, 6)
    found = [line for line in await account.history(100) if line.event is Event.CODE_GUESSED]
    assert sorted(line.who for line in found) == ["Guest", "Jane"]
    told = [owed for _, owed in await due(storage, account, NOON)]
    assert [(owed.lane.id, owed.about) for owed in told] == [("blue:B1:lee", Notice.NEWS)]
    await typed(account, GUEST, NOON + timedelta(hours=1), 6)
    assert [line.event for line in await account.history(100)].count(Event.CODE_GUESSED) == 3


async def test_a_stranger_is_met_first_and_a_bot_types_nothing(storage: OpenRecords) -> None:
    account = await open_account(storage)
    assert await typed(account, caller("stranger"), NOON, 1) == [Strangers((caller("stranger").identity,))]
    await account.meet(caller("robot"), Profile("Robot", None, False, Standing.BOT), NOON)
    assert await typed(account, caller("robot"), NOON, 1) == [Hindered(Hindrance.BOT)]
    await stands(account, JANE, Standing.DEACTIVATED)
    assert await typed(account, JANE, NOON, 1) == [Hindered(Hindrance.DEACTIVATED)]
