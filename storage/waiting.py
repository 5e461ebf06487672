"""What waits to be said until a card is up, so that it can carry a link to it."""

from collections.abc import Sequence

import sqlalchemy as sa

from storage.binds import ACCOUNT, HANDOFF, KEY, NOW
from storage.scripts import Script, run
from storage.statements import Params, Row
from storage.tables import deliveries, lanes
from storage.types import fixed

_D = deliveries.c
_ALL = (
    sa.select(_D.key, _D.about, _D.state, _D.due_at, _D.copy, lanes.c.platform)
    .join(lanes, sa.and_(lanes.c.account == _D.account, lanes.c.id == _D.lane))
    .where(_D.account == ACCOUNT, _D.handoff == HANDOFF)
)
_DUE = (
    sa.update(deliveries)
    .where(_D.account == ACCOUNT, _D.key == KEY, _D.state == fixed("pending"), _D.due_at.is_(None))
    .values(due_at=NOW)
)


def release(params: Params) -> Script[bool]:
    """Make due what a handoff's cards no longer keep waiting; answers whether anything was.

    Asked after a card's first post, or its death; the caller holds the handoff's lock, so cards are seen one by one.
    """
    rows = yield from run(_ALL, params)
    cards = [row for row in rows if row.about is None]
    waiting = [row for row in rows if row.about is not None and row.state == "pending" and row.due_at is None]
    ready = [row.key for row in waiting if _ready(row.platform, cards)]
    for key in ready:
        yield from run(_DUE, {**params, "key": key})
    return bool(ready)


def _ready(platform: str, cards: Sequence[Row]) -> bool:
    """With a card up where it is read, at once; else when none is coming there, and one is up or none is coming."""
    up = [card.platform for card in cards if card.copy is not None]
    coming = [card.platform for card in cards if card.copy is None and card.state == "pending"]
    return platform in up or (platform not in coming and (bool(up) or not coming))
