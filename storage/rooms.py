"""The rooms of an account: how they come to what the configuration names, and how they are retired and lost."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from core.deliveries import Lane
from core.events import Event
from core.handoff import Priority
from core.ids import new_id
from core.ports import ConfiguredRoom
from core.roster import Room
from storage.binds import ACCOUNT, AT, KEY, LANE, PLATFORM, WORKSPACE, flag, number, text
from storage.history import note
from storage.news import tell_admins
from storage.scripts import Script, run
from storage.statements import Dialect, Params, Row, adds, adds_if_new
from storage.tables import deliveries, handoffs, lanes, rooms
from storage.types import fixed
from storage.waiting import release

ALL = (
    sa.select(rooms.c.id, rooms.c.name, rooms.c.lane, rooms.c.least, rooms.c.configured, rooms.c.place)
    .add_columns(rooms.c.retired_at, lanes.c.platform, lanes.c.workspace, lanes.c.address, lanes.c.private)
    .join(lanes, sa.and_(lanes.c.account == rooms.c.account, lanes.c.id == rooms.c.lane))
    .where(rooms.c.account == ACCOUNT)
    .order_by(rooms.c.added_at, rooms.c.position, rooms.c.id)
)
LIVE = ALL.where(rooms.c.retired_at.is_(None))

_SET_UP = {
    "name": text("name"),
    "position": number("position"),
    "configured": flag("configured"),
    "least": number("least"),
    "place": text("place"),
    # Since when it shows what it shows: also of a room whose priority was changed, so that nobody asks it for cards of
    # before. The rooms are listed in this order.
    "added_at": AT,
}
_ADD = adds(rooms, {"account": ACCOUNT, "id": text("room"), "lane": LANE} | _SET_UP)
_THIS = sa.and_(rooms.c.account == ACCOUNT, rooms.c.id == text("room"))
_SET = sa.update(rooms).where(_THIS).values(_SET_UP | {"retired_at": sa.null()})
_RENAME = sa.update(rooms).where(_THIS).values(name=text("name"), place=text("place"))
_RETIRE = sa.update(rooms).where(_THIS).values(retired_at=AT)
# What hangs in a retired room is kept true; what nobody has seen there is not posted any more.
_UNPOSTED = (
    deliveries.c.account == ACCOUNT,
    deliveries.c.state == fixed("pending"),
    deliveries.c.copy.is_(None),
)
_HANDOFFS = (
    sa.select(deliveries.c.key, deliveries.c.handoff)
    .join(handoffs, sa.and_(handoffs.c.account == deliveries.c.account, handoffs.c.id == deliveries.c.handoff))
    .where(*_UNPOSTED, deliveries.c.room == text("room"))
)
_TAKE_HANDOFFS = _HANDOFFS.with_for_update(of=handoffs, key_share=True)
_GIVE_UP = (
    sa.update(deliveries)
    .where(*_UNPOSTED, deliveries.c.key == KEY)
    .values(state=fixed("superseded"), due_at=sa.null(), last_error=text("reason"), failed_at=AT)
    .returning(deliveries.c.key)
)
# Whoever loses a room while sending holds a handoff already, and so waits for nobody: what others hold dies by itself.
_TAKE_FREE_ROOM = LIVE.where(_THIS).with_for_update(of=rooms, key_share=True, skip_locked=True)
_TAKE_FREE_HANDOFFS = _HANDOFFS.with_for_update(of=handoffs, key_share=True, skip_locked=True)
RETIRED = "the room is no longer set up"


def _add_lane(dialect: Dialect) -> sa.Insert:
    values = {
        "account": ACCOUNT,
        "id": LANE,
        "platform": PLATFORM,
        "workspace": WORKSPACE,
        "address": text("address"),
        "private": sa.false(),
    }
    return adds_if_new(dialect, lanes, values)


_ADD_LANE = {"sqlite": _add_lane("sqlite"), "postgresql": _add_lane("postgresql")}


def to_room(row: Row) -> Room:
    """A row of ``LIVE``."""
    lane = Lane(row.platform, row.workspace, row.address, row.private)
    return Room(row.id, lane, row.name, Priority(row.least), bool(row.configured))


def arrange(
    dialect: Dialect, account: str, wanted: Sequence[ConfiguredRoom], pending: Sequence[str], at: datetime
) -> Script[None]:
    """Add, rename, take back and retire configured rooms; those of ``pending`` platforms stay as they are.

    A chosen room that is named now becomes a configured one, and shows everything, as those do.
    """
    here = {"account": account, "at": at, "now": at, "person": None}
    present = {row.lane: row for row in (yield from run(ALL, here))}
    for position, room in enumerate(wanted):
        found = present.pop(room.lane.id, None)
        from_where = {"platform": room.lane.platform, "workspace": room.lane.workspace}
        params = here | from_where | {"name": room.name, "position": position, "configured": True}
        params |= {"least": int(Priority.LOW), "place": found.place if found else ""}
        if found is None:
            yield from add(dialect, params, room.lane)
        elif found.retired_at is not None:
            yield from set_up(params, found.id)
        elif not found.configured:
            yield from set_up(params, found.id, was="chosen", became="configured")
        elif found.name != room.name:
            yield from rename(params, found)
    gone = [row for row in present.values() if row.configured and row.retired_at is None]
    yield from retire(here, [row for row in gone if row.platform not in pending], Event.ROOM_RETIRED, RETIRED)


def add(dialect: Dialect, params: Params, lane: Lane) -> Script[str]:
    """Show escalations in a lane that was no room before; answers the line of history.

    ``params`` say the account, when, who and from where, and of the room all but its id and its lane.
    """
    where = {"platform": lane.platform, "workspace": lane.workspace, "address": lane.address}
    room = {**params, "lane": lane.id, "room": new_id(params["at"])}
    yield from run(_ADD_LANE[dialect], room | where)
    yield from run(_ADD, room)
    return (yield from note(params, Event.ROOM_ADDED, subject=params["name"], became=least(params["least"])))


def set_up(params: Params, room: str, *, was: str = "", became: str = "") -> Script[str]:
    """Set a room up as ``params`` say, as in ``add``: one that is back, or another than it ``was``."""
    yield from run(_SET, {**params, "room": room})
    if was or became:
        return (yield from note(params, Event.ROOM_CHANGED, subject=params["name"], was=was, became=became))
    return (yield from note(params, Event.ROOM_ADDED, subject=params["name"], became=least(params["least"])))


def rename(params: Params, room: Row) -> Script[str | None]:
    """Know what a room is called, and what holds it; answers the line of history if it was called something else.

    ``params`` as in ``add``.
    """
    yield from run(_RENAME, {**params, "room": room.id})
    if params["name"] == room.name:
        return None
    names = {"was": room.name, "became": params["name"]}
    return (yield from note(params, Event.ROOM_CHANGED, subject=params["name"], **names))


def least(number: int) -> str:
    """How history calls the priority from which on a room shows escalations."""
    return Priority(number).name.lower()


def retire(params: Params, gone: Iterable[Row], happened: Event, reason: str) -> Script[Sequence[str]]:
    """Show nothing more in rooms, each a row of ``ALL``, and give up for ``reason`` what nobody has seen there yet.

    ``params`` say the account, when and who; where they don't say from where, it is where the room is. Answers the
    lines of history.
    """
    told: list[str] = []
    unposted: list[Row] = []
    for row in gone:
        here = {"platform": row.platform, "workspace": row.workspace, **params, "room": row.id}
        told.append((yield from _end(here, row, happened, reason)))
        unposted += yield from run(_TAKE_HANDOFFS, here)
    # Every handoff is taken before the first of its cards, so that nobody waits in a circle.
    yield from _give_up(params, unposted, reason)
    return told


def lose(dialect: Dialect, params: Params, room_id: str, reason: str) -> Script[bool]:
    """A room can't be reached any more, as was found while sending there; answers whether anything is owed for that.

    ``params`` say the account and ``now``; the caller holds one handoff. A room that is lost already, or that somebody
    changes at this moment, is left alone.
    """
    here = {"account": params["account"], "at": params["now"], "now": params["now"], "person": None, "room": room_id}
    found = yield from run(_TAKE_FREE_ROOM, here)
    if not found:
        return False
    [row] = found
    here |= {"platform": row.platform, "workspace": row.workspace}
    event = yield from _end(here, row, Event.ROOM_LOST, reason)
    owes = yield from _give_up(here, (yield from run(_TAKE_FREE_HANDOFFS, here)), reason)
    return (yield from tell_admins(dialect, here, event)) or owes


def _end(params: Params, room: Row, happened: Event, reason: str) -> Script[str]:
    yield from run(_RETIRE, params)
    became = reason if happened is Event.ROOM_LOST else ""
    return (yield from note(params, happened, subject=room.name, became=became))


def _give_up(params: Params, unposted: Iterable[Row], reason: str) -> Script[bool]:
    owes = False
    for card in unposted:
        this = {**params, "key": card.key, "handoff": card.handoff, "reason": reason}
        if (yield from run(_GIVE_UP, this)):
            owes |= yield from release(this)
    return owes
