"""Moves: one conditional write decides, and all that follows from it happens with it or not at all."""

import functools
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.base import Executable

from core import account_settings
from core.access import LEAST, Right
from core.claim_rules import Kind, Verdict, judge, may_read
from core.events import Event
from core.handoff import By, Handoff, Move, Status, Verb
from core.ids import new_id
from core.people import Person, Standing, Strangers
from core.ports import Answered
from storage import owing
from storage.binds import ACCOUNT, AT, HANDOFF, REQUEST, caller, text
from storage.handoffs import is_active, known, shown, this, to_handoff, to_person
from storage.refusals import refuse
from storage.scripts import Ending, OutOfDate, Script, run, run_all
from storage.statements import Adds, Change, Dialect, Row, steps
from storage.tables import accounts, claims, handoffs, people, requests
from storage.types import ONE, fixed, latest, level

Answer = Answered | Strangers


def apply(account: str, dialect: Dialect, move: Move) -> Script[Ending[Answer]]:
    """The transaction: the change if it may be made, else the reason, each together with the gesture's key."""
    params = {
        **caller(move.by.identity),
        "account": account,
        "handoff": move.handoff,
        "at": move.at,
        "request": move.request,
        "event": new_id(move.at),
        "claim": new_id(move.at),
        "note": move.note,
    }
    changed = yield from run_all(_steps(dialect, move.verb), params)
    if changed:
        actor = to_person(changed[0], "actor")
        return Answered(Verdict(Kind.DONE, actor), to_handoff(changed[0]), actor), True
    # The statement above saw the rows as they were before any wait for a lock; what stands now is asked anew.
    standing = yield from run(STANDING, params)
    if not standing:
        return Answered(Verdict(Kind.UNKNOWN), None, None), False
    handoff, actor = to_handoff(standing[0]), to_person(standing[0], "actor")
    if actor is None:
        return Strangers((move.by.identity,)), False
    if standing[0].verdict:
        first = Verdict(Kind(standing[0].verdict), to_person(standing[0], "by"), standing[0].by_at)
        return Answered(first, handoff, actor, _may_read(standing[0], handoff, actor)), False
    verdict = judge(move.verb, handoff, actor, Standing(standing[0].actor_standing))
    if verdict.kind is Kind.DONE:
        raise OutOfDate
    owes = yield from refuse(dialect, move, handoff, actor, verdict, params)
    return Answered(verdict, handoff, actor, _may_read(standing[0], handoff, actor)), owes


def _may_read(row: Row, handoff: Handoff, actor: Person) -> bool:
    """Whether the actor may read it as it stands; whoever has just moved it may in any case."""
    active = row.actor_standing == Standing.ACTIVE
    return active and may_read(handoff, actor, account_settings.from_text(row.settings), bool(row.held))


_ACTOR = known("actor").subquery("actor")
_BY = people.alias("first_by")
_HELD = sa.exists().where(claims.c.account == ACCOUNT, claims.c.handoff == HANDOFF, claims.c.claimer == _ACTOR.c.id)
_OVER = handoffs.c.status == fixed(Status.RESOLVED)
STANDING = (
    shown(handoffs)
    .add_columns(
        *(_ACTOR.c[name].label(f"actor_{name}") for name in ("id", "name", "role", "standing")),
        *(_BY.c[name].label(f"by_{name}") for name in ("id", "name", "role")),
        requests.c.verdict,
        requests.c.by_at,
        sa.select(accounts.c.settings).where(accounts.c.id == ACCOUNT).scalar_subquery().label("settings"),
        # Before it is over, nobody asks who held it.
        sa.case((_OVER, _HELD), else_=sa.false()).label("held"),
    )
    .outerjoin(_ACTOR, sa.true())
    .outerjoin(requests, sa.and_(requests.c.account == ACCOUNT, requests.c.key == REQUEST))
    .outerjoin(_BY, sa.and_(_BY.c.account == requests.c.account, _BY.c.id == requests.c.by_person))
    .where(handoffs.c.account == ACCOUNT, handoffs.c.id == HANDOFF)
)


@functools.cache
def _steps(dialect: Dialect, verb: Verb) -> Sequence[Executable]:
    """The normal path of a verb."""
    actor = known("actor").subquery("actor")
    follow: list[Adds] = [
        _opens_claim if verb.after is Status.CLAIMED else lambda moved: _ends_claim(moved, verb.event, actor),
        lambda moved: owing.adds_event(moved, verb.event, actor.c.id),
        owing.owes_cards,
        lambda moved: owing.uses_request(moved, fixed(Kind.DONE), actor.c.id),
        *owing.tells(dialect, lambda moved: owing.origin(moved, unless_by=actor.c.id), verb.tells_escalator, AT),
    ]

    def show(moved: sa.FromClause) -> "sa.Select[Any]":
        columns = (actor.c[name].label(f"actor_{name}") for name in ("id", "name", "role"))
        return shown(moved).add_columns(*columns).join(actor, sa.true())

    return steps(dialect, _change(verb, actor), this(), follow, show)


def stands(verb: Verb) -> sa.ColumnElement[bool]:
    """The condition that decides every race: the handoff still is where the verb finds it."""
    return handoffs.c.status == fixed(verb.before)


def _change(verb: Verb, actor: sa.Subquery) -> Change:
    values: dict[str, Any] = {"version": handoffs.c.version + ONE, "status": fixed(verb.after)}
    match verb.after:
        case Status.CLAIMED:
            values |= {"claimer": actor.c.id, "claimed_at": latest(AT, handoffs.c.created_at)}
        case Status.OPEN:
            values |= {"claimer": sa.null(), "claimed_at": sa.null()}
        case Status.RESOLVED:
            since = sa.func.coalesce(handoffs.c.claimed_at, handoffs.c.created_at)
            values |= {"resolver": actor.c.id, "resolved_at": latest(AT, since), "resolution": text("note")}
    if verb.by is By.ANYONE_ELSE:
        may = handoffs.c.escalator != actor.c.id
    else:
        may = sa.or_(handoffs.c.claimer == actor.c.id, actor.c.role >= level(LEAST[Right.OVERRIDE]))
    return (
        sa.update(handoffs)
        .where(
            handoffs.c.account == ACCOUNT,
            handoffs.c.id == HANDOFF,
            stands(verb),
            actor.c.account == handoffs.c.account,
            is_active(actor),
            actor.c.role >= level(verb.least_role),
            may,
            owing.unused(handoffs.c.account),
        )
        .values(values)
        .returning(*handoffs.c)
    )


def _opens_claim(moved: sa.FromClause) -> sa.Insert:
    from_select = sa.select(moved.c.account, text("claim"), moved.c.id, moved.c.claimer, moved.c.claimed_at)
    return sa.insert(claims).from_select(["account", "id", "handoff", "claimer", "claimed_at"], from_select)


def _ends_claim(moved: sa.FromClause, how: Event, actor: sa.Subquery) -> sa.Update:
    end = latest(AT, claims.c.claimed_at)
    # Resolving it is an act on the handoff; putting it back is not. What an admin does is not the claimer's act.
    acted = sa.and_(claims.c.claimer == actor.c.id, claims.c.first_action_at.is_(None))
    first_action = sa.case((acted, end), else_=claims.c.first_action_at) if how is Event.RESOLVED else None
    return (
        sa.update(claims)
        .where(
            claims.c.account == moved.c.account,
            claims.c.handoff == moved.c.id,
            claims.c.ended_at.is_(None),
            actor.c.account == moved.c.account,
        )
        .values(ended_at=end, how=fixed(how), **({} if first_action is None else {"first_action_at": first_action}))
    )
