"""Keeping how a sending went: what the row says from now on, and whether it stays due."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.deliveries import MOST_ATTEMPTS, Failed, Gone, Lease, Outcome, Owed, Scope, Sent, Superseded, TryLater
from core.handoff import Status
from storage.binds import ACCOUNT, HANDOFF, HOLDER, KEY, LANE, NOW, instant, number, text
from storage.scripts import Ending, Script, run
from storage.statements import Row
from storage.tables import deliveries, handoffs, lanes
from storage.waiting import release

_D = deliveries.c

# Whoever changes a handoff and its deliveries takes the handoff first, so that nobody waits in a circle.
_LOCK_HANDOFF = (
    sa.select(handoffs.c.status)
    .where(handoffs.c.account == ACCOUNT, handoffs.c.id == HANDOFF)
    .with_for_update(key_share=True)
)
_LOCK = (
    sa.select(_D.wanted, _D.done, _D.state, _D.due_at, _D.attempts, _D.last_error, _D.sent_at, _D.copy, _D.link)
    .add_columns(
        _D.about,
        sa.and_(lanes.c.leased_by.is_not(None), lanes.c.leased_by == HOLDER, lanes.c.leased_until > NOW).label("held"),
    )
    .join(lanes, sa.and_(lanes.c.account == _D.account, lanes.c.id == _D.lane))
    .where(_D.account == ACCOUNT, _D.key == KEY)
    .with_for_update(of=deliveries, key_share=True)
)
_KEEP = (
    sa.update(deliveries)
    .where(_D.account == ACCOUNT, _D.key == KEY)
    .values(
        done=number("done"),
        state=text("state"),
        due_at=instant("due_at"),
        attempts=number("attempts"),
        last_error=text("last_error"),
        last_attempt_at=NOW,
        sent_at=instant("sent_at"),
        copy=text("copy"),
        link=text("link"),
    )
)
_PAUSE = (
    sa.update(lanes)
    .where(lanes.c.account == ACCOUNT, lanes.c.id == LANE, lanes.c.leased_by == HOLDER)
    .values(paused_until=instant("paused_until"))
)


def record(
    account: str, lease: Lease, owed: Owed, outcome: Outcome, drawn: int, now: datetime, next_try: datetime
) -> Script[Ending[None]]:
    """The transaction of ``Ledger.record``."""
    params = {"account": account, "lane": lease.lane, "holder": lease.holder, "now": now}
    params |= {"key": owed.key, "handoff": owed.handoff.id}
    standing = yield from run(_LOCK_HANDOFF, params)
    found = yield from run(_LOCK, params)
    if not found:
        return None, False
    row = found[0]
    kept = {name: getattr(row, name) for name in _KEPT}
    if row.held:
        kept |= _changes(row, outcome, drawn, now, next_try, resolved=standing[0].status == Status.RESOLVED)
    else:
        kept |= _late(row, outcome, now)
    yield from run(_KEEP, params | kept)
    if row.held and isinstance(outcome, TryLater) and outcome.scope is Scope.LANE:
        yield from run(_PAUSE, params | {"paused_until": next_try})
    released = False
    if row.about is None and row.copy is None and (kept["copy"] is not None or kept["state"] == "dead"):
        released = yield from release(params)
    return None, released or kept["due_at"] is not None


_KEPT = ("done", "state", "due_at", "attempts", "last_error", "sent_at", "copy", "link")


def _changes(
    row: Row, outcome: Outcome, drawn: int, now: datetime, next_try: datetime, *, resolved: bool
) -> Mapping[str, Any]:
    match outcome:
        case Sent(copy, link):
            done = min(drawn, row.wanted) if row.about is None else row.wanted
            sent = {"copy": copy, "link": link or row.link, "sent_at": now, "attempts": 0, "last_error": None}
            return sent | {"done": done} | (_finished() if done == row.wanted else _due(now))
        case TryLater(reason, _, scope):
            # A whole conversation that has to wait is no fault of this delivery.
            attempts = row.attempts + (scope is Scope.DELIVERY)
            tried = {"attempts": attempts, "last_error": reason}
            return tried | (_ended("dead") if attempts >= MOST_ATTEMPTS else _due(next_try))
        case Failed(reason):
            return {"attempts": row.attempts + 1, "last_error": reason} | _ended("dead")
        case Gone(reason):
            lost = {"copy": None, "link": None, "done": 0, "attempts": row.attempts + 1, "last_error": reason}
            over = row.about is not None or resolved or row.attempts + 1 >= MOST_ATTEMPTS
            return lost | (_ended("dead") if over else _due(now))
        case Superseded():
            return _ended("superseded")


def _late(row: Row, outcome: Outcome, now: datetime) -> Mapping[str, Any]:
    """A result under a lost lease: what was posted is remembered, and a card is drawn once more to be sure of it."""
    if not isinstance(outcome, Sent) or row.state in ("dead", "superseded"):
        return {}
    sent = {"copy": row.copy or outcome.copy, "link": row.link or outcome.link or None, "sent_at": now}
    if row.about is not None:
        return sent | {"done": row.wanted} | _finished()
    return sent | {"done": min(row.done, row.wanted - 1)} | _due(now)


def _finished() -> dict[str, Any]:
    return {"state": "done", "due_at": None}


def _ended(state: str) -> dict[str, Any]:
    return {"state": state, "due_at": None}


def _due(at: datetime) -> dict[str, Any]:
    return {"state": "pending", "due_at": at}
