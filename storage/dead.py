"""A delivery that was given up is said where somebody reads it: to the escalator, or in the thread of a card."""

from collections.abc import Mapping

import sqlalchemy as sa

from core.deliveries import Lane
from core.events import Event
from core.handoff import Notice, Status
from storage.binds import ACCOUNT, EVENT, HANDOFF, KEY, NOW, PLATFORM, WORKSPACE, number, text
from storage.handoffs import is_installed
from storage.history import note
from storage.scripts import Script, run
from storage.statements import Dialect, Params, Row, adds, adds_if_new
from storage.tables import deliveries, handoffs, lanes
from storage.types import ONE, ZERO, fixed

_D = deliveries.c
_SAID = sa.select(_D.key).where(_D.account == ACCOUNT, _D.key == text("say"))
# Where the escalator themselves may look, if a card is up there.
_POSTED = (
    sa.select(_D.lane)
    .join(lanes, sa.and_(lanes.c.account == _D.account, lanes.c.id == _D.lane))
    .where(_D.account == ACCOUNT, _D.handoff == HANDOFF, _D.about.is_(None), _D.copy.is_not(None))
    # Nothing can be said where Baton is not installed any more.
    .where(is_installed(lanes))
    .order_by(sa.case((lanes.c.platform == PLATFORM, ZERO), else_=ONE), _D.created_at, _D.key)
    .limit(1)
)
_SAY = adds(
    deliveries,
    {
        "account": ACCOUNT,
        "key": text("say"),
        "lane": text("to"),
        "handoff": HANDOFF,
        "about": text("notice"),
        "event": EVENT,
        "priority": number("priority"),
        "wanted": number("version"),
        "done": ZERO,
        "state": fixed("pending"),
        "due_at": NOW,
        "attempts": ZERO,
        "failures": ZERO,
        "of": KEY,
        "created_at": NOW,
    },
)


def _opens(dialect: Dialect) -> sa.Insert:
    values = {"account": ACCOUNT, "id": text("to"), "platform": PLATFORM, "workspace": WORKSPACE}
    return adds_if_new(dialect, lanes, values | {"address": text("user"), "private": sa.true()})


_OPENS: Mapping[Dialect, sa.Insert] = {"sqlite": _opens("sqlite"), "postgresql": _opens("postgresql")}


# What has to be known of a delivery that is given up, and of its handoff.
OF_THE_DEAD = (_D.key, _D.lane, _D.about, _D.room, lanes.c.platform, lanes.c.workspace)
ITS_HANDOFF = (
    *(handoffs.c.id.label("handoff"), handoffs.c.status, handoffs.c.version, handoffs.c.priority),
    *(handoffs.c.origin_platform, handoffs.c.origin_workspace, handoffs.c.origin_user),
)


def tell_of_death(dialect: Dialect, params: Params, dead: Row) -> Script[bool]:
    """Owe it to whoever must know that ``dead`` was given up, once for ever; answers whether anything is owed.

    ``dead`` has what ``OF_THE_DEAD`` and ``ITS_HANDOFF`` ask for, and ``params`` name it; the caller holds its handoff.
    """
    about = Notice(dead.about) if dead.about else None
    escalator = {"platform": dead.origin_platform, "workspace": dead.origin_workspace, "user": dead.origin_user}
    private = Lane(dead.origin_platform, dead.origin_workspace, dead.origin_user, private=True).id
    if dead.status == Status.RESOLVED or about in (Notice.UNREACHED, Notice.UNREACHABLE):
        return False
    if about is None or dead.lane != private:
        to, notice, say = private, Notice.UNREACHED, f"say:unreached:{dead.key}"
        yield from run(_OPENS[dialect], {**params, **escalator, "to": to})
    else:
        posted = yield from run(_POSTED, {**params, **escalator})
        if not posted:
            return False
        to, notice, say = posted[0].lane, Notice.UNREACHABLE, f"say:unreachable:{dead.handoff}"
    values = {**params, "say": say, "to": to, "notice": str(notice)}
    if (yield from run(_SAID, values)):
        return False
    from_where = {"platform": dead.platform, "workspace": dead.workspace, "person": None, "at": params["now"]}
    event = yield from note({**params, **from_where}, Event.UNDELIVERED, dead.handoff)
    yield from run(_SAY, {**values, "event": event, "priority": dead.priority, "version": dead.version})
    return True
