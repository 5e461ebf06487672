"""Parting a workspace from its account: it gets a new one of its own, and what was done together stays in the old."""

from collections.abc import Sequence
from datetime import datetime

from core.access import Right
from core.account import Parted
from core.changes import Hindered, Hindrance
from core.events import Event
from core.ids import new_id
from core.people import Caller, Identity, Person, Profile, Role, Standing, Strangers
from storage import bindings
from storage.binds import caller
from storage.carrying import carry, given_there, profile_of
from storage.history import note
from storage.installs import found, own
from storage.leaving import leave
from storage.linking import somebody_who_may
from storage.news import tell_admins
from storage.own import to_workspace
from storage.people import locked
from storage.roles import may_leave
from storage.scripts import Ending, Script, run
from storage.statements import Dialect, Params, Row

PARTED = "the workspace was parted from this account"


def part(
    dialect: Dialect, account: str, by: Caller, name: str, at: datetime
) -> Script[Ending[Parted | Hindered | Strangers]]:
    """The transaction of ``Installs.part``."""
    here: Params = {**caller(by.identity), "account": account, "at": at, "now": at}
    yield from locked(here)
    who = yield from somebody_who_may(here, by, Right.JOIN_WORKSPACES)
    if not isinstance(who, Person):
        return who, False
    installed = yield from run(bindings.ALL_INSTALLED, here)
    parted = _called(installed, name)
    if parted is None:
        return Hindered(Hindrance.NO_SUCH_WORKSPACE), False
    if parted.configured:
        return Hindered(Hindrance.CONFIGURED), False
    if len(installed) == 1:
        return Hindered(Hindrance.ONLY_WORKSPACE), False
    there = {**here, "platform": parted.platform, "workspace": parted.workspace}
    if not (yield from may_leave(there)):
        return Hindered(Hindrance.LAST_OWNER), False
    here = {**here, "person": who.id}
    owner = yield from _owner(here, parted, by)
    given = yield from given_there(there)
    owes = yield from leave(here, parted.platform, parted.workspace, PARTED)
    yield from run(bindings.MOVE_OUT, there)
    event = yield from note(here, Event.WORKSPACE_PARTED, subject=parted.name)
    owes |= yield from tell_admins(dialect, here, event)
    new = new_id(at)
    settled: Params = {"account": new, "at": at, "person": None}
    owes |= yield from _settle(dialect, settled, parted, owner, given)
    return Parted(to_workspace(parted), new), owes


def _called(there: Sequence[Row], name: str) -> Row | None:
    """The workspace with this id, else the only one with this name."""
    wanted = name.strip().casefold()
    by_id = [row for row in there if row.workspace.casefold() == wanted]
    by_name = [row for row in there if row.name.casefold() == wanted]
    meant = by_id or by_name
    return meant[0] if len(meant) == 1 else None


def _owner(here: Params, parted: Row, by: Caller) -> Script[tuple[Caller, Profile | None] | None]:
    """Who owns it from now on: whoever installed it, else whoever parts it, if they act from there."""
    users = [parted.installer] if parted.installer else []
    if (by.identity.platform, by.identity.workspace) == (parted.platform, parted.workspace):
        users.append(by.identity.user)
    for user in users:
        who = Identity(parted.platform, parted.workspace, user)
        profile = yield from profile_of(here, who)
        if profile is None or profile.standing is Standing.ACTIVE:
            return Caller(who, profile.name if profile else user), profile
    return None


def _settle(
    dialect: Dialect, new: Params, parted: Row, owner: tuple[Caller, Profile | None] | None, given: Sequence[Row]
) -> Script[bool]:
    """The new account, with the workspace and the roles that were given in it; answers whether anybody is told."""
    yield from found(dialect, {**new, "name": parted.name})
    place: Params = {**new, "platform": parted.platform, "workspace": parted.workspace}
    yield from run(bindings.MOVE, place)
    yield from run(bindings.ADD, {**parted._asdict(), **place})
    yield from carry(place, given, Role.OWNER)
    if owner:
        yield from own(place, *owner)
    event = yield from note(place, Event.WORKSPACE_BOUND, subject=parted.name)
    return (yield from tell_admins(dialect, place, event))
