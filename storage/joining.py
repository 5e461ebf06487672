"""Joining a workspace to another account by a code; histories are never merged."""

import sqlalchemy as sa

from core.access import Right
from core.account import Joined, Linked, Purpose, Redeem
from core.changes import Hindered, Hindrance
from core.deliveries import Lane
from core.events import Event
from core.people import Caller, Person, Profile, Role, Strangers
from storage import bindings, one_time, rooms
from storage.binds import ACCOUNT, LANE, caller, text
from storage.carrying import carry, give, given_there, profile_of
from storage.crossing import HOLD, enter
from storage.history import note
from storage.leaving import ROOMS_THERE, leave, remove_all
from storage.linking import NO_MORE, issuer, link, somebody_who_may
from storage.news import tell_admins
from storage.own import NAME, to_workspace
from storage.people import LOCK_ACCOUNT, meet
from storage.roles import may_leave
from storage.scripts import Ending, Script, run
from storage.statements import Dialect, Params, Row
from storage.tables import handoffs, people
from storage.tables import rooms as table

Answer = Joined | Linked | Hindered | Strangers

_ANY_HANDOFF = sa.select(handoffs.c.id).where(handoffs.c.account == ACCOUNT).limit(1)
_NOT_GIVEN = sa.select(people.c.id).where(
    people.c.account == ACCOUNT, people.c.id == text("whom"), sa.not_(people.c.given)
)
_IN_LANE = rooms.ALL.where(table.c.lane == LANE)
LEFT = "the workspace belongs to another account now"


def redeem(dialect: Dialect, asked: Redeem) -> Script[Ending[Answer]]:
    """The transaction of ``Codes.redeem``."""
    found = yield from run(one_time.TAKE, {"digest": asked.digest, "at": asked.at})
    home = yield from run(bindings.ACCOUNT_OF, caller(asked.by.identity))
    if not found or not home:
        return NO_MORE, False
    answer: Answer
    if found[0].purpose == Purpose.PERSON:
        answer, owes = yield from link(dialect, asked, found[0], home[0].account)
    else:
        answer, owes = yield from _join(dialect, asked, found[0], home[0].account)
    if isinstance(answer, Linked | Joined):
        yield from run(one_time.USE_UP, {"digest": asked.digest})
    return answer, owes


def _join(dialect: Dialect, asked: Redeem, code: Row, home: str) -> Script[Ending[Answer]]:
    """Have the workspace of whoever typed the code, out of the account ``home``, belong to the account of the code."""
    if home == code.account:
        return Hindered(Hindrance.ALREADY_JOINED), False
    here: Params = {**caller(asked.by.identity), "account": home, "at": asked.at, "now": asked.at}
    there: Params = {**here, "account": code.account}
    if not (yield from _hold_both(dialect, here, there)):
        return NO_MORE, False
    by_code = yield from issuer(code, Right.JOIN_WORKSPACES)
    if by_code is None:
        return NO_MORE, False
    yield from enter(dialect, home)
    by = yield from somebody_who_may(here, asked.by, Right.JOIN_WORKSPACES)
    if not isinstance(by, Person):
        return by, False
    if hindered := (yield from _in_the_way(here)):
        return hindered, False
    [installed] = yield from run(bindings.INSTALLED, here)
    if (yield from run(bindings.OTHERS, here)) and not (yield from may_leave(here)):
        return Hindered(Hindrance.LAST_OWNER), False
    profile = yield from profile_of(here, asked.by.identity)
    given = yield from given_there(here)
    shown = yield from run(ROOMS_THERE, here)
    owes = yield from _take_out(dialect, {**here, "person": by.id}, installed.name, there)
    yield from enter(dialect, code.account)
    yield from run(bindings.ADD, {**installed._asdict(), **there})
    person = yield from _carry_over(there, asked.by, profile)
    yield from carry(there, given, Role.ADMIN)
    there = {**there, "person": person.id}
    for position, room in enumerate(shown):
        yield from _show(dialect, {**there, "position": position}, room)
    [account] = yield from run(NAME, there)
    event = yield from note(there, Event.WORKSPACE_JOINED, subject=installed.name, became=account.name)
    owes |= yield from tell_admins(dialect, there, event)
    return Joined(code.account, account.name, to_workspace(installed), person, by_code.name), owes


def _hold_both(dialect: Dialect, here: Params, there: Params) -> Script[bool]:
    """Have both accounts to oneself, in one order, so that two who join each other don't wait in a circle.

    To the one that may have to go nothing can be added: what was escalated in it would go with it. Answers whether
    both are there; then the other one is entered.
    """
    present = True
    for params in sorted((here, there), key=lambda params: str(params["account"])):
        yield from enter(dialect, params["account"])
        present &= bool((yield from run(HOLD if params is here else LOCK_ACCOUNT, params)))
    yield from enter(dialect, there["account"])
    return present


def _in_the_way(here: Params) -> Script[Hindered | None]:
    installed = yield from run(bindings.INSTALLED, here)
    if not installed:
        return NO_MORE  # it was removed just now
    if installed[0].configured:
        return Hindered(Hindrance.CONFIGURED)
    return Hindered(Hindrance.HAS_HANDOFFS) if (yield from run(_ANY_HANDOFF, here)) else None


def _take_out(dialect: Dialect, here: Params, name: str, there: Params) -> Script[bool]:
    """Bind the workspace to the other account; its own one goes, unless it has others. Answers whether that is told."""
    if not (yield from run(bindings.OTHERS, here)):
        yield from run(bindings.MOVE, there)
        yield from remove_all(here["account"])
        return False
    owes = yield from leave(here, here["platform"], here["workspace"], LEFT)
    yield from run(bindings.MOVE_OUT, here)
    yield from run(bindings.MOVE, there)
    event = yield from note(here, Event.WORKSPACE_PARTED, subject=name)
    return (yield from tell_admins(dialect, here, event)) or owes


def _carry_over(there: Params, by: Caller, profile: Profile | None) -> Script[Person]:
    """Whoever joined the workspace can part it again: an admin in the account that they brought it to.

    Unless somebody there gave them another role: then it stands.
    """
    person, _ = yield from meet(there["account"], by, profile, there["at"])
    if person.role >= Role.ADMIN or not (yield from run(_NOT_GIVEN, {**there, "whom": person.id})):
        return person
    return (yield from give(there, person, Role.ADMIN))


def _show(dialect: Dialect, there: Params, room: Row) -> Script[None]:
    """Show escalations of the new account where those of the old one were shown."""
    lane = Lane(room.platform, room.workspace, room.address, room.private)
    params = {**there, "name": room.name, "least": room.least, "place": room.place, "configured": False}
    earlier = yield from run(_IN_LANE, {**params, "lane": lane.id})
    if not earlier:
        yield from rooms.add(dialect, params, lane)
    elif earlier[0].retired_at is not None:
        yield from rooms.set_up(params, earlier[0].id)
