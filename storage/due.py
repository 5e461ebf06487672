"""What is due next in a leased lane."""

from typing import Any

import sqlalchemy as sa

from core.deliveries import Lane, Owed
from core.handoff import Notice
from storage.binds import ACCOUNT, HOLDER, LANE, NOW
from storage.handoffs import shown, to_handoff
from storage.statements import Row
from storage.tables import deliveries, handoffs, lanes
from storage.types import fixed

_D = deliveries.c
_CARD, _ITS = deliveries.alias("card"), lanes.alias("card_lane")


def _link(*here: sa.ColumnElement[bool]) -> sa.ScalarSelect[str]:
    """What opens the first posted card of the same handoff."""
    return (
        sa.select(_CARD.c.link)
        .join(_ITS, sa.and_(_ITS.c.account == _CARD.c.account, _ITS.c.id == _CARD.c.lane))
        .where(
            _CARD.c.account == _D.account,
            _CARD.c.handoff == _D.handoff,
            _CARD.c.about.is_(None),
            _CARD.c.link.is_not(None),
            *here,
        )
        .order_by(_CARD.c.created_at, _CARD.c.key)
        .limit(1)
        .correlate(deliveries, lanes)
        .scalar_subquery()
    )


def _next_due() -> "sa.Select[Any]":
    of_lane = sa.and_(lanes.c.account == _D.account, lanes.c.id == _D.lane)
    of_handoff = sa.and_(handoffs.c.account == _D.account, handoffs.c.id == _D.handoff)
    owed = (_D.key, _D.about, _D.wanted, _D.attempts, _D.copy)
    # A card on the reader's own platform, if there is one: that one they can surely open.
    link = sa.func.coalesce(_link(_ITS.c.platform == lanes.c.platform), _link())
    where = (lanes.c.platform, lanes.c.workspace, lanes.c.address, lanes.c.private)
    return (
        shown(handoffs)
        .add_columns(*owed, *where, link.label("card_link"))
        .join(deliveries, of_handoff)
        .join(lanes, of_lane)
        .where(
            _D.account == ACCOUNT,
            _D.lane == LANE,
            _D.state == fixed("pending"),
            _D.due_at <= NOW,
            lanes.c.leased_by == HOLDER,
            lanes.c.leased_until > NOW,
            sa.or_(lanes.c.paused_until.is_(None), lanes.c.paused_until <= NOW),
        )
        .order_by(_D.priority.desc(), _D.created_at, _D.key)
        .limit(1)
    )


NEXT_DUE = _next_due()


def to_owed(row: Row) -> Owed:
    """A row of ``NEXT_DUE``."""
    return Owed(
        key=row.key,
        lane=Lane(row.platform, row.workspace, row.address, row.private),
        about=Notice(row.about) if row.about else None,
        wanted=row.wanted,
        attempts=row.attempts,
        handoff=to_handoff(row),
        copy=row.copy,
        link=row.card_link,
    )
