"""The people of an account: met once, linked at first sight, or made anew."""

from datetime import datetime

import sqlalchemy as sa

from core.events import Event
from core.ids import new_id
from core.people import Caller, Person, Profile, Role
from storage.binds import ACCOUNT, AT, PLATFORM, USER, WORKSPACE, caller, flag, number, text
from storage.handoffs import known
from storage.history import note
from storage.scripts import Ending, Script, run
from storage.statements import Row, adds
from storage.tables import accounts, identities, people

_WHO = known("who")

# Two first clicks at once would each find nobody. Strangers are rare, so they are met one at a time in an account;
# the lock leaves everything alone that merely refers to the account.
LOCK_ACCOUNT = sa.select(accounts.c.id).where(accounts.c.id == ACCOUNT).with_for_update(key_share=True)

_OTHER, _HERE = identities.alias("other"), identities.alias("here")
_SAME_ADDRESS = (
    sa.select(people.c.id, people.c.name, people.c.role)
    .distinct()
    .add_columns(
        sa.exists()
        .where(
            _HERE.c.account == ACCOUNT,
            _HERE.c.person == people.c.id,
            _HERE.c.platform == PLATFORM,
            _HERE.c.workspace == WORKSPACE,
        )
        .label("is_here")
    )
    .join(_OTHER, sa.and_(_OTHER.c.account == people.c.account, _OTHER.c.person == people.c.id))
    .where(
        people.c.account == ACCOUNT,
        _OTHER.c.account == ACCOUNT,
        _OTHER.c.email == text("email"),
        _OTHER.c.email.is_not(None),
        _OTHER.c.member,
        _OTHER.c.platform != PLATFORM,
    )
)

_ADD_PERSON = adds(
    people,
    {"account": ACCOUNT, "id": text("person"), "name": text("name"), "role": number("role"), "created_at": AT},
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
        "met_at": AT,
    },
)


def meet(account: str, new: Caller, profile: Profile | None, at: datetime) -> Script[Ending[Person]]:
    """The person behind an identity, linked by its address only if that leaves no doubt.

    There is doubt when several persons have the address, and when the one who has it is known in this workspace
    already: then an address was changed, or is shared, and the newcomer is somebody else.
    """
    params = {**caller(new.identity), "account": account, "at": at}
    yield from run(LOCK_ACCOUNT, params)
    found = yield from run(_WHO, params)
    if found:
        return _person(found[0]), False
    member = profile is not None and profile.member
    email = _normal(profile.email) if profile is not None and profile.email else None
    params |= {"email": email, "member": member}
    same = (yield from run(_SAME_ADDRESS, params)) if member and email else []
    linked = len(same) == 1 and not same[0].is_here
    person = _person(same[0]) if linked else _newcomer(new, profile, at)
    params |= {"person": person.id, "name": person.name, "role": int(person.role)}
    if not linked:
        yield from run(_ADD_PERSON, params)
    yield from run(_ADD_IDENTITY, params)
    happened = Event.IDENTITY_LINKED if linked else Event.PERSON_MET
    yield from note(params, happened)
    return person, False


def _newcomer(new: Caller, profile: Profile | None, at: datetime) -> Person:
    name = (profile.name if profile else "") or new.name or new.identity.user
    # Whom the platform could not tell us about may work, as most people may; who is known not to belong may look.
    role = Role.VIEWER if profile is not None and not profile.member else Role.ENGINEER
    return Person(new_id(at), name, role)


def _person(row: Row) -> Person:
    return Person(row.id, row.name, Role(row.role))


def _normal(email: str) -> str | None:
    return email.strip().casefold() or None
