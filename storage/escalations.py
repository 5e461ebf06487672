"""Escalate: one transaction that records a handoff and owes all that follows from it."""

import functools
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.base import Executable

from core.access import LEAST, Right
from core.claim_rules import Kind
from core.events import Event
from core.handoff import NewHandoff, Notice, Status
from core.ids import new_id
from core.people import Standing, Strangers
from core.ports import Inactive, Powerless, Recorded, SelfTarget
from storage import owing
from storage.binds import ACCOUNT, AT, HANDOFF, PLATFORM, REQUEST, USER, WORKSPACE, caller, number, text
from storage.handoffs import is_active, known, shown, this, to_handoff
from storage.scripts import Ending, OutOfDate, Script, run, run_all
from storage.statements import Adds, Change, Dialect, adds, steps
from storage.tables import deliveries, handoffs, requests, rooms
from storage.types import EMPTY, ONE, ZERO, fixed, joined, level

Answer = Recorded | Strangers | SelfTarget | Powerless | Inactive

_TARGET = (text("target_platform"), text("target_workspace"), text("target_user"))
_TICKET = text("ticket")
_PRIORITY = number("priority")
_TOLD = LEAST[Right.BE_TOLD]


def escalate(account: str, dialect: Dialect, new: NewHandoff) -> Script[Ending[Answer]]:
    """The transaction; it writes nothing unless it answers ``Recorded`` for the first time."""
    params = {
        **caller(new.by.identity),
        "account": account,
        "handoff": new.id,
        "at": new.at,
        "request": new.request,
        "event": new_id(new.at),
        "priority": int(new.priority),
        "problem": new.snapshot.problem,
        "tried": new.snapshot.tried,
        "customer": new.snapshot.customer,
        "ticket": new.snapshot.ticket,
    }
    if new.target:
        params["target_platform"] = new.target.platform
        params["target_workspace"] = new.target.workspace
        params["target_user"] = new.target.user
    aimed = new.target is not None
    made = yield from run_all(_steps(dialect, aimed), params)
    if made:
        return Recorded(to_handoff(made[0])), True
    return (yield from _what_stood_in_the_way(new, params)), False


def _what_stood_in_the_way(new: NewHandoff, params: dict[str, Any]) -> Script[Answer]:
    used = yield from run(MADE_BEFORE, params)
    if used:
        earlier = to_handoff(used[0])
        # A retry after a lost answer meets its own id, and is not a repeat.
        return Recorded(earlier, repeated=earlier.id != new.id)
    by, target = new.by.identity, new.target
    strangers = []
    escalator = yield from run(_BY, params)
    if not escalator:
        strangers.append(by)
    elif escalator[0].standing != Standing.ACTIVE:
        return Inactive(Standing(escalator[0].standing))
    aim = (yield from run(_AIM, params)) if target else []
    if target and not aim:
        strangers.append(target)
    if strangers:
        return Strangers(tuple(strangers))
    if aim and aim[0].id == escalator[0].id:
        return SelfTarget()
    if aim and (aim[0].role < _TOLD or aim[0].standing != Standing.ACTIVE):
        return Powerless()
    raise OutOfDate


_BY = known("by")
_AIM = known("aim", *_TARGET)
MADE_BEFORE = (
    shown(handoffs)
    .join(
        requests,
        sa.and_(requests.c.account == handoffs.c.account, requests.c.handoff == handoffs.c.id),
    )
    .where(requests.c.account == ACCOUNT, requests.c.key == REQUEST)
)


@functools.cache
def _steps(dialect: Dialect, aimed: bool) -> Sequence[Executable]:
    """The normal path; ``aimed`` says whether there is a target."""
    follow: list[Adds] = [
        lambda made: owing.adds_event(made, Event.ESCALATED, made.c.escalator),
        _cards,
        lambda made: owing.uses_request(made, fixed(Kind.DONE), made.c.escalator),
        *owing.tells(dialect, owing.origin, Notice.SHOWN, _once_a_card_is_up()),
    ]
    if aimed:
        follow += owing.tells(dialect, owing.target, Notice.AIMED_AT_YOU, _once_a_card_is_up())
    return steps(dialect, _make(aimed), this(), follow, shown)


def _make(aimed: bool) -> Change:
    by = known("by").subquery("by")
    values: dict[str, sa.ColumnElement[Any]] = {
        "account": ACCOUNT,
        "id": HANDOFF,
        "version": ONE,
        "intent": fixed("escalate"),
        "status": fixed(Status.OPEN),
        "priority": _PRIORITY,
        "problem": text("problem"),
        "tried": text("tried"),
        "customer": text("customer"),
        "ticket": _TICKET,
        "escalator": by.c.id,
        "origin_platform": PLATFORM,
        "origin_workspace": WORKSPACE,
        "origin_user": USER,
        "resolution": EMPTY,
        "follows": _latest_of_the_ticket(),
        "created_at": AT,
    }
    where = [owing.unused(ACCOUNT), is_active(by)]
    if aimed:
        aim = known("aim", *_TARGET).subquery("aim")
        values["target"] = aim.c.id
        where += [aim.c.id != by.c.id, is_active(aim), aim.c.role >= level(_TOLD)]
    return adds(handoffs, values, *where).returning(*handoffs.c)


def _latest_of_the_ticket() -> sa.ScalarSelect[str]:
    earlier = handoffs.alias("earlier")
    return (
        sa.select(earlier.c.id)
        .where(earlier.c.account == ACCOUNT, earlier.c.ticket == _TICKET, earlier.c.ticket != EMPTY)
        .order_by(earlier.c.created_at.desc(), earlier.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _once_a_card_is_up() -> sa.ColumnElement[Any]:
    """NULL: it becomes due when a card is up; but where no room shows it, no card ever will be."""
    has_room = sa.exists().where(rooms.c.account == ACCOUNT, rooms.c.retired_at.is_(None), rooms.c.least <= _PRIORITY)
    return sa.case((has_room, sa.null()), else_=AT)


def _cards(made: sa.FromClause) -> sa.Insert:
    values = {
        "account": made.c.account,
        "key": joined("card", made.c.id, rooms.c.id),
        "lane": rooms.c.lane,
        "handoff": made.c.id,
        "room": rooms.c.id,
        "priority": made.c.priority,
        "wanted": ONE,
        "done": ZERO,
        "state": fixed("pending"),
        "due_at": AT,
        "attempts": ZERO,
        "failures": ZERO,
        "created_at": AT,
    }
    shows = (rooms.c.retired_at.is_(None), rooms.c.least <= made.c.priority)
    return adds(deliveries, values, rooms.c.account == made.c.account, *shows)
