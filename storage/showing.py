"""The rooms that people choose: shown in, shown in from another priority on, hidden from, and lost."""

import sqlalchemy as sa

from core.changes import Changed, HideRoom, Hindered, Hindrance, LoseRooms, ShowRoom
from core.events import Event
from storage import rooms
from storage.binds import LANE, PLATFORM, WORKSPACE, text
from storage.history import entry
from storage.news import tell_admins
from storage.scripts import Ending, Script, run
from storage.statements import Dialect, Params, Row
from storage.tables import lanes
from storage.tables import rooms as table
from storage.unshown import show_unshown

_IN_LANE = rooms.ALL.where(table.c.lane == LANE)
_THERE = rooms.LIVE.where(lanes.c.platform == PLATFORM, lanes.c.workspace == WORKSPACE)
_AT_ADDRESS = _THERE.where(lanes.c.address == text("address"))
_IN_PLACE = _THERE.where(table.c.place == text("place"), table.c.place != sa.literal_column("''"))


def show(dialect: Dialect, params: Params, change: ShowRoom) -> Script[Ending[Changed | Hindered]]:
    """Make a lane a room, or change what it shows; ``params`` say the account, when, who and from where."""
    found = yield from run(_IN_LANE, {**params, "lane": change.lane.id})
    event: str | None
    wanted = {"name": change.name, "place": change.place, "least": int(change.least)}
    room = {**params, **wanted, "configured": False, "position": 0}
    if not found:
        event = yield from rooms.add(dialect, room, change.lane)
    elif found[0].retired_at is not None:
        event = yield from rooms.set_up(room, found[0].id)
    elif found[0].configured:
        return Hindered(Hindrance.CONFIGURED), False
    elif found[0].least != change.least:
        was = {"was": rooms.least(found[0].least), "became": rooms.least(change.least)}
        event = yield from rooms.set_up(room, found[0].id, **was)
    elif (found[0].name, found[0].place) != (change.name, change.place):
        event = yield from rooms.rename(room, found[0])
    else:
        event = None
    if event is None:
        return Hindered(Hindrance.ALREADY_SO), False
    [shown] = yield from run(_IN_LANE, {**params, "lane": change.lane.id})
    owes = yield from show_unshown(dialect, params, shown.id, int(change.least))
    return Changed((yield from entry(params, event))), owes


def hide(params: Params, change: HideRoom) -> Script[Ending[Changed | Hindered]]:
    """Show nothing more in a room that people chose."""
    found = yield from run(_IN_LANE, {**params, "lane": change.lane.id})
    if not found or found[0].retired_at is not None:
        return Hindered(Hindrance.NOT_SHOWN), False
    if found[0].configured:
        return Hindered(Hindrance.CONFIGURED), False
    [event] = yield from rooms.retire(params, found, Event.ROOM_RETIRED, rooms.RETIRED)
    # What waited for a card there may be said now.
    return Changed((yield from entry(params, event))), True


def lose(dialect: Dialect, params: Params, change: LoseRooms) -> Script[Ending[Changed | Hindered]]:
    """Retire every room that a platform says is gone or closed to us, and tell the admins of each."""
    here = {**params, "platform": change.platform, "workspace": change.workspace, "person": None}
    found: list[Row] = []
    if change.address:
        found += yield from run(_AT_ADDRESS, {**here, "address": change.address})
    if change.place:
        found += yield from run(_IN_PLACE, {**here, "place": change.place})
    lost = list({row.id: row for row in found}.values())
    if not lost:
        return Hindered(Hindrance.ALREADY_SO), False
    events = yield from rooms.retire(here, lost, Event.ROOM_LOST, change.reason)
    for event in events:
        yield from tell_admins(dialect, here, event)
    return Changed((yield from entry(here, events[0]))), True
