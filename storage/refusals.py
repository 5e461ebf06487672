"""A gesture that changes nothing is recorded all the same: its key, a lost race, and the stale copy it was made on."""

import functools
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.base import Executable

from core.claim_rules import Kind, Verdict
from core.events import Event
from core.handoff import Handoff, Move
from core.people import Person
from storage import owing
from storage.binds import ACCOUNT, AT, HANDOFF, REQUEST, instant, number, text
from storage.scripts import OutOfDate, Script, run, run_all
from storage.statements import Adds, Change, Dialect, adds_if_new, steps
from storage.tables import deliveries, requests
from storage.types import fixed

# A click that comes so soon after its card was drawn anew was made on the old drawing; the new one is on its way there.
ON_ITS_WAY = timedelta(seconds=10)


def refuse(
    dialect: Dialect, move: Move, handoff: Handoff, actor: Person, verdict: Verdict, params: dict[str, Any]
) -> Script[bool]:
    """Use the gesture's key up; answers whether the copy that it was made on is owed a correction."""
    values = params | {
        "verdict": str(verdict.kind),
        "by_person": verdict.by.id if verdict.by else None,
        "by_at": verdict.at,
        "actor": actor.id,
    }
    used = yield from run_all(_steps(dialect, verdict.kind is Kind.ALREADY_CLAIMED), values)
    if not used:
        # The same gesture was answered in the meantime, by another process: its verdict is the first.
        raise OutOfDate
    if move.seen is None or move.seen.version >= handoff.version:
        return False
    seen = {"copy": move.seen.copy, "seen": max(0, move.seen.version), "drawn_before": move.at - ON_ITS_WAY}
    stale = yield from run(_STALE, params | seen)
    return bool(stale)


@functools.cache
def _steps(dialect: Dialect, lost: bool) -> Sequence[Executable]:
    values = {
        "account": ACCOUNT,
        "key": REQUEST,
        "at": AT,
        "handoff": HANDOFF,
        "verdict": text("verdict"),
        "by_person": text("by_person"),
        "by_at": instant("by_at"),
    }
    use: Change = adds_if_new(dialect, requests, values).returning(*requests.c)
    follow: list[Adds] = [lambda used: _loses(used)] if lost else []
    changed = sa.select(requests).where(requests.c.account == ACCOUNT, requests.c.key == REQUEST)
    return steps(dialect, use, changed, follow, lambda used: sa.select(used.c.key))


def _loses(used: sa.FromClause) -> sa.Insert:
    lost = sa.select(used.c.account, used.c.handoff.label("id")).subquery("lost")
    return owing.adds_event(lost, Event.CLAIM_LOST, text("actor"))


_STALE = (
    sa.update(deliveries)
    .where(
        deliveries.c.account == ACCOUNT,
        deliveries.c.handoff == HANDOFF,
        deliveries.c.about.is_(None),
        deliveries.c.copy == text("copy"),
        deliveries.c.done > number("seen"),
        deliveries.c.state == fixed("done"),
        deliveries.c.sent_at <= instant("drawn_before"),
    )
    .values(done=number("seen"), state=fixed("pending"), due_at=AT)
    .returning(deliveries.c.key)
)
