"""Beginning the next delivery of a leased lane: what is due, whether it is still to be sent, and whether it may be."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from core.deliveries import SETTLES, Attempt, Lane, Owed, Terms, Unreached, act, worth_sending
from core.handoff import Notice
from storage import paces
from storage.binds import ACCOUNT, HANDOFF, HOLDER, KEY, LANE, NOW, instant, number
from storage.handoffs import is_installed, shown, to_handoff
from storage.history import entry
from storage.scripts import Ending, Script, run
from storage.statements import Dialect, Params, Row
from storage.tables import deliveries, handoffs, identities, lanes, people, rooms
from storage.types import EMPTY, fixed
from storage.waiting import release

_D = deliveries.c
_CARD, _ITS = deliveries.alias("card"), lanes.alias("card_lane")
# What is due, said so that no index on the time applies to it: a lane is read in its own order and no further than to
# the first, however much is due.
DUE = sa.and_(_D.state == fixed("pending"), sa.func.coalesce(_D.due_at <= NOW, sa.false()))
URGENT_FIRST = (_D.priority.desc(), _D.copy.is_not(None), _D.created_at, _D.key)
# So many are looked at in one transaction; the rest of a long list that is no longer true waits for the next.
MOST_AT_ONCE = 100


def begin(dialect: Dialect, terms: Terms, params: Params) -> Script[Ending[Owed | None]]:
    """Choose the next delivery and write down that it is begun; without one, the lease ends.

    ``params`` has account, lane, holder and now. The second answer is whether there is more to do at once.
    """
    if not (yield from run(_EXTEND, {**params, "until": terms.until})):
        return None, False
    paused_until, more = None, False
    for _ in range(MOST_AT_ONCE):
        found = yield from run(NEXT_DUE, params)
        if not found:
            break
        owed = yield from _owed(found[0], params)
        this = {**params, "key": owed.key, "handoff": found[0].id, "drawn": owed.drawn}
        if worth_sending(owed) and _has_a_way(owed, found[0].installed):
            if owed.unclear and timedelta() <= params["now"] - owed.unclear.at < SETTLES:
                # Whoever began it is gone. It may still be on its way, and would be missed if it were looked for now.
                yield from run(_LATER, {**this, "due_at": owed.unclear.at + SETTLES})
                continue
            wait = yield from paces.ask(dialect, params, owed.lane, terms.limits.get(act(owed), ()))
            if not wait:
                if owed.copy is None and owed.unclear is None:
                    yield from run(_MARK, this)
                return owed, more
            paused_until = params["now"] + wait
            break
        if owed.about is None and not (yield from run(_TAKE_HANDOFF, this)):
            more = True
            break
        yield from run(_SUPERSEDE, this)
        if owed.about is None:
            more |= yield from release(this)
    else:
        more = True
    yield from run(GIVE_BACK, {**params, "paused_until": paused_until})
    return None, more


def _has_a_way(owed: Owed, installed: bool) -> bool:
    """A card waits for nobody where Baton was removed; that somebody can't be told there is for others to hear of."""
    return installed or owed.about is not None


_MINE = sa.and_(lanes.c.account == ACCOUNT, lanes.c.id == LANE, lanes.c.leased_by == HOLDER)
_EXTEND = (
    sa.update(lanes)
    .where(_MINE, lanes.c.leased_until > NOW)
    .values(leased_until=instant("until"))
    .returning(lanes.c.id)
)
GIVE_BACK = (
    sa.update(lanes)
    .where(_MINE)
    .values(
        leased_by=sa.null(),
        leased_until=sa.null(),
        paused_until=sa.func.coalesce(instant("paused_until"), lanes.c.paused_until),
    )
)
_THIS = sa.and_(_D.account == ACCOUNT, _D.key == KEY)
_MARK = sa.update(deliveries).where(_THIS).values(tried_at=NOW, tried_version=number("drawn"))
_LATER = sa.update(deliveries).where(_THIS).values(due_at=instant("due_at"))
# Whoever ends a card holds its handoff. Another one is held here already, so it is taken only if that needs no wait.
_TAKE_HANDOFF = (
    sa.select(handoffs.c.id)
    .where(handoffs.c.account == ACCOUNT, handoffs.c.id == HANDOFF, handoffs.c.version == number("drawn"))
    .with_for_update(key_share=True, skip_locked=True)
)
_SUPERSEDE = (
    sa.update(deliveries)
    .where(_THIS, _D.state == fixed("pending"))
    .values(state=fixed("superseded"), due_at=sa.null(), tried_at=sa.null(), tried_version=sa.null())
)


