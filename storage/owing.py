"""What a change owes: its event, the private lanes it needs, what is said there, and the gesture's own key."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from core.events import Event
from core.handoff import Notice
from storage.binds import AT, EVENT, PLATFORM, REQUEST, WORKSPACE
from storage.handoffs import is_active, is_installed
from storage.statements import Adds, Dialect, adds, adds_if_new
from storage.tables import deliveries, events, identities, lanes, requests, rooms
from storage.types import ZERO, fixed, joined, latest

Text = sa.ColumnElement[str]


class To(NamedTuple):
    """Identities that are told something in private: where their parts are read, and which rows are meant."""

    platform: Text
    workspace: Text
    user: Text
    where: sa.ColumnElement[bool]


def origin(source: sa.FromClause, unless_by: Text | None = None) -> To:
    """The identity that the escalator escalated from, unless they are the one who makes this change."""
    c = source.c
    where = sa.true() if unless_by is None else c.escalator != unless_by
    return To(c.origin_platform, c.origin_workspace, c.origin_user, where)


def target(source: sa.FromClause) -> To:
    """Every identity of the person it is aimed at by which they can act, where Baton is installed."""
    i = identities.alias("of_target")
    its = sa.and_(i.c.account == source.c.account, i.c.person == source.c.target)
    where = sa.and_(its, is_active(i), is_installed(i))
    return To(i.c.platform, i.c.workspace, i.c.user_id, where)


def adds_event(source: sa.FromClause, name: Event, person: Text | sa.Null) -> sa.Insert:
    """One line of history about the changed handoff; ``person`` did it, from where the gesture came."""
    values = {
        "account": source.c.account,
        "id": EVENT,
        "handoff": source.c.id,
        "name": fixed(name),
        "person": person,
        "platform": PLATFORM,
        "workspace": WORKSPACE,
        "at": AT,
    }
    return adds(events, values)


def opens_lane(dialect: Dialect, source: sa.FromClause, to: To) -> sa.Insert:
    """The private lane with each identity; made at first use, and met ever after."""
    values = {
        "account": source.c.account,
        "id": joined(to.platform, to.workspace, to.user),
        "platform": to.platform,
        "workspace": to.workspace,
        "address": to.user,
        "private": sa.true(),
    }
    return adds_if_new(dialect, lanes, values, to.where)


def says(source: sa.FromClause, to: To, about: Notice, due: sa.ColumnElement[Any]) -> sa.Insert:
    """Something said once, in the private lane of each identity."""
    lane = joined(to.platform, to.workspace, to.user)
    values = {
        "account": source.c.account,
        "key": joined("say", EVENT, lane),
        "lane": lane,
        "handoff": source.c.id,
        "about": fixed(about),
        "event": EVENT,
        "priority": source.c.priority,
        "wanted": source.c.version,
        "done": ZERO,
        "state": fixed("pending"),
        "due_at": due,
        "attempts": ZERO,
        "failures": ZERO,
        "created_at": AT,
    }
    return adds(deliveries, values, to.where)


def tells(dialect: Dialect, to: Any, about: Notice, due: sa.ColumnElement[Any]) -> list[Adds]:
    """The lanes and what is said in them; ``to`` is told the changed row and answers who is meant."""
    return [
        lambda source: opens_lane(dialect, source, to(source)),
        lambda source: says(source, to(source), about, due),
    ]


def uses_request(source: sa.FromClause, verdict: Text, by_person: Text) -> sa.Insert:
    """The gesture's key, used up with its verdict, so that its repeat is answered and not acted on."""
    values = {
        "account": source.c.account,
        "key": REQUEST,
        "at": AT,
        "handoff": source.c.id,
        "verdict": verdict,
        "by_person": by_person,
    }
    return adds(requests, values)


def unused(account: Text) -> sa.ColumnElement[bool]:
    """That the gesture's key has not been used yet."""
    return ~sa.exists().where(requests.c.account == account, requests.c.key == REQUEST)


def owes_cards(moved: sa.FromClause, *, unseen_too: bool = True) -> sa.Update:
    """Every card of the changed handoff is wanted as it is now, and due.

    Of those that were given up, the ones that nobody has seen are tried again only if ``unseen_too``.
    """
    c = deliveries.c
    retired = sa.exists().where(rooms.c.account == c.account, rooms.c.id == c.room, rooms.c.retired_at.is_not(None))
    # What never got to a room that is no longer set up need not get there.
    over = sa.and_(c.state.in_([fixed("dead"), fixed("superseded")]), c.copy.is_(None), c.tried_at.is_(None))
    if unseen_too:
        over = sa.and_(over, retired)
    # Of a post in doubt it is known since when it can be looked for; sooner, it would be missed and posted again.
    doubtful = latest(AT, sa.func.coalesce(c.due_at, AT))
    due = sa.case((over, sa.null()), (c.tried_at.is_(None), AT), else_=doubtful)
    return (
        sa.update(deliveries)
        .where(c.account == moved.c.account, c.handoff == moved.c.id, c.about.is_(None))
        .values(
            wanted=moved.c.version,
            # One that was given up is tried again: what was in its way may be gone, and until then it is false.
            state=sa.case((over, c.state), else_=fixed("pending")),
            due_at=due,
            failures=sa.case((over, c.failures), else_=ZERO),
        )
    )
