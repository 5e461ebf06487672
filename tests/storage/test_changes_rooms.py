"""Rooms that people choose: shown in by priority, hidden from, lost, and left alone by the settings; both databases."""

import pytest

from core.access import Right
from core.changes import Changed, HideRoom, Hindered, Hindrance, LoseRooms, ShowRoom
from core.deliveries import Failed, Lane, Sent, State
from core.events import Event
from core.handoff import Notice, Priority
from core.people import Role
from core.ports import ConfiguredRoom
from storage.account import SqlAccount
from storage.engine import OpenRecords
from tests.databases.fixtures import Owed
from tests.storage.cast import (
    BLUE,
    DANA,
    LATER,
    LEE,
    MINUTE,
    NOON,
    ROOMS,
    configuration,
    done,
    due,
    give,
    keep,
    new,
    open_account,
    recorded,
    why_not,
)

OPS = Lane(BLUE, "B1", "ops", private=False)
CONFIGURED = ROOMS[0].lane


async def opened(storage: OpenRecords) -> SqlAccount:
    """The account with Lee as an admin."""
    account = await open_account(storage)
    await give(account, LEE, Role.ADMIN)
    return account


def show(lane: Lane = OPS, least: Priority = Priority.LOW, name: str = "#ops", place: str = "") -> ShowRoom:
    """Lee's wish."""
    return ShowRoom(LEE, LATER, lane, name, place, least)


def lost(address: str = "", place: str = "", workspace: str = "B1") -> LoseRooms:
    """What the platform says."""
    return LoseRooms(LATER, BLUE, workspace, "channel_archived", address, place)


async def shown(account: SqlAccount) -> dict[str, tuple[Priority, bool]]:
    """The rooms as they are listed: from which priority on, and whether the settings name them."""
    return {room.name: (room.least, room.configured) for room in await account.rooms()}


async def test_a_room_is_shown_from_a_priority_on_and_hidden_again(storage: OpenRecords) -> None:
    account = await opened(storage)
    assert await shown(account) == {"#help": (Priority.LOW, True), "Seniors": (Priority.LOW, True)}
    line = await done(account, show(least=Priority.HIGH))
    assert (line.event, line.who, line.subject, line.after) == (Event.ROOM_ADDED, "Lee", "#ops", "high")
    assert (await shown(account))["#ops"] == (Priority.HIGH, False)
    assert await why_not(account, show(least=Priority.HIGH)) is Hindrance.ALREADY_SO
    line = await done(account, show(least=Priority.LOW))
    assert (line.event, line.subject, line.before, line.after) == (Event.ROOM_CHANGED, "#ops", "high", "low")
    assert (await shown(account))["#ops"] == (Priority.LOW, False)
    line = await done(account, show(name="#operations", place="team"))
    assert (line.event, line.before, line.after) == (Event.ROOM_CHANGED, "#ops", "#operations")
    assert await why_not(account, show(name="#operations", place="another team")) is Hindrance.ALREADY_SO
    line = await done(account, HideRoom(LEE, LATER, OPS))
    assert (line.event, line.who, line.subject) == (Event.ROOM_RETIRED, "Lee", "#operations")
    assert "#operations" not in await shown(account)
    assert await why_not(account, HideRoom(LEE, LATER, OPS)) is Hindrance.NOT_SHOWN
    await done(account, show())
    assert (await shown(account))["#ops"] == (Priority.LOW, False)


async def test_a_room_of_the_settings_is_left_to_the_settings(storage: OpenRecords) -> None:
    account = await opened(storage)
    assert await why_not(account, show(CONFIGURED, Priority.HIGH)) is Hindrance.CONFIGURED
    assert await why_not(account, HideRoom(LEE, LATER, CONFIGURED)) is Hindrance.CONFIGURED
    nowhere = Lane(BLUE, "B1", "nowhere", private=False)
    assert await why_not(account, HideRoom(LEE, LATER, nowhere)) is Hindrance.NOT_SHOWN


