"""Undoing a link: an identity becomes a person of its own again."""

import sqlalchemy as sa

from core.account_settings import AccountSettings
from core.changes import Changed, Hindered, Hindrance, UnlinkSelf
from core.events import Event
from core.ids import new_id
from core.people import How, Person, Role
from storage.binds import ACCOUNT, PLATFORM, USER, WORKSPACE, flag, number, text
from storage.handoffs import is_active, is_installed
from storage.history import entry, note
from storage.people import ADD_PERSON, default_role
from storage.roles import other_owners
from storage.scripts import Ending, Script, run
from storage.statements import Params, Row
from storage.tables import handoffs, identities, people
from storage.types import fixed

_I, _P, _H = identities.c, people.c, handoffs.c
_SELF = sa.and_(_I.account == ACCOUNT, _I.platform == PLATFORM, _I.workspace == WORKSPACE, _I.user_id == USER)
_EARLIER, _OTHER = people.alias("earlier"), identities.alias("other")
_BUSY = sa.exists().where(
    _H.account == ACCOUNT,
    _H.resolver.is_(None),
    sa.or_(_H.escalator == text("person"), _H.claimer == text("person"), _H.target == text("person")),
)
_ACTS_ELSEWHERE = sa.exists().where(
    _OTHER.c.account == ACCOUNT, _OTHER.c.person == _I.person, is_active(_OTHER), is_installed(_OTHER),
    sa.or_(_OTHER.c.platform != _I.platform, _OTHER.c.workspace != _I.workspace, _OTHER.c.user_id != _I.user_id),
)  # fmt: skip
_LINK = (
    sa.select(_I.how, _I.member, _I.met_as, _P.given, _BUSY.label("busy"), _ACTS_ELSEWHERE.label("acts_elsewhere"))
    .add_columns(_EARLIER.c.name.label("earlier_name"), _EARLIER.c.role.label("earlier_role"))
    .add_columns(_EARLIER.c.given.label("earlier_given"))
    .join(people, sa.and_(_P.account == _I.account, _P.id == _I.person))
    .outerjoin(_EARLIER, sa.and_(_EARLIER.c.account == _I.account, _EARLIER.c.id == _I.met_as))
    .where(_SELF)
)
_PART = sa.update(identities).where(_SELF).values(person=text("own"), how=fixed(How.MET), met_as=sa.null())
_LINKED_BY_CODE = (
    sa.select(_I.platform, _I.workspace, _I.user_id)
    .where(_I.account == ACCOUNT, _I.person == text("whom"), _I.how == fixed(How.CODE))
    .order_by(_I.met_at, _I.platform, _I.workspace, _I.user_id)
)
_SET_ROLE = (
    sa.update(people)
    .where(_P.account == ACCOUNT, _P.id == text("own"))
    .values(role=number("role"), given=flag("given"))
)


def unlink_self(
    params: Params, by: Person, settings: AccountSettings, change: UnlinkSelf
) -> Script[Ending[Changed | Hindered]]:
    """Part the identity that asks from the person that it was linked to; histories stay where they are.

    Said by the one whom others became by a code, it parts those: the code may have been in the wrong hands.
    """
    [link] = yield from run(_LINK, params)
    if link.how == How.MET:
        others = yield from run(_LINKED_BY_CODE, {**params, "whom": by.id})
        theirs = [{"platform": row.platform, "workspace": row.workspace, "user": row.user_id} for row in others]
    else:
        theirs = [{}]
    answer: Changed | Hindered = Hindered(Hindrance.NOT_LINKED)
    for identity in theirs:
        answer = yield from _undo(params, identity, by, settings, change)
    return answer, False


def _undo(
    params: Params, identity: Params, by: Person, settings: AccountSettings, change: UnlinkSelf
) -> Script[Changed | Hindered]:
    """Make an identity of a person (the one that asks, if ``identity`` says no other) a person of its own again."""
    said, params = params, {**params, **identity}
    [link] = yield from run(_LINK, params)
    if link.busy:
        return Hindered(Hindrance.STILL_BUSY)
    last = by.role is Role.OWNER and not link.acts_elsewhere and not (yield from other_owners(params, by.id))
    if last:
        return Hindered(Hindrance.LAST_OWNER)
    role, given = _role(link, by, settings)
    its = {"own": link.met_as, "role": int(role), "given": given}
    if link.met_as is None:
        its |= {"own": new_id(change.at), "name": change.by.name or by.name}
        yield from run(ADD_PERSON, {**params, **its, "person": its["own"]})
    else:
        yield from run(_SET_ROLE, {**params, **its})
    yield from run(_PART, {**params, **its})
    event = yield from note(said, Event.IDENTITY_UNLINKED, subject=link.earlier_name or by.name, was=link.how)
    return Changed((yield from entry(said, event)))


def _role(link: Row, by: Person, settings: AccountSettings) -> tuple[Role, bool]:
    """What the person may do that it is from now on, and whether somebody chose that.

    The role that it had, or has by default; but nobody gets out of a lower role that way that somebody gave them.
    """
    own, given = default_role(bool(link.member), settings), False
    if link.earlier_given:
        own, given = Role(link.earlier_role), True
    return (by.role, True) if link.given and by.role < own else (own, given)
