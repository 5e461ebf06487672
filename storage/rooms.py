"""The rooms of an account, and how they come to what the configuration names."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from core.deliveries import Lane
from core.events import Event
from core.ids import new_id
from core.ports import ConfiguredRoom, Room
from storage.binds import ACCOUNT, AT, KEY, LANE, PLATFORM, WORKSPACE, number, text
from storage.history import note
from storage.scripts import Script, run
from storage.statements import Dialect, Row, adds, adds_if_new
from storage.tables import deliveries, handoffs, lanes, rooms
from storage.types import fixed
from storage.waiting import release

_ALL = (
    sa.select(rooms.c.id, rooms.c.name, rooms.c.lane, rooms.c.retired_at, lanes.c.platform)
    .add_columns(lanes.c.workspace, lanes.c.address, lanes.c.private)
    .join(lanes, sa.and_(lanes.c.account == rooms.c.account, lanes.c.id == rooms.c.lane))
    .where(rooms.c.account == ACCOUNT)
    .order_by(rooms.c.added_at, rooms.c.position, rooms.c.id)
)
LIVE = _ALL.where(rooms.c.retired_at.is_(None))

_ADD = adds(
    rooms,
    {
        "account": ACCOUNT,
        "id": text("room"),
        "lane": LANE,
        "name": text("name"),
        "added_at": AT,
        "position": number("position"),
    },
)
_THIS = sa.and_(rooms.c.account == ACCOUNT, rooms.c.id == text("room"))
_RENAME = sa.update(rooms).where(_THIS).values(name=text("name"))
_TAKE_BACK = (
    sa.update(rooms)
    .where(_THIS)
    .values(name=text("name"), added_at=AT, position=number("position"), retired_at=sa.null())
)
_RETIRE = sa.update(rooms).where(_THIS).values(retired_at=AT)
# What hangs in a retired room is kept true; what nobody has seen there is not posted any more.
_UNPOSTED = (
    deliveries.c.account == ACCOUNT,
    deliveries.c.state == fixed("pending"),
    deliveries.c.copy.is_(None),
)
_TAKE_HANDOFFS = (
    sa.select(deliveries.c.key, deliveries.c.handoff)
    .join(handoffs, sa.and_(handoffs.c.account == deliveries.c.account, handoffs.c.id == deliveries.c.handoff))
    .where(*_UNPOSTED, deliveries.c.room == text("room"))
    .with_for_update(of=handoffs, key_share=True)
)
_GIVE_UP = (
    sa.update(deliveries)
    .where(*_UNPOSTED, deliveries.c.key == KEY)
    .values(state=fixed("superseded"), due_at=sa.null(), last_error=text("reason"), failed_at=AT)
    .returning(deliveries.c.key)
)
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
    return Room(row.id, Lane(row.platform, row.workspace, row.address, row.private), row.name)


def arrange(
    dialect: Dialect, account: str, wanted: Sequence[ConfiguredRoom], pending: Sequence[str], at: datetime
) -> Script[None]:
    """Add, rename, take back and retire rooms; those of ``pending`` platforms stay as they are."""
    here = {"account": account, "at": at, "person": None}
    present = {row.lane: row for row in (yield from run(_ALL, here))}
    for position, room in enumerate(wanted):
        place = {"lane": room.lane.id, "platform": room.lane.platform, "workspace": room.lane.workspace}
        params = here | place | {"address": room.lane.address, "name": room.name, "position": position}
        found = present.pop(room.lane.id, None)
        if found is None:
            yield from run(_ADD_LANE[dialect], params)
            yield from run(_ADD, params | {"room": new_id(at)})
            yield from note(params, Event.ROOM_ADDED)
        elif found.retired_at is not None:
            yield from run(_TAKE_BACK, params | {"room": found.id})
            yield from note(params, Event.ROOM_ADDED)
        elif found.name != room.name:
            yield from run(_RENAME, params | {"room": found.id})
    unposted: list[Row] = []
    for row in present.values():
        if row.retired_at is None and row.platform not in pending:
            params = here | {"room": row.id, "platform": row.platform, "workspace": row.workspace}
            yield from run(_RETIRE, params)
            yield from note(params, Event.ROOM_RETIRED)
            unposted += yield from run(_TAKE_HANDOFFS, params)
    # Every handoff is taken before the first of its cards, so that nobody waits in a circle.
    for card in unposted:
        this = {**here, "key": card.key, "handoff": card.handoff, "now": at}
        if (yield from run(_GIVE_UP, {**this, "reason": RETIRED})):
            yield from release(this)