@pytest.mark.parametrize("change", [show(), HideRoom(LEE, LATER, OPS)], ids=["show", "hide"])
async def test_a5_only_admins_choose_rooms(storage: OpenRecords, change: ShowRoom | HideRoom) -> None:
    account = await open_account(storage)
    assert await account.change(change) == Hindered(Hindrance.NOT_ALLOWED, Right.CHOOSE_ROOMS)
    assert len(await account.rooms()) == 2


async def test_the_settings_leave_chosen_rooms_alone_until_they_name_them(storage: OpenRecords) -> None:
    account = await opened(storage)
    await done(account, show(least=Priority.HIGH))
    await storage.registry.configure(configuration(rooms=ROOMS[:1]), LATER)
    assert await shown(account) == {"#help": (Priority.LOW, True), "#ops": (Priority.HIGH, False)}
    await storage.registry.configure(configuration(rooms=[*ROOMS[:1], ConfiguredRoom(OPS, "#ops-team")]), LATER)
    assert await shown(account) == {"#help": (Priority.LOW, True), "#ops-team": (Priority.LOW, True)}
    changes = [line for line in await account.history(99) if line.event is Event.ROOM_CHANGED]
    assert [(line.subject, line.before, line.after) for line in changes] == [("#ops-team", "chosen", "configured")]
    assert await why_not(account, HideRoom(LEE, LATER, OPS)) is Hindrance.CONFIGURED
    await storage.registry.configure(configuration(rooms=ROOMS[:1]), LATER)
    assert await shown(account) == {"#help": (Priority.LOW, True)}
    # What the settings no longer name is free to be chosen.
    await done(account, show())
    assert (await shown(account))["#ops"] == (Priority.LOW, False)


async def test_cards_are_owed_to_the_rooms_that_show_their_priority(storage: OpenRecords) -> None:
    account = await opened(storage)
    await done(account, show(least=Priority.HIGH))
    for priority in Priority:
        handoff = await recorded(account, new(priority=priority, at=LATER + MINUTE))
        owed = await account.deliveries((State.PENDING,), 99)
        rooms = {one.where for one in owed if one.handoff == handoff.id and one.about is None}
        assert rooms == {"#help", "Seniors"} | ({"#ops"} if priority >= Priority.HIGH else set())
    assert await account.audit(LATER + MINUTE) == []
    # From now on it shows all; of what was there before it needs no card.
    await done(account, ShowRoom(LEE, LATER + 3 * MINUTE, OPS, "#ops"))
    assert await account.audit(LATER + 9 * MINUTE) == []


async def test_where_no_room_shows_it_the_escalator_is_told_at_once(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=())
    await give(account, LEE, Role.ADMIN)
    await done(account, show(least=Priority.HIGH))
    await recorded(account, new(priority=Priority.NORMAL))
    told = [owed.about for _, owed in await due(storage, account, LATER) if owed.about is not Notice.NEWS]
    assert told == [Notice.SHOWN]
    await recorded(account, new(by=DANA, priority=Priority.HIGH))
    waits = [one for one in await account.deliveries((State.PENDING,), 99) if one.about is Notice.SHOWN]
    assert sorted(one.due_at is None for one in waits) == [False, True]


async def test_what_nobody_saw_in_a_hidden_room_is_given_up_and_keeps_nobody_waiting(
    storage: OpenRecords, owed: Owed
) -> None:
    account = await open_account(storage, rooms=())
    await give(account, LEE, Role.ADMIN)
    await done(account, show())
    await recorded(account)
    told = owed.times
    await done(account, HideRoom(LEE, LATER, OPS))
    assert owed.times == told + 1
    found = await account.deliveries(tuple(State), 99)
    assert [(one.state, one.error) for one in found if one.about is None] == [
        (State.SUPERSEDED, "the room is no longer set up")
    ]
    assert Notice.SHOWN in {begun.about for _, begun in await due(storage, account, LATER)}
    assert await account.audit(LATER) == []


