"""What keeps the records small and their waits true: gestures forgotten, leases and pauses shortened or ended."""

from datetime import datetime

import sqlalchemy as sa

from storage.binds import ACCOUNT, instant, number
from storage.scripts import Ending, Script, run
from storage.statements import Params
from storage.tables import deliveries, lanes, requests
from storage.types import fixed

_OLDEST = (
    sa.select(requests.c.key)
    .where(requests.c.account == ACCOUNT, requests.c.at < instant("before"))
    .order_by(requests.c.at)
    .limit(number("most"))
    # Two that forget at once forget different ones (PostgreSQL; on SQLite nobody does it at once).
    .with_for_update(skip_locked=True)
    .cte("oldest")
)
FORGET = (
    sa.delete(requests)
    .where(requests.c.account == ACCOUNT, requests.c.key.in_(sa.select(_OLDEST.c.key)))
    .returning(requests.c.key)
)


def _no_further(table: sa.Table, column: str, latest: str, *where: sa.ColumnElement[bool]) -> sa.Update:
    ends = instant(latest)
    return (
        sa.update(table)
        .where(table.c.account == ACCOUNT, table.c[column] > ends, *where)
        .values({column: ends})
        .returning(table.c[column])
    )


CLAMP = (
    _no_further(lanes, "leased_until", "lease"),
    _no_further(lanes, "paused_until", "wait"),
    _no_further(deliveries, "due_at", "wait", deliveries.c.state == fixed("pending")),
)
_END_EVERY_LEASE = (
    sa.update(lanes).where(lanes.c.leased_by.is_not(None)).values(leased_by=sa.null(), leased_until=sa.null())
)


def forget(account: str, before: datetime, most: int) -> Script[Ending[int]]:
    """The transaction of ``Upkeep.forget``."""
    forgotten = yield from run(FORGET, {"account": account, "before": before, "most": most})
    return len(forgotten), False


def clamp(account: str, lease: datetime, wait: datetime) -> Script[Ending[None]]:
    """The transaction of ``Upkeep.clamp``."""
    params: Params = {"account": account, "lease": lease, "wait": wait}
    sooner = False
    for statement in CLAMP:
        sooner |= bool((yield from run(statement, params)))
    return None, sooner


def end_every_lease() -> Script[Ending[None]]:
    """Free every lane of every account: whoever held one is gone, since one process alone works on these records."""
    yield from run(_END_EVERY_LEASE, {})
    return None, False
