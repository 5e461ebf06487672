"""Escalations that no room shows: the next room that takes them does."""

import sqlalchemy as sa

from storage.binds import ACCOUNT, AT, HANDOFF, number, text
from storage.scripts import Script, run
from storage.statements import Dialect, Params, adds_if_new
from storage.tables import deliveries, handoffs, rooms
from storage.types import ZERO, fixed, joined

_D, _H, _R = deliveries.c, handoffs.c, rooms.c
# So many at once; an account that let more of them wait without a room has other troubles.
MOST = 200
_CARD = joined("card", _H.id, text("room"))
_SHOWN = sa.exists().where(
    _D.account == _H.account,
    _D.handoff == _H.id,
    _D.about.is_(None),
    sa.or_(_D.copy.is_not(None), _D.tried_at.is_not(None), _D.state == fixed("pending")),
)
# Held, so that what happens to them meanwhile reaches the new card as well.
_UNSHOWN = (
    sa.select(_H.id)
    .where(_H.account == ACCOUNT, _H.claimer.is_(None), _H.resolver.is_(None), _H.priority >= number("least"))
    .where(sa.not_(_SHOWN))
    .order_by(_H.id)
    .limit(MOST)
    .with_for_update(key_share=True)
)


def _owe(dialect: Dialect) -> sa.Insert:
    values = {
        "account": _H.account,
        "key": _CARD,
        "lane": _R.lane,
        "handoff": _H.id,
        "room": _R.id,
        "priority": _H.priority,
        "wanted": _H.version,
        "done": ZERO,
        "state": fixed("pending"),
        "due_at": AT,
        "attempts": ZERO,
        "failures": ZERO,
        "created_at": AT,
    }
    here = (_R.account == _H.account, _R.id == text("room"))
    return adds_if_new(dialect, deliveries, values, _H.account == ACCOUNT, _H.id == HANDOFF, *here)


_OWE = {"sqlite": _owe("sqlite"), "postgresql": _owe("postgresql")}
# One that was owed here before, and given up when the room was hidden or lost.
_VERSION = sa.select(_H.version).where(_H.account == ACCOUNT, _H.id == HANDOFF).scalar_subquery()
_OWE_AGAIN = (
    sa.update(deliveries)
    .where(_D.account == ACCOUNT, _D.handoff == HANDOFF, _D.room == text("room"), _D.about.is_(None))
    .where(_D.copy.is_(None), _D.state != fixed("pending"))
    .values(state=fixed("pending"), wanted=_VERSION, done=ZERO, due_at=AT, failures=ZERO)
)


def show_unshown(dialect: Dialect, params: Params, room: str, least: int) -> Script[bool]:
    """Owe a room the cards of what waits, takes at least its priority, and hangs nowhere; answers whether any does."""
    found = yield from run(_UNSHOWN, {**params, "least": least})
    for row in found:
        this = {**params, "handoff": row.id, "room": room}
        yield from run(_OWE_AGAIN, this)
        yield from run(_OWE[dialect], this)
    return bool(found)