@pytest.mark.parametrize(("change", "names"), [(lost("ops"), ["#ops"]), (lost(place="team"), ["#dev", "#ops"])])
async def test_rooms_that_are_gone_are_retired_once_and_the_admins_are_told_of_each(
    storage: OpenRecords, change: LoseRooms, names: list[str]
) -> None:
    account = await opened(storage)
    # What holds a room may be learned later, and then it is lost with that.
    await done(account, show())
    await done(account, show(Lane(BLUE, "B1", "dev", private=False), name="#dev", place="team"))
    assert await why_not(account, show(place="team")) is Hindrance.ALREADY_SO
    await account.rooms()  # and so they are remembered
    line = await done(account, change)
    assert (line.event, line.who, line.after) == (Event.ROOM_LOST, "", "channel_archived")
    assert sorted(set(await shown(account))) == sorted({"#help", "Seniors", "#dev", "#ops"} - set(names))
    events = [entry for entry in await account.history(99) if entry.event is Event.ROOM_LOST]
    assert sorted(entry.subject for entry in events) == names
    told = await account.deliveries((State.PENDING,), 99)
    to_lee = [one for one in told if one.about is Notice.NEWS and one.where == "Lee" and one.created_at == LATER]
    assert len(to_lee) == len(names)
    assert await why_not(account, change) is Hindrance.ALREADY_SO


async def test_a_room_elsewhere_is_not_lost(storage: OpenRecords) -> None:
    account = await opened(storage)
    await done(account, show())
    for change in (lost("ops", workspace="B2"), lost("nowhere"), lost(place="team"), lost()):
        assert await why_not(account, change) is Hindrance.ALREADY_SO
    assert len(await account.rooms()) == 3


async def test_a_configured_room_that_is_lost_can_be_chosen_or_comes_back_with_the_settings(
    storage: OpenRecords,
) -> None:
    account = await opened(storage)
    await done(account, lost(CONFIGURED.address))
    assert "#help" not in await shown(account)
    await done(account, show(CONFIGURED, name="#help"))
    assert (await shown(account))["#help"] == (Priority.LOW, False)
    await done(account, lost(CONFIGURED.address))
    await storage.registry.configure(configuration(), LATER)
    assert (await shown(account))["#help"] == (Priority.LOW, True)


async def test_a_room_found_lost_while_sending_is_retired_and_the_rest_of_it_given_up(storage: OpenRecords) -> None:
    account = await opened(storage)
    first, second = [await recorded(account) for _ in range(2)]
    [(lease, card)] = [pair for pair in await due(storage, account, NOON) if pair[1].lane == CONFIGURED]
    assert await keep(account, lease, card, Failed("channel_not_found", lost=True), LATER) is None
    assert "#help" not in await shown(account)
    [line] = [entry for entry in await account.history(99) if entry.event is Event.ROOM_LOST]
    assert (line.subject, line.who, line.after, line.workspace) == ("#help", "", "channel_not_found", "B1")
    found = {one.key: one for one in await account.deliveries(tuple(State), 99) if one.where == "#help"}
    assert sorted(one.state for one in found.values()) == [State.DEAD, State.SUPERSEDED]
    assert {one.error for one in found.values()} == {"channel_not_found"}
    assert {one.handoff for one in found.values()} == {first.id, second.id}
    # Somebody shows in another room instead, and the cards of before stay as they are.
    await done(account, show())
    assert await account.audit(LATER) == []


async def test_a_message_that_fails_loses_no_room(storage: OpenRecords) -> None:
    account = await opened(storage)
    await recorded(account)
    for lease, owed in await due(storage, account, NOON):
        if owed.lane == CONFIGURED:
            await keep(account, lease, owed, Failed("invalid_blocks"), LATER)
        elif owed.about is None:
            await keep(account, lease, owed, Sent("copy", "link"), LATER)
    assert len(await account.rooms()) == 2
    assert isinstance(await account.change(show()), Changed)
