"""The record of an account's deliveries as people read it, and a second chance for those that were given up."""

import functools
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.sql.base import Executable

from core.deliveries import Delivery, State
from core.handoff import Notice
from core.ledger import Balance
from storage.binds import ACCOUNT, KEY, NOW, number
from storage.scripts import Ending, Script, run
from storage.statements import Row
from storage.tables import deliveries, identities, lanes, people, rooms
from storage.types import EMPTY, ZERO, fixed

_D = deliveries.c
# The whole record has no index by time: it would cost every gesture, and is read by an operator now and then.
PATIENCE = 30.0


def _in(*states: State) -> sa.ColumnElement[bool]:
    """Those in one of these states. For what is pending, and for what is dead, there is an index of that alone."""
    its = sa.and_(_D.account == ACCOUNT, sa.or_(*(_D.state == fixed(state) for state in states)))
    # Every lane has a name: it says so for SQLite, which would else read all of an account by another index.
    return sa.and_(its, _D.lane > EMPTY) if states == (State.PENDING,) else its


@functools.cache
def newest(states: frozenset[State]) -> Executable:
    """The newest ``most`` deliveries in these states, with the name of where they go."""
    chosen = (
        sa.select(deliveries)
        .where(_in(*sorted(states)))
        .order_by(_D.created_at.desc(), _D.key.desc())
        .limit(number("most"))
        .subquery("chosen")
    )
    c, i = chosen.c, identities.c
    whose = sa.and_(
        i.account == c.account, i.platform == lanes.c.platform, i.workspace == lanes.c.workspace, lanes.c.private
    )
    where = sa.func.coalesce(rooms.c.name, people.c.name, lanes.c.address)
    return (
        sa.select(c.key, lanes.c.platform, where.label("place"), c.about, c.handoff, c.state, c.attempts, c.failures)
        .add_columns(c.created_at, c.due_at, c.last_attempt_at, c.first_sent_at, c.sent_at, c.last_error, c.failed_at)
        .join(lanes, sa.and_(lanes.c.account == c.account, lanes.c.id == c.lane))
        .outerjoin(rooms, sa.and_(rooms.c.account == c.account, rooms.c.lane == c.lane))
        .outerjoin(identities, sa.and_(whose, i.user_id == lanes.c.address))
        .outerjoin(people, sa.and_(people.c.account == i.account, people.c.id == i.person))
        .order_by(c.created_at.desc(), c.key.desc())
    )


def to_delivery(row: Row) -> Delivery:
    """A row of ``newest``."""
    return Delivery(
        key=row.key,
        platform=row.platform,
        where=row.place,
        about=Notice(row.about) if row.about else None,
        handoff=row.handoff,
        state=State(row.state),
        attempts=row.attempts,
        failures=row.failures,
        created_at=row.created_at,
        due_at=row.due_at,
        last_attempt_at=row.last_attempt_at,
        first_sent_at=row.first_sent_at,
        sent_at=row.sent_at,
        error=row.last_error,
        failed_at=row.failed_at,
    )


BALANCE = sa.select(
    sa.select(sa.func.count()).where(_in(State.PENDING)).scalar_subquery().label("pending"),
    sa.select(sa.func.count()).where(_in(State.DEAD)).scalar_subquery().label("dead"),
    sa.select(sa.func.min(_D.due_at)).where(_in(State.PENDING)).scalar_subquery().label("oldest_due"),
)


def to_balance(row: Row) -> Balance:
    """The row of ``BALANCE``."""
    return Balance(row.pending, row.dead, row.oldest_due)


RETRY = (
    sa.update(deliveries)
    .where(_in(State.DEAD), _D.key == KEY, _D.done < _D.wanted)
    .values(state=fixed(State.PENDING), due_at=NOW, failures=ZERO)
    .returning(_D.key)
)


def retry(account: str, keys: Sequence[str], now: datetime) -> Script[Ending[Sequence[str]]]:
    """The transaction of ``Books.retry``."""
    again = []
    # In one order, so that two who ask at once don't wait in a circle.
    for key in sorted(set(keys)):
        again += [row.key for row in (yield from run(RETRY, {"account": account, "key": key, "now": now}))]
    return again, bool(again)
