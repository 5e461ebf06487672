"""Leaving: nothing more is sent to a workspace that was left, and an account goes with everything that is its own."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from core.events import Event
from storage import bindings, rooms
from storage.binds import ACCOUNT, AT, PLATFORM, WORKSPACE, text
from storage.crossing import HOLD, enter
from storage.history import note
from storage.holding import hold_bound
from storage.news import tell_admins
from storage.scripts import Ending, Script, run
from storage.statements import Dialect, Params
from storage.tables import accounts, deliveries, handoffs, lanes, metadata
from storage.types import fixed
from storage.waiting import release

_D, _L = deliveries.c, lanes.c
_THERE = (_L.account == ACCOUNT, _L.platform == PLATFORM, _L.workspace == WORKSPACE)
_LANES_THERE = sa.select(_L.id).where(*_THERE)
ROOMS_THERE = rooms.LIVE.where(_L.platform == PLATFORM, _L.workspace == WORKSPACE)
_OWED_THERE = (_D.account == ACCOUNT, _D.state == fixed("pending"), _D.lane.in_(_LANES_THERE))
# Whoever changes a handoff and its deliveries takes the handoff first, so that nobody waits in a circle.
_TAKE_HANDOFFS = (
    sa.select(handoffs.c.id)
    .where(handoffs.c.account == ACCOUNT, handoffs.c.id.in_(sa.select(_D.handoff).where(*_OWED_THERE)))
    .order_by(handoffs.c.id)
    .with_for_update(key_share=True)
)
_SUPERSEDE = (
    sa.update(deliveries)
    .where(*_OWED_THERE)
    .values(state=fixed("superseded"), due_at=sa.null(), last_error=text("reason"), failed_at=AT)
    .returning(_D.handoff, _D.about)
)
# Who sends there now has lost the right to: what becomes of it changes nothing any more.
_END_LEASES = sa.update(lanes).where(*_THERE).values(leased_by=sa.null(), leased_until=sa.null())


def leave(params: Params, platform: str, workspace: str, reason: str) -> Script[bool]:
    """Retire the rooms of a workspace and send nothing there any more; answers whether anything else became due.

    ``params`` say the account, when (as ``at`` and ``now``), and who does it from where.
    """
    there = {**params, "platform": platform, "workspace": workspace, "reason": reason}
    # Lanes before what is owed in them, as whoever sends there takes them.
    yield from run(_END_LEASES, there)
    gone = yield from run(ROOMS_THERE, there)
    yield from rooms.retire(params, gone, Event.ROOM_RETIRED, reason)
    yield from run(_TAKE_HANDOFFS, there)
    ended = yield from run(_SUPERSEDE, there)
    owes = bool(gone)
    for handoff in sorted({row.handoff for row in ended if row.about is None}):
        owes |= yield from release({**params, "handoff": handoff})
    return owes


REMOVED = "Baton was removed from the workspace"


def uninstall(dialect: Dialect, platform: str, workspace: str, began: datetime, at: datetime) -> Script[Ending[bool]]:
    """The transaction of ``Installs.uninstall``."""
    place = {"platform": platform, "workspace": workspace, "at": at, "now": at, "person": None}
    bound = yield from run(bindings.BOUND, place)
    if not bound:
        return False, False
    params = place | {"account": bound[0].account}
    yield from hold_bound(dialect, params)
    found = yield from run(bindings.FORGET, params | {"began": began})
    if not found:
        return False, False
    yield from run(bindings.REMOVE, params)
    owes = yield from leave(params, platform, workspace, REMOVED)
    event = yield from note(params, Event.WORKSPACE_REMOVED, subject=found[0].name)
    owes |= yield from tell_admins(dialect, params, event)
    return True, owes


def _its_own(table: sa.Table) -> sa.ColumnElement[bool]:
    return (table.c.id if table is accounts else table.c.account) == ACCOUNT


# Whatever refers to a row goes before it.
_TABLES = tuple(reversed(metadata.sorted_tables))
_COUNT = {
    table: sa.select(sa.func.count().label("rows")).select_from(table).where(_its_own(table)) for table in _TABLES
}
_DELETE = {table: sa.delete(table).where(_its_own(table)) for table in _TABLES}


def delete(dialect: Dialect, account: str) -> Script[Ending[Mapping[str, int] | None]]:
    """The transaction of ``Accounts.delete``."""
    yield from enter(dialect, account)
    if not (yield from run(HOLD, {"account": account})):
        return None, False
    return (yield from remove_all(account)), False


def remove_all(account: str) -> Script[Mapping[str, int]]:
    """Remove every row of an account that is held; answers how many of each table."""
    removed = {}
    for table in _TABLES:
        [row] = yield from run(_COUNT[table], {"account": account})
        yield from run(_DELETE[table], {"account": account})
        removed[table.name] = row.rows
    return removed
