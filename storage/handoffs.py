"""How a handoff and its people are read back."""

from typing import Any

import sqlalchemy as sa

from core.handoff import Handoff, Priority, Status
from core.people import Identity, Person, Role, Standing
from core.snapshot import Snapshot
from storage.binds import ACCOUNT, HANDOFF, PLATFORM, USER, WORKSPACE, number
from storage.statements import Row
from storage.tables import handoffs, identities, installations, people
from storage.types import fixed

_ITS_PEOPLE = ("escalator", "target", "claimer", "resolver")
_ITS_OWN = (
    "id",
    "version",
    "status",
    "priority",
    "problem",
    "tried",
    "customer",
    "ticket",
    "origin_platform",
    "origin_workspace",
    "origin_user",
    "claimed_at",
    "resolved_at",
    "resolution",
    "created_at",
)


def known(
    name: str,
    platform: sa.ColumnElement[str] = PLATFORM,
    workspace: sa.ColumnElement[str] = WORKSPACE,
    user: sa.ColumnElement[str] = USER,
) -> "sa.Select[Any]":
    """Who is behind an identity: (account, id, name, role, standing), or no row. ``name`` keeps two of them apart."""
    person, identity = people.alias(f"{name}_person"), identities.alias(f"{name}_identity")
    # Whose workspace was parted or removed just now can't act here any more, whatever another process remembers.
    standing = sa.case((is_installed(identity), identity.c.standing), else_=fixed(Standing.DEACTIVATED))
    return sa.select(person.c.account, person.c.id, person.c.name, person.c.role, standing.label("standing")).where(
        identity.c.account == ACCOUNT,
        identity.c.platform == platform,
        identity.c.workspace == workspace,
        identity.c.user_id == user,
        person.c.account == identity.c.account,
        person.c.id == identity.c.person,
    )


def is_active(identity: sa.FromClause) -> sa.ColumnElement[bool]:
    """That whoever acts by an identity may act at all; ``identity`` is a row of ``known``, or of the table."""
    active: sa.ColumnElement[bool] = identity.c.standing == fixed(Standing.ACTIVE)
    return active


def is_installed(there: sa.FromClause) -> sa.ColumnElement[bool]:
    """That Baton is installed where this is; ``there`` is a row of lanes or of identities in the account."""
    i, c = installations.c, there.c
    return sa.exists().where(i.account == ACCOUNT, i.platform == c.platform, i.workspace == c.workspace)


def this() -> "sa.Select[Any]":
    """The bare row of the handoff that is asked about."""
    return sa.select(handoffs).where(handoffs.c.account == ACCOUNT, handoffs.c.id == HANDOFF)


def shown(source: sa.FromClause) -> "sa.Select[Any]":
    """A handoff with the names and roles of its people, read from its table or from what a change returned."""
    columns: list[sa.ColumnElement[Any]] = [source.c[name] for name in _ITS_OWN]
    joined: sa.FromClause = source
    for role in _ITS_PEOPLE:
        person = people.alias(f"the_{role}")
        its_own = sa.and_(person.c.account == source.c.account, person.c.id == source.c[role])
        joined = joined.join(person, its_own, isouter=role != "escalator")
        columns += [person.c[name].label(f"{role}_{name}") for name in ("id", "name", "role")]
    return sa.select(*columns).select_from(joined)


def _queue() -> "sa.Select[Any]":
    """What is open, as a partial index has it in order; its condition is spelled as there."""
    c = handoffs.c
    return (
        shown(handoffs)
        .where(c.account == ACCOUNT, c.claimer.is_(None), c.resolver.is_(None))
        .order_by(c.priority.desc(), c.created_at, c.id)
        .limit(number("most"))
    )


QUEUE = _queue()


def to_handoff(row: Row) -> Handoff:
    """The handoff of a row of ``shown``."""
    escalator = to_person(row, "escalator")
    if escalator is None:
        raise ValueError(f"handoff {row.id} has no escalator")
    return Handoff(
        id=row.id,
        version=row.version,
        status=Status(row.status),
        priority=Priority(row.priority),
        snapshot=Snapshot(row.problem, row.tried, row.customer, row.ticket),
        escalator=escalator,
        origin=Identity(row.origin_platform, row.origin_workspace, row.origin_user),
        created_at=row.created_at,
        target=to_person(row, "target"),
        claimer=to_person(row, "claimer"),
        claimed_at=row.claimed_at,
        resolver=to_person(row, "resolver"),
        resolved_at=row.resolved_at,
        resolution=row.resolution,
    )


def to_person(row: Row, role: str) -> Person | None:
    """The person whose columns start with ``role``, if there is one."""
    found = getattr(row, f"{role}_id")
    return Person(found, getattr(row, f"{role}_name"), Role(getattr(row, f"{role}_role"))) if found else None
