"""Taking captured text out of handoffs that are long over; what happened stays."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from core.events import Event
from core.handoff import Status
from core.ids import new_id
from storage import owing
from storage.binds import ACCOUNT, AT, HANDOFF, instant, number
from storage.handoffs import this
from storage.scripts import Ending, Script, run, run_all
from storage.statements import Change, Dialect, steps
from storage.tables import handoffs
from storage.types import EMPTY, ONE, fixed

_H = handoffs.c
_TEXT = (_H.problem, _H.tried, _H.customer, _H.ticket, _H.resolution)
OVER = (
    sa.select(_H.id)
    .where(
        _H.account == ACCOUNT,
        _H.status == fixed(Status.RESOLVED),
        _H.forgotten_at.is_(None),
        _H.resolved_at < instant("before"),
    )
    .order_by(_H.resolved_at)
    .limit(number("most"))
    # Two that forget at once forget different ones (PostgreSQL; on SQLite nobody does it at once).
    .with_for_update(skip_locked=True, key_share=True)
)
_FORGET: Change = (
    sa.update(handoffs)
    .where(_H.account == ACCOUNT, _H.id == HANDOFF, _H.forgotten_at.is_(None))
    .values(dict.fromkeys(_TEXT, EMPTY) | {_H.version: _H.version + ONE, _H.forgotten_at: AT})
    .returning(*_H)
)


def _steps(dialect: Dialect) -> tuple[sa.sql.base.Executable, ...]:
    return steps(
        dialect,
        _FORGET,
        this(),
        [
            lambda forgotten: owing.adds_event(forgotten, Event.TEXT_FORGOTTEN, sa.null()),
            # What nobody has ever seen shows no text.
            lambda forgotten: owing.owes_cards(forgotten, unseen_too=False),
        ],
        lambda forgotten: sa.select(forgotten.c.id),
    )


_STEPS: Mapping[Dialect, tuple[sa.sql.base.Executable, ...]] = {
    "sqlite": _steps("sqlite"),
    "postgresql": _steps("postgresql"),
}


def forget_text(account: str, dialect: Dialect, before: datetime, most: int, at: datetime) -> Script[Ending[int]]:
    """The transaction of ``Keeping.forget_text``."""
    here = {"account": account, "at": at, "platform": None, "workspace": None}
    over = yield from run(OVER, {**here, "before": before, "most": most})
    for row in over:
        yield from run_all(_STEPS[dialect], {**here, "handoff": row.id, "event": new_id(at)})
    return len(over), bool(over)
