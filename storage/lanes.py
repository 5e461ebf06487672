"""Lanes: which conversations have something due, and who sends in them now. Seen across accounts, by ids alone."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from core.deliveries import Lease
from storage.binds import ACCOUNT, HOLDER, LANE, NOW, instant, number
from storage.scripts import Database, Ending, Script, run
from storage.tables import deliveries, lanes
from storage.types import fixed, latest

_D = deliveries.c
_OWED = sa.and_(_D.state == fixed("pending"), _D.due_at.is_not(None))


def _pick() -> sa.CTE:
    """The lanes to lease: the most urgent first, then those that have waited longest."""
    due = (
        sa.select(
            _D.account,
            _D.lane,
            sa.func.max(_D.priority).label("priority"),
            sa.func.min(_D.created_at).label("created_at"),
        )
        .where(_OWED, _D.due_at <= NOW)
        .group_by(_D.account, _D.lane)
        .subquery("due")
    )
    return (
        sa.select(lanes.c.account, lanes.c.id)
        .join(due, sa.and_(due.c.account == lanes.c.account, due.c.lane == lanes.c.id))
        .where(
            sa.or_(lanes.c.paused_until.is_(None), lanes.c.paused_until <= NOW),
            sa.or_(lanes.c.leased_until.is_(None), lanes.c.leased_until <= NOW),
        )
        .order_by(due.c.priority.desc(), due.c.created_at)
        .limit(number("most"))
        # Two processes that ask at once get different lanes (PostgreSQL; on SQLite nobody asks at once).
        .with_for_update(of=lanes, skip_locked=True)
        .cte("picked")
    )


_PICKED = _pick()
LEASE = (
    sa.update(lanes)
    .where(lanes.c.account == _PICKED.c.account, lanes.c.id == _PICKED.c.id)
    .values(leased_by=HOLDER, leased_until=instant("until"))
    .returning(lanes.c.account, lanes.c.id)
)
_GIVE_BACK = (
    sa.update(lanes)
    .where(lanes.c.account == ACCOUNT, lanes.c.id == LANE, lanes.c.leased_by == HOLDER)
    .values(leased_by=sa.null(), leased_until=sa.null())
)
# A free lane counts from when the row is due, a held or paused one from when it is free again.
NEXT_DUE_AT = (
    sa.select(
        sa.func.min(
            latest(
                _D.due_at,
                sa.func.coalesce(lanes.c.paused_until, _D.due_at),
                sa.func.coalesce(lanes.c.leased_until, _D.due_at),
            )
        ).label("due_at")
    )
    .join(lanes, sa.and_(lanes.c.account == _D.account, lanes.c.id == _D.lane))
    .where(_OWED)
)


class SqlLanes:
    """The lanes over either database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lease(self, holder: str, now: datetime, until: datetime, most: int) -> Sequence[Lease]:
        """Lease up to ``most`` lanes that have something due, are not paused, and that nobody holds."""
        params = {"holder": holder, "now": now, "until": until, "most": most}

        def script() -> Script[Ending[Sequence[Lease]]]:
            rows = yield from run(LEASE, params)
            return [Lease(row.account, row.id, holder) for row in rows], False

        return await self._database.write(None, script)

    async def give_back(self, lease: Lease) -> None:
        """End a lease early; does nothing if it was lost meanwhile."""
        params = {"account": lease.account, "lane": lease.lane, "holder": lease.holder}

        def script() -> Script[Ending[None]]:
            yield from run(_GIVE_BACK, params)
            return None, False

        await self._database.write(lease.account, script)

    async def next_due_at(self, now: datetime) -> datetime | None:
        """When there will be something to lease next, which may be already; None if nothing is owed."""
        found = await self._database.read(None, NEXT_DUE_AT, {"now": now})
        due: datetime | None = found[0].due_at
        return due
