"""The people of an account: met once, linked at first sight, or made anew."""

from datetime import datetime

import sqlalchemy as sa

from core import account_settings
from core.account_settings import AccountSettings
from core.errors import StorageAway
from core.events import Event
from core.ids import new_id
from core.people import Caller, How, Person, Profile, Role, Standing
from storage.binds import ACCOUNT, AT, PLATFORM, USER, WORKSPACE, caller, flag, number, text
from storage.handoffs import is_installed, known
from storage.history import note
from storage.scripts import Ending, Script, run
from storage.statements import Params, Row, adds
from storage.tables import accounts, identities, people

_WHO = known("who")

# Two first clicks at once would each find nobody. Strangers are rare, so they are met one at a time in an account;
# the lock leaves everything alone that merely refers to the account. Whoever changes a role or a setting takes it too.
LOCK_ACCOUNT = (
    sa.select(accounts.c.id, accounts.c.settings).where(accounts.c.id == ACCOUNT).with_for_update(key_share=True)
)

_ONE, _THERE = identities.alias("one"), identities.alias("there")


def _theirs(*where: sa.ColumnElement[bool]) -> sa.Exists:
    return sa.exists().where(_THERE.c.account == ACCOUNT, _THERE.c.person == people.c.id, *where)


_ADDRESS = text("email")
# Everybody who has an address as a member; whether on another platform too, and whether they are known in this
# workspace already. Bots and whoever was deactivated are no members.
_SAME_ADDRESS = (
    sa.select(people.c.id, people.c.name, people.c.role)
    .distinct()
    .add_columns(
        _theirs(_THERE.c.platform == PLATFORM, _THERE.c.workspace == WORKSPACE).label("is_here"),
        _theirs(_THERE.c.platform != PLATFORM, _THERE.c.email == _ADDRESS, _THERE.c.member).label("is_elsewhere"),
    )
    .join(_ONE, sa.and_(_ONE.c.account == people.c.account, _ONE.c.person == people.c.id))
    .where(
        people.c.account == ACCOUNT,
        _ONE.c.account == ACCOUNT,
        _ONE.c.email == _ADDRESS,
        _ONE.c.email.is_not(None),
        _ONE.c.member,
        is_installed(_ONE),
    )
)

ADD_PERSON = adds(
    people,
    {
        "account": ACCOUNT,
        "id": text("person"),
        "name": text("name"),
        "role": number("role"),
        "given": flag("given"),
        "created_at": AT,
    },
)
_ADD_IDENTITY = adds(
    identities,
    {
        "account": ACCOUNT,
        "platform": PLATFORM,
        "workspace": WORKSPACE,
        "user_id": USER,
        "person": text("person"),
        "email": text("email"),
        "member": flag("member"),
        "standing": text("standing"),
        "how": text("how"),
        "met_at": AT,
    },
)


def meet(account: str, new: Caller, profile: Profile | None, at: datetime) -> Script[Ending[Person]]:
    """The person behind an identity, linked by its address only if that leaves no doubt.

    There is doubt when several persons have the address, and when the one who has it is known in this workspace
    already: then an address was changed, or is shared, and the newcomer is somebody else. Guests, bots and whoever was
    deactivated are linked to nobody: an address of theirs may be somebody else's by now.
    """
    params = {**caller(new.identity), "account": account, "at": at}
    settings = yield from locked(params)
    found = yield from run(_WHO, params)
    if found:
        return _person(found[0]), False
    standing = profile.standing if profile else Standing.ACTIVE
    member = profile is not None and profile.member and standing is Standing.ACTIVE
    email = normal(profile.email) if profile is not None and profile.email else None
    params |= {"email": email, "member": member, "standing": str(standing)}
    # Whom the platform could not tell us about may work, as most people may; who is known not to belong may look.
    role = default_role(member or profile is None, settings)
    same = (yield from run(_SAME_ADDRESS, params)) if member and email else []
    if len(same) == 1 and same[0].is_elsewhere and not same[0].is_here:
        person, how = _person(same[0]), How.ADDRESS
    else:
        person, how = _newcomer(new, profile, role, at), How.MET
        yield from run(ADD_PERSON, {**params, **_row(person), "given": False})
    params |= {"person": person.id, "how": str(how)}
    yield from run(_ADD_IDENTITY, params)
    if how is How.MET:
        yield from note(params, Event.PERSON_MET, subject=person.name)
    else:
        yield from note(params, Event.IDENTITY_LINKED, subject=person.name, became=str(how))
    return person, False


def locked(params: Params) -> Script[AccountSettings]:
    """Have the account to oneself until the end, as far as its people, rooms and settings go; answers the settings.

    ``StorageAway`` if the account went away since somebody asked which one it is: asked again, it is another.
    """
    found = yield from run(LOCK_ACCOUNT, params)
    if not found:
        raise StorageAway("this account is no longer there")
    return account_settings.from_text(found[0].settings)


def default_role(member: bool, settings: AccountSettings) -> Role:
    """What people are whom nobody gave a role."""
    return settings.default_role if member else Role.VIEWER


def _newcomer(new: Caller, profile: Profile | None, role: Role, at: datetime) -> Person:
    name = (profile.name if profile else "") or new.name or new.identity.user
    return Person(new_id(at), name, role)


def _row(person: Person) -> Params:
    return {"person": person.id, "name": person.name, "role": int(person.role)}


def _person(row: Row) -> Person:
    return Person(row.id, row.name, Role(row.role))


def normal(email: str) -> str | None:
    """An address as addresses are compared; None for an empty one."""
    return email.strip().casefold() or None
