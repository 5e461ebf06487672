"""Carrying people over into another account, as the one that they leave knew them, with the roles they were given."""

from collections.abc import Sequence

import sqlalchemy as sa

from core.events import Event
from core.people import Caller, Identity, Person, Profile, Role, Standing
from storage.binds import ACCOUNT, PLATFORM, USER, WORKSPACE, caller, text
from storage.history import note
from storage.people import meet
from storage.roles import GIVE, word
from storage.scripts import Script, run
from storage.statements import Params, Row
from storage.tables import identities, people

_I, _P = identities.c, people.c
_KNOWN = (
    sa.select(_P.name, _I.email, _I.member, _I.standing)
    .join(people, sa.and_(_P.account == _I.account, _P.id == _I.person))
    .where(_I.account == ACCOUNT, _I.platform == PLATFORM, _I.workspace == WORKSPACE, _I.user_id == USER)
)

_GIVEN_THERE = (
    sa.select(_I.user_id, _P.name, _P.role, _I.email, _I.member, _I.standing)
    .join(people, sa.and_(_P.account == _I.account, _P.id == _I.person))
    .where(_I.account == ACCOUNT, _I.platform == PLATFORM, _I.workspace == WORKSPACE, _P.given)
    .order_by(_P.role.desc(), _P.id)
)
# A role that the other account gave stands there; so does that of somebody whom it knows from elsewhere.
_MAY_BE_GIVEN = sa.select(_P.id).where(
    _P.account == ACCOUNT,
    _P.id == text("whom"),
    sa.not_(_P.given),
    sa.select(sa.func.count()).where(_I.account == _P.account, _I.person == _P.id).scalar_subquery()
    == sa.literal_column("1", sa.Integer()),
)


def given_there(params: Params) -> Script[Sequence[Row]]:
    """Those in a workspace to whom somebody gave a role, the highest first."""
    return (yield from run(_GIVEN_THERE, params))


def carry(there: Params, given: Sequence[Row], most: Role) -> Script[None]:
    """Meet them in the other account, and let them keep their roles, up to ``most``; ``there`` says which workspace."""
    for row in given:
        by = Caller(Identity(there["platform"], there["workspace"], row.user_id), row.name)
        profile = Profile(row.name, row.email, bool(row.member), Standing(row.standing))
        person, _ = yield from meet(there["account"], by, profile, there["at"])
        if (yield from run(_MAY_BE_GIVEN, {**there, "whom": person.id})):
            yield from give({**there, **caller(by.identity)}, person, min(Role(row.role), most))


def give(params: Params, person: Person, role: Role) -> Script[Person]:
    """Give somebody a role that comes with what they did, and say so in the history."""
    yield from run(GIVE, {**params, "whom": person.id, "role": int(role)})
    told = {**params, "person": person.id}
    yield from note(told, Event.ROLE_CHANGED, subject=person.name, was=word(person.role), became=word(role))
    return Person(person.id, person.name, role)


def profile_of(params: Params, who: Identity) -> Script[Profile | None]:
    """What an account knows of somebody, as their platform would say it; None for a stranger."""
    found = yield from run(_KNOWN, {**params, **caller(who)})
    if not found:
        return None
    [row] = found
    return Profile(row.name, row.email, bool(row.member), Standing(row.standing))
