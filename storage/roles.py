"""Giving somebody a role."""

import sqlalchemy as sa

from core.access import leaves_no_owner, needed
from core.changes import Changed, GiveRole, Hindered, Hindrance
from core.events import Event
from core.people import Identity, Role, Strangers
from storage.binds import ACCOUNT, PLATFORM, USER, WORKSPACE, caller, number, text
from storage.handoffs import is_active, is_installed
from storage.history import entry, note
from storage.makers import Maker
from storage.news import tell_person
from storage.scripts import Ending, Script, run
from storage.statements import Dialect, Params, Row
from storage.tables import identities, people
from storage.types import level

_I, _P = identities.c, people.c
_THEIRS = sa.and_(_I.account == _P.account, _I.person == _P.id)
_CAN_ACT = sa.exists().where(_THEIRS, is_active(identities), is_installed(identities))
_WHOM = sa.select(_P.id, _P.name, _P.role, _P.given, _CAN_ACT.label("can_act")).where(_P.account == ACCOUNT)
_THE_ONE = (
    sa.select(_I.person)
    .where(_I.account == ACCOUNT, _I.platform == PLATFORM, _I.workspace == WORKSPACE, _I.user_id == USER)
    .scalar_subquery()
)
_BY_IDENTITY = _WHOM.where(_P.id == _THE_ONE)
# Who became one with somebody else is nobody any more.
_BY_ID = _WHOM.where(_P.id == text("whom"), sa.exists().where(_THEIRS))
_OTHER_OWNERS = sa.select(sa.func.count().label("number")).where(
    _P.account == ACCOUNT, _P.role == level(Role.OWNER), _P.id != text("whom"), _CAN_ACT
)
_NOT_THERE = sa.or_(_I.platform != PLATFORM, _I.workspace != WORKSPACE)
_ACTS_BEHIND = sa.exists().where(_THEIRS, is_active(identities), is_installed(identities), _NOT_THERE)
_OWNERS_BEHIND = sa.select(
    sa.func.count().label("now"), sa.func.count(sa.case((_ACTS_BEHIND, _P.id))).label("behind")
).where(_P.account == ACCOUNT, _P.role == level(Role.OWNER), _CAN_ACT)
GIVE = (
    sa.update(people).where(_P.account == ACCOUNT, _P.id == text("whom")).values(role=number("role"), given=sa.true())
)


def give_role(
    dialect: Dialect, params: Params, by: Maker, change: GiveRole
) -> Script[Ending[Changed | Hindered | Strangers]]:
    """Give a person a role, unless somebody who may not asks for it, or nobody could own the account afterwards."""
    whom = yield from _whom(params, change.whom)
    before = Role(whom.role) if whom else Role.VIEWER
    if hindered := by.lacks(needed(before, change.role)):
        return hindered, False
    if whom is None:
        if isinstance(change.whom, Identity):
            return Strangers((change.whom,)), False
        return Hindered(Hindrance.NOBODY), False
    if change.role > before and not whom.can_act:
        return Hindered(Hindrance.CANT_ACT), False
    here = {**params, "whom": whom.id}
    if leaves_no_owner(before, change.role, 1 + (yield from other_owners(params, whom.id))):
        return Hindered(Hindrance.LAST_OWNER), False
    if change.role is before and whom.given:
        return Hindered(Hindrance.ALREADY_SO), False
    yield from run(GIVE, {**here, "role": int(change.role)})
    # A role that somebody had by default and is given now looks the same, but follows the default no more.
    was = word(before) if change.role is not before else "default"
    event = yield from note(here, Event.ROLE_CHANGED, subject=whom.name, was=was, became=word(change.role))
    if change.role is before:
        return Hindered(Hindrance.ALREADY_SO), False
    owes = False
    if by.person is None or by.person.id != whom.id:
        owes = yield from tell_person(dialect, here, event, whom.id)
    return Changed((yield from entry(here, event))), owes


def may_leave(params: Params) -> Script[bool]:
    """Whether the account still has an owner who can act when this workspace has left it, or had none before."""
    [row] = yield from run(_OWNERS_BEHIND, params)
    return bool(row.behind or not row.now)


def other_owners(params: Params, person: str) -> Script[int]:
    """How many own the account and can act, beside this person."""
    [row] = yield from run(_OTHER_OWNERS, {**params, "whom": person})
    number: int = row.number
    return number


def word(role: Role) -> str:
    """How history calls a role."""
    return role.name.lower()


def _whom(params: Params, whom: Identity | str) -> Script[Row | None]:
    if isinstance(whom, Identity):
        found = yield from run(_BY_IDENTITY, {**params, **caller(whom)})
    else:
        found = yield from run(_BY_ID, {**params, "whom": whom})
    return found[0] if found else None