def _next_due() -> "sa.Select[Any]":
    """The next delivery of the lane, with its handoff if it is about one."""
    owed = (_D.key, _D.about, _D.event, _D.wanted, _D.failures, _D.copy, _D.tried_at, _D.tried_version, _D.of)
    first = sa.select(_D.handoff, *owed).where(_D.account == ACCOUNT, _D.lane == LANE, DUE)
    chosen = first.order_by(*URGENT_FIRST).limit(1).cte("chosen")
    # A card on the reader's own platform, if there is one: that one they can surely open.
    on = sa.select(_ITS.c.platform).where(_ITS.c.account == ACCOUNT, _ITS.c.id == _CARD.c.lane).scalar_subquery()
    link = sa.func.coalesce(_link(chosen.c.handoff, on == lanes.c.platform), _link(chosen.c.handoff))
    where = (lanes.c.platform, lanes.c.workspace, lanes.c.address, lanes.c.private)
    # Asked for by its own key, and not joined: a plan that was made for empty tables would read all of it.
    handoff = sa.select(chosen.c.handoff).scalar_subquery()
    its = shown(handoffs).where(handoffs.c.account == ACCOUNT, handoffs.c.id == handoff).subquery("its")
    return (
        sa.select(its, *(chosen.c[column.key] for column in owed), *where)
        .add_columns(link.label("card_link"), is_installed(lanes).label("installed"))
        .select_from(chosen)
        .join(lanes, sa.and_(lanes.c.account == ACCOUNT, lanes.c.id == LANE))
        .outerjoin(its, sa.true())
    )


def _link(handoff: sa.ColumnElement[str], *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[str]:
    """What opens the first posted card of the handoff."""
    return (
        sa.select(_CARD.c.link)
        .where(
            _CARD.c.account == ACCOUNT,
            _CARD.c.handoff == handoff,
            _CARD.c.about.is_(None),
            _CARD.c.link.is_not(None),
            *where,
        )
        .order_by(_CARD.c.created_at, _CARD.c.key)
        .limit(1)
        .correlate_except(_CARD)
        .scalar_subquery()
    )


NEXT_DUE = _next_due()


def _unreached() -> "sa.Select[Any]":
    """Whom or what the delivery ``key`` did not reach and why, and the copy of the handoff's card in this lane."""
    card = sa.select(_CARD.c.copy).where(
        _CARD.c.account == ACCOUNT, _CARD.c.handoff == HANDOFF, _CARD.c.lane == LANE, _CARD.c.about.is_(None)
    )
    where = sa.func.coalesce(rooms.c.name, people.c.name, lanes.c.address)
    i = identities.c
    of_lane = (i.account == _D.account, i.platform == lanes.c.platform, i.workspace == lanes.c.workspace)
    return (
        sa.select(where.label("place"), sa.func.coalesce(_D.last_error, EMPTY).label("reason"))
        .add_columns(card.scalar_subquery().label("under"))
        .select_from(deliveries)
        .join(lanes, sa.and_(lanes.c.account == _D.account, lanes.c.id == _D.lane))
        .outerjoin(rooms, sa.and_(rooms.c.account == _D.account, rooms.c.id == _D.room))
        .outerjoin(identities, sa.and_(*of_lane, i.user_id == lanes.c.address, lanes.c.private))
        .outerjoin(people, sa.and_(people.c.account == i.account, people.c.id == i.person))
        .where(_THIS)
    )


UNREACHED = _unreached()


def _owed(row: Row, params: Params) -> Script[Owed]:
    about, told, news = Notice(row.about) if row.about else None, None, None
    if row.of:
        [told] = yield from run(UNREACHED, {**params, "key": row.of, "handoff": row.id})
    if about is Notice.NEWS:
        news = yield from entry(params, row.event)
    return Owed(
        key=row.key,
        lane=Lane(row.platform, row.workspace, row.address, row.private),
        about=about,
        wanted=row.wanted,
        failures=row.failures,
        handoff=to_handoff(row) if row.id else None,
        copy=row.copy,
        unclear=Attempt(row.tried_at, row.tried_version) if row.tried_at else None,
        link=row.card_link,
        under=told.under if told and about is Notice.UNREACHABLE else None,
        unreached=Unreached(told.place, told.reason) if told else None,
        news=news,
        installed=bool(row.installed),
    )
