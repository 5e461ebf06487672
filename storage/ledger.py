"""Keeping how a sending went: what the row says from now on, whether it stays due, and beginning the next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.deliveries import (
    MOST_FAILURES,
    Failed,
    Gone,
    Lease,
    Owed,
    Scope,
    Sending,
    Sent,
    State,
    Terms,
    TryLater,
    Unsure,
)
from core.handoff import Status
from storage.binds import ACCOUNT, HANDOFF, HOLDER, KEY, LANE, NOW
from storage.dead import ITS_HANDOFF, OF_THE_DEAD, tell_of_death
from storage.due import GIVE_BACK, begin
from storage.rooms import lose
from storage.scripts import Ending, Script, run
from storage.statements import Dialect, Row
from storage.tables import deliveries, handoffs, lanes
from storage.waiting import release

_D = deliveries.c

_KEPT = (
    "done",
    "state",
    "due_at",
    "attempts",
    "failures",
    "last_error",
    "failed_at",
    "first_sent_at",
    "sent_at",
    "tried_at",
    "tried_version",
    "copy",
    "link",
)
_ROW = (
    sa.select(*OF_THE_DEAD, *(_D[name] for name in _KEPT), _D.wanted)
    .add_columns(
        sa.and_(lanes.c.leased_by.is_not(None), lanes.c.leased_by == HOLDER, lanes.c.leased_until > NOW).label("held")
    )
    .select_from(deliveries)
    .join(lanes, sa.and_(lanes.c.account == ACCOUNT, lanes.c.id == LANE))
    .where(_D.account == ACCOUNT, _D.key == KEY)
)
# Whoever changes a handoff and its deliveries takes the handoff first, so that nobody waits in a circle. What comes
# back is as it stands once both are held.
_LOCK = (
    _ROW.add_columns(*ITS_HANDOFF)
    .join(handoffs, sa.and_(handoffs.c.account == ACCOUNT, handoffs.c.id == HANDOFF))
    .with_for_update(of=(handoffs, deliveries), key_share=True)
)
_LOCK_NEWS = _ROW.with_for_update(of=deliveries, key_share=True)
_KEEP = (
    sa.update(deliveries)
    .where(_D.account == ACCOUNT, _D.key == KEY)
    .values({"last_attempt_at": NOW} | {name: sa.bindparam(name, type_=_D[name].type) for name in _KEPT})
)


def next_due(account: str, dialect: Dialect, lease: Lease, now: datetime, terms: Terms) -> Script[Ending[Owed | None]]:
    """The transaction of ``Ledger.next_due``."""
    return (yield from begin(dialect, terms, _here(account, lease, now)))


def record(
    account: str,
    dialect: Dialect,
    lease: Lease,
    owed: Owed,
    outcome: Sending,
    now: datetime,
    next_try: datetime,
    terms: Terms | None,
) -> Script[Ending[Owed | None]]:
    """The transaction of ``Ledger.record``."""
    params = _here(account, lease, now)
    handoff = owed.handoff.id if owed.handoff else None
    owes = yield from _keep(dialect, params | {"key": owed.key, "handoff": handoff}, owed, outcome, next_try)
    limited = isinstance(outcome, TryLater) and outcome.scope is Scope.LANE
    if terms is None or limited:
        yield from run(GIVE_BACK, params | {"paused_until": next_try if limited else None})
        return None, owes
    following, more = yield from begin(dialect, terms, params)
    return following, owes or more


def _here(account: str, lease: Lease, now: datetime) -> dict[str, Any]:
    return {"account": account, "lane": lease.lane, "holder": lease.holder, "now": now}


def _keep(dialect: Dialect, params: dict[str, Any], owed: Owed, outcome: Sending, next_try: datetime) -> Script[bool]:
    """Keep it; answers whether anything in another lane, or in a lane that is lost, became due."""
    found = yield from run(_LOCK if owed.handoff else _LOCK_NEWS, params)
    if not found:
        return False  # its account was removed meanwhile
    [row] = found
    kept = {name: getattr(row, name) for name in _KEPT} | {"attempts": row.attempts + 1}
    if row.held:
        kept |= _changes(row, owed, outcome, params["now"], next_try)
    else:
        kept |= _late(row, outcome, params["now"])
    yield from run(_KEEP, params | kept)
    owes = not row.held and kept["due_at"] is not None
    if row.about is None and row.copy is None and (kept["copy"] is not None or kept["state"] == State.DEAD):
        owes |= yield from release(params)
    if owed.handoff and kept["state"] == State.DEAD and row.state != State.DEAD:
        owes |= yield from tell_of_death(dialect, params, row)
    if isinstance(outcome, Failed) and outcome.lost and row.room:
        # What goes on by another room must not wait for this one to fail with every card.
        owes |= yield from lose(dialect, params, row.room, outcome.reason)
    return owes


def _changes(row: Row, owed: Owed, outcome: Sending, now: datetime, next_try: datetime) -> Mapping[str, Any]:
    """What becomes of the row, by outcome."""
    if isinstance(outcome, Sent):
        return _sent(row, outcome, owed.drawn, now)
    # A whole conversation that has to wait is no fault of this delivery.
    innocent = isinstance(outcome, TryLater) and outcome.scope is Scope.LANE
    failures = row.failures + (not innocent)
    failed = {"failures": failures, "last_error": outcome.reason, "failed_at": now}
    worn_out = failures >= MOST_FAILURES
    if not isinstance(outcome, Unsure) and owed.unclear is None:
        # It was surely not done, and nothing before it is in doubt.
        failed |= _CLEAR
    match outcome:
        case TryLater() | Unsure():
            return failed | (_ended(State.DEAD) if worn_out else _due(next_try))
        case Failed():
            return failed | _ended(State.DEAD)
        case Gone():
            lost = {"copy": None, "link": None, "done": 0} | _CLEAR
            over = row.about or row.status == Status.RESOLVED or worn_out
            return failed | lost | (_ended(State.DEAD) if over else _due(now))


def _sent(row: Row, sent: Sent, drawn: int, now: datetime) -> dict[str, Any]:
    done = min(drawn, row.wanted) if row.about is None else row.wanted
    told = {"copy": sent.copy, "link": sent.link or row.link, "sent_at": now, "failures": 0, "done": done}
    told |= {"first_sent_at": row.first_sent_at or now} | _CLEAR
    return told | (_ended(State.DONE) if done == row.wanted else _due(now))


def _late(row: Row, outcome: Sending, now: datetime) -> Mapping[str, Any]:
    """A result under a lost lease: what was posted is remembered, and a card is drawn once more to be sure of it."""
    if not isinstance(outcome, Sent) or row.state in (State.DEAD, State.SUPERSEDED):
        return {}
    sent = {"copy": row.copy or outcome.copy, "link": row.link or outcome.link or None, "sent_at": now}
    sent |= {"first_sent_at": row.first_sent_at or now} | _CLEAR
    if row.about is not None:
        return sent | {"done": row.wanted} | _ended(State.DONE)
    return sent | {"done": min(row.done, row.wanted - 1)} | _due(now)


_CLEAR: dict[str, Any] = {"tried_at": None, "tried_version": None}


def _ended(state: State) -> dict[str, Any]:
    return {"state": str(state), "due_at": None}


def _due(at: datetime) -> dict[str, Any]:
    return {"state": str(State.PENDING), "due_at": at}
