"""Linking: whoever types a code that they made elsewhere themselves is that same person from then on."""

import sqlalchemy as sa

from core.access import Right, may
from core.account import Linked, Redeem
from core.changes import Hindered, Hindrance
from core.events import Event
from core.people import Caller, How, Person, Role, Standing, Strangers
from storage.binds import ACCOUNT, PLATFORM, USER, WORKSPACE, caller, text
from storage.carrying import give
from storage.crossing import enter
from storage.handoffs import known
from storage.history import note
from storage.makers import Maker, maker
from storage.news import tell_person
from storage.people import locked
from storage.roles import other_owners
from storage.scripts import Ending, Script, run
from storage.statements import Dialect, Params, Row
from storage.tables import handoffs, identities, people
from storage.types import fixed

_ISSUER = known("issuer", text("issuer_platform"), text("issuer_workspace"), text("issuer_user"))
_I, _H = identities.c, handoffs.c
_HERE = (_I.account == ACCOUNT, _I.platform == PLATFORM, _I.workspace == WORKSPACE)
_THIS = (*_HERE, _I.user_id == USER)
_IN_THIS_WORKSPACE = sa.select(_I.user_id).where(*_HERE, _I.person == text("into"))
_BUSY = (
    sa.select(_H.id)
    .where(_H.account == ACCOUNT, _H.resolver.is_(None))
    .where(sa.or_(*(column == text("was") for column in (_H.escalator, _H.claimer, _H.target))))
    .limit(1)
)
_LINK = sa.update(identities).where(*_THIS).values(person=text("into"), how=fixed(How.CODE), met_as=text("was"))

_P = people.c
_INTO = people.alias("into")
# The role that somebody gave one of them counts for both, unless somebody gave the other one as well.
_LOWER = (
    sa.select(_P.role)
    .join(_INTO, sa.and_(_INTO.c.account == _P.account, _INTO.c.id == text("into")))
    .where(_P.account == ACCOUNT, _P.id == text("was"), _P.given, sa.not_(_INTO.c.given), _P.role < _INTO.c.role)
)

NO_MORE = Hindered(Hindrance.BAD_CODE)


def somebody_who_may(params: Params, by: Caller, right: Right) -> Script[Person | Hindered | Strangers]:
    """Who this is, unless they can't do what takes this right; the caller holds the account."""
    found = yield from maker(params, by)
    if not isinstance(found, Maker) or found.person is None:
        return found if isinstance(found, Hindered) else Strangers((by.identity,))
    return found.lacks(right) or found.person


def issuer(code: Row, right: Right) -> Script[Person | None]:
    """Who made a code, if they may still do what it is good for."""
    who = {"issuer_platform": code.platform, "issuer_workspace": code.workspace, "issuer_user": code.user_id}
    found = yield from run(_ISSUER, {"account": code.account, **who})
    if not found or found[0].standing != Standing.ACTIVE:
        return None
    person = Person(found[0].id, found[0].name, Role(found[0].role))
    return person if may(person.role, right) else None


def link(dialect: Dialect, redeem: Redeem, code: Row, home: str) -> Script[Ending[Linked | Hindered | Strangers]]:
    """Make the identity that typed the code, in the account ``home``, one of the person's who made it."""
    if home != code.account:
        return Hindered(Hindrance.OTHER_ACCOUNT), False
    params: Params = {**caller(redeem.by.identity), "account": home, "at": redeem.at}
    yield from enter(dialect, home)
    yield from locked(params)
    was = yield from somebody_who_may(params, redeem.by, Right.LINK_SELF)
    if not isinstance(was, Person):
        return was, False
    into = yield from issuer(code, Right.LINK_SELF)
    if into is None:
        return NO_MORE, False
    params = {**params, "was": was.id, "into": into.id, "person": into.id}
    if hindered := (yield from _in_the_way(was, into, params)):
        return hindered, False
    yield from run(_LINK, params)
    if lower := (yield from run(_LOWER, params)):
        # Nobody gets out of a role that somebody gave them by being somebody else.
        into = yield from give(params, into, Role(lower[0].role))
    line = {"subject": into.name, "became": f"{was.name} ({params['platform']})"}
    event = yield from note(params, Event.IDENTITY_LINKED, **line)
    owes = yield from tell_person(dialect, params, event, into.id)
    return Linked(into), owes


def _in_the_way(was: Person, into: Person, params: Params) -> Script[Hindered | None]:
    if was.id == into.id:
        return Hindered(Hindrance.SAME_PERSON)
    if (yield from run(_IN_THIS_WORKSPACE, params)):
        return Hindered(Hindrance.ALREADY_HERE)
    if was.role is Role.OWNER and into.role is not Role.OWNER and not (yield from other_owners(params, was.id)):
        return Hindered(Hindrance.LAST_OWNER)
    # Else they could pick up what they escalated, or lose what they hold.
    return Hindered(Hindrance.STILL_BUSY) if (yield from run(_BUSY, params)) else None
