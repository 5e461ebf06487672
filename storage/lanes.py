"""Lanes: which conversations have something due, and who sends in them now. Seen across accounts, by ids alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.deliveries import Lease
from storage.binds import HOLDER, NOW, PLATFORM, instant, number
from storage.due import DUE, URGENT_FIRST
from storage.scripts import Database, Ending, Script, run
from storage.tables import deliveries, lanes, workspaces
from storage.types import EMPTY, Instant, fixed, latest

_D = deliveries.c


def _owing() -> sa.CTE:
    """Every lane that owes something and when the first of it is due, each found by one step along an index.

    What it costs grows with the lanes that owe something, not with how much (a loose index scan). An account's lanes
    are begun before the first of them, and come to an end at a NULL.
    """
    nothing_yet = (workspaces.c.account, EMPTY.label("lane"), sa.cast(sa.null(), Instant()).label("due_at"))
    owing = sa.select(*nothing_yet).distinct().cte("owing", recursive=True)
    ahead = (_D.account == owing.c.account, _D.lane > owing.c.lane, _D.state == fixed("pending"))

    def step(what: sa.ColumnElement[Any]) -> "sa.ScalarSelect[Any]":
        found = sa.select(what).where(*ahead, _D.due_at.is_not(None)).order_by(_D.lane, _D.due_at).limit(1)
        return found.correlate(owing).scalar_subquery()

    following = sa.select(owing.c.account, step(_D.lane), step(_D.due_at)).where(owing.c.lane.is_not(None))
    return owing.union_all(following)


_OWING = _owing()
_DUE_AT = _OWING.c.due_at
_OF_PLATFORM = sa.and_(lanes.c.account == _OWING.c.account, lanes.c.id == _OWING.c.lane, lanes.c.platform == PLATFORM)


def _pick() -> sa.CTE:
    """The lanes to lease: the most urgent first, then those that have waited longest."""
    urgent = (
        sa.select(_D.priority)
        .where(_D.account == lanes.c.account, _D.lane == lanes.c.id, DUE)
        .order_by(*URGENT_FIRST)
        .limit(1)
        .correlate(lanes)
        .scalar_subquery()
    )
    return (
        sa.select(lanes.c.account, lanes.c.id)
        .select_from(_OWING)
        .join(lanes, _OF_PLATFORM)
        .where(
            _DUE_AT <= NOW,
            sa.or_(lanes.c.paused_until.is_(None), lanes.c.paused_until <= NOW),
            sa.or_(lanes.c.leased_until.is_(None), lanes.c.leased_until <= NOW),
        )
        .order_by(urgent.desc(), _DUE_AT)
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
# A free lane counts from when something in it is due, a held or paused one from when it is free again.
_FREE_AT = latest(
    _DUE_AT, sa.func.coalesce(lanes.c.paused_until, _DUE_AT), sa.func.coalesce(lanes.c.leased_until, _DUE_AT)
)
NEXT_DUE_AT = sa.select(sa.func.min(_FREE_AT).label("due_at")).select_from(_OWING).join(lanes, _OF_PLATFORM)


class SqlLanes:
    """The lanes over either database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lease(self, platform: str, holder: str, now: datetime, until: datetime, most: int) -> Sequence[Lease]:
        """Lease up to ``most`` lanes of a platform that have something due, are not paused, and that nobody holds."""
        params = {"platform": platform, "holder": holder, "now": now, "until": until, "most": most}

        def script() -> Script[Ending[Sequence[Lease]]]:
            rows = yield from run(LEASE, params)
            return [Lease(row.account, row.id, holder) for row in rows], False

        return await self._database.write(None, script)

    async def next_due_at(self, platforms: Sequence[str], now: datetime) -> datetime | None:
        """When there will be something to lease next on these platforms, at the earliest now; None if never."""
        found = [await self._database.read(None, NEXT_DUE_AT, {"platform": name}) for name in platforms]
        dues = [rows[0].due_at for rows in found if rows[0].due_at is not None]
        return max(now, min(dues)) if dues else None

    async def call_others(self) -> None:
        """Wake the workers of the other processes."""
        await self._database.call_others()
