"""Keeping up with what the platforms say of people that are known already; it never links anybody."""

from typing import NamedTuple

import sqlalchemy as sa

from core import account_settings
from core.changes import Changed, Refresh
from core.events import Event
from core.people import How, Profile, Role, Standing, Strangers
from storage.binds import ACCOUNT, PLATFORM, USER, WORKSPACE, caller, flag, number, text
from storage.history import entry, note
from storage.people import default_role, locked, normal
from storage.roles import word
from storage.scripts import Ending, Script, run
from storage.statements import Params, Row
from storage.tables import accounts, identities, people

_I, _P = identities.c, people.c
_SELF = sa.and_(_I.account == ACCOUNT, _I.platform == PLATFORM, _I.workspace == WORKSPACE, _I.user_id == USER)
_OTHER = identities.alias("other")
_ELSEWHERE = sa.exists().where(
    _OTHER.c.account == ACCOUNT,
    _OTHER.c.person == _I.person,
    sa.or_(_OTHER.c.platform != PLATFORM, _OTHER.c.workspace != WORKSPACE, _OTHER.c.user_id != USER),
)
_PRESENT = (
    sa.select(_I.person, _I.email, _I.member, _I.standing, _I.how, _P.name, _P.role, _P.given, accounts.c.settings)
    .add_columns(_ELSEWHERE.label("known_elsewhere"), _ELSEWHERE.where(_OTHER.c.member).label("member_elsewhere"))
    .join(people, sa.and_(_P.account == _I.account, _P.id == _I.person))
    .join(accounts, accounts.c.id == _I.account)
    .where(_SELF)
)
_KEEP_IDENTITY = (
    sa.update(identities).where(_SELF).values(email=text("email"), member=flag("member"), standing=text("standing"))
)
_KEEP_PERSON = (
    sa.update(people).where(_P.account == ACCOUNT, _P.id == text("its")).values(name=text("name"), role=number("role"))
)


class _Kept(NamedTuple):
    """What is kept of an identity and its person that a platform may change."""

    email: str | None
    member: bool
    standing: Standing
    name: str
    role: Role


def refresh(params: Params, change: Refresh) -> Script[Ending[Changed | Strangers]]:
    """Keep what a platform says of one of its users; nothing is written if it is known."""
    here = {**params, **caller(change.who), "person": None}
    found = yield from run(_PRESENT, here)
    if not found:
        return Strangers((change.who,)), False
    # Platforms tell of every new status line and picture: most of it is nothing to us, and waits for nobody.
    if _wanted(found[0], change.profile) == _present(found[0]):
        return Changed(None), False
    yield from locked(here)
    [row] = yield from run(_PRESENT, here)
    before, after = _present(row), _wanted(row, change.profile)
    if after[:3] != before[:3]:
        yield from run(_KEEP_IDENTITY, {**here, **after._asdict(), "standing": str(after.standing)})
    if after[3:] != before[3:]:
        yield from run(_KEEP_PERSON, {**here, "its": row.person, "name": after.name, "role": int(after.role)})
    events = []
    for was, became in _told(before, after):
        events.append((yield from note(here, Event.IDENTITY_CHANGED, subject=after.name, was=was, became=became)))
    if after.role is not before.role:
        roles = {"was": word(before.role), "became": word(after.role)}
        events.append((yield from note(here, Event.ROLE_CHANGED, subject=after.name, **roles)))
    return Changed((yield from entry(here, events[0])) if events else None), False


def _present(row: Row) -> _Kept:
    return _Kept(row.email, bool(row.member), Standing(row.standing), row.name, Role(row.role))


def _wanted(row: Row, profile: Profile) -> _Kept:
    member = profile.member and profile.standing is Standing.ACTIVE
    its_own = row.how == How.MET or not row.known_elsewhere
    role = Role(row.role)
    if not row.given:
        role = default_role(member or bool(row.member_elsewhere), account_settings.from_text(row.settings))
    # An address links by what it was at first sight. Once it is another one, whoever has which is anybody's guess.
    same = profile.email is not None and normal(profile.email) == row.email
    return _Kept(
        row.email if same else None,
        member,
        profile.standing,
        profile.name if its_own and profile.name else row.name,
        role,
    )


def _told(before: _Kept, after: _Kept) -> list[tuple[str, str]]:
    """What history says of it: how it was and what it became. The address itself is nobody's business there."""
    told = []
    if after.standing is not before.standing:
        told.append((str(before.standing), str(after.standing)))
    elif after.member != before.member:
        told.append(("member", "guest") if before.member else ("guest", "member"))
    if after.email != before.email:
        told.append(("e-mail address", "another e-mail address"))
    return told
