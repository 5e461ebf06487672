"""The people of an account as they are listed, with every identity that they are known by where Baton is installed."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from core.people import How, Identity, Known, Member, Person, Role, Standing
from storage.binds import ACCOUNT, PLATFORM, USER, WORKSPACE, number
from storage.handoffs import is_installed
from storage.statements import Row
from storage.tables import identities, people

_P, _I = people.c, identities.c
_KNOWN = ("platform", "workspace", "user_id", "email", "member", "standing", "how", "met_at")
_FIRST_MET = (_I.met_at, _I.platform, _I.workspace, _I.user_id)


def _members(chosen: sa.FromClause) -> "sa.Select[Any]":
    c = chosen.c
    return (
        sa.select(c.id, c.name, c.role, c.given, *(_I[name] for name in _KNOWN))
        .select_from(chosen)
        .join(identities, sa.and_(_I.account == c.account, _I.person == c.id))
        .where(c.account == ACCOUNT, is_installed(identities))
    )


def _who() -> "sa.Select[Any]":
    asked = identities.alias("asked")
    person = sa.select(asked.c.person).where(
        asked.c.account == ACCOUNT,
        asked.c.platform == PLATFORM,
        asked.c.workspace == WORKSPACE,
        asked.c.user_id == USER,
    )
    return _members(people).where(_P.id == person.scalar_subquery()).order_by(*_FIRST_MET)


def _everybody() -> "sa.Select[Any]":
    met = sa.exists().where(_I.account == _P.account, _I.person == _P.id, is_installed(identities))
    first = sa.select(people).where(_P.account == ACCOUNT, met).order_by(_P.role.desc(), _P.name, _P.id)
    chosen = first.limit(number("most")).subquery("chosen")
    return _members(chosen).order_by(chosen.c.role.desc(), chosen.c.name, chosen.c.id, *_FIRST_MET)


WHO = _who()
EVERYBODY = _everybody()


def to_members(rows: Sequence[Row]) -> list[Member]:
    """Rows of ``WHO`` or ``EVERYBODY``: one for each identity, those of a person together."""
    return list(_each(rows))


def _each(rows: Sequence[Row]) -> Iterator[Member]:
    for _, its in groupby(rows, key=lambda row: row.id):
        found = list(its)
        person = Person(found[0].id, found[0].name, Role(found[0].role))
        yield Member(person, bool(found[0].given), tuple(_known(row) for row in found))


def _known(row: Row) -> Known:
    identity = Identity(row.platform, row.workspace, row.user_id)
    return Known(identity, row.email, bool(row.member), Standing(row.standing), How(row.how), row.met_at)
