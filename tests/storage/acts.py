"""Everything that can be asked of an account, asked with the ids, keys and identities of one of them: acme's."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.account import Installation
from core.changes import ChangeSetting, GiveRole, Guess, HideRoom, LoseRooms, Refresh, ShowRoom, UnlinkSelf
from core.deliveries import Failed, Lease, Owed, Sent, State
from core.handoff import Handoff, NewHandoff
from core.people import Caller, Role
from core.snapshot import Snapshot
from core.use_cases.claim import CLAIM
from core.use_cases.release import RELEASE
from core.use_cases.resolve import RESOLVE
from storage import OpenRecords
from storage.account import SqlAccount
from tests.storage.cast import (
    BLUE,
    DANA,
    GUEST,
    JANE,
    LATER,
    LEE,
    MINUTE,
    NOON,
    ROOMS,
    due,
    made,
    member,
    move,
    new,
    open_account,
    recorded,
    terms,
)

SOON = LATER + MINUTE
TICKET = "T-4711"


@dataclass(frozen=True, slots=True)
class Acme:
    """What is acme's: a handoff that is open, one that is resolved, a lease that is held, and a dead delivery."""

    asked: NewHandoff
    handoff: Handoff
    lease: Lease
    owed: Owed
    dead: str
    person: str


async def acme(storage: OpenRecords) -> Acme:
    """The account, with something in every table that an account has."""
    account = await open_account(storage)
    await account.change(GiveRole(None, NOON, DANA.identity, Role.OWNER))
    asked = new(request="acme's request", ticket=TICKET)
    handoff = await recorded(account, asked)
    over = await recorded(account, new(LEE, target=DANA.identity, ticket=TICKET))
    await made(account, move(CLAIM, over.id, DANA, request="acme's claim"))
    await made(account, move(RESOLVE, over.id, DANA))
    found = await due(storage, account, LATER)
    lease, owed = found[0]
    await account.record(*found[1], Failed("gone"), LATER, SOON, None)
    dana = await account.who(DANA.identity)
    assert dana is not None
    return Acme(asked, handoff, lease, owed, found[1][1].key, dana.person.id)


Act = Callable[[SqlAccount, Acme, Caller], Awaitable[Any]]


async def _all(*asked: Awaitable[Any]) -> list[Any]:
    return [await one for one in asked]


async def _escalate(door: SqlAccount, a: Acme, by: Caller) -> Any:
    own_words = Snapshot("The printer is on fire", "", "", TICKET)
    asked = (
        new(by, target=DANA.identity),
        new(by),
        replace(a.asked, by=by),  # the same id and the same key
        new(JANE),
    )
    return await _all(*(door.escalate(replace(one, snapshot=own_words)) for one in asked))


async def _apply(door: SqlAccount, a: Acme, by: Caller) -> Any:
    verbs = (RELEASE, RESOLVE, CLAIM)
    return await _all(*(door.apply(move(verb, a.handoff.id, who)) for verb in verbs for who in (by, JANE)))


async def _change(door: SqlAccount, a: Acme, by: Caller) -> Any:
    lane = ROOMS[0].lane
    changes = (
        GiveRole(by, LATER, JANE.identity, Role.ADMIN),
        GiveRole(by, LATER, a.person, Role.VIEWER),
        GiveRole(None, LATER, a.person, Role.VIEWER),
        ChangeSetting(by, LATER, "retention", "30d"),
        HideRoom(by, LATER, lane),
        HideRoom(None, LATER, lane),
        LoseRooms(LATER, BLUE, lane.workspace, "gone", address=lane.address),
        ShowRoom(None, LATER, replace(lane, address="another"), "#another"),
        Refresh(JANE.identity, replace(member("jane"), member=False), LATER),
        UnlinkSelf(DANA, LATER),
        Guess(JANE, LATER),
    )
    return await _all(*(door.change(change) for change in changes))


async def _meet(door: SqlAccount, a: Acme, by: Caller) -> Any:
    newcomer = replace(by, identity=replace(by.identity, user="newcomer"), name="Newcomer")
    # Somebody at acme has the address.
    return await door.meet(newcomer, replace(member("newcomer"), email="jane@example.com"), LATER)


# By the names that core gives them, so that a new one has to be named here.
ACTS: Mapping[str, Act] = {
    "escalate": _escalate,
    "apply": _apply,
    "made_by": lambda door, a, _: door.made_by(a.asked.request),
    "queue": lambda door, *_: door.queue(50),
    "meet": _meet,
    "who": lambda door, *_: _all(*(door.who(one.identity) for one in (JANE, DANA, LEE, GUEST))),
    "people": lambda door, *_: door.people(50),
    "rooms": lambda door, *_: door.rooms(),
    "settings": lambda door, *_: door.settings(),
    "history": lambda door, *_: door.history(50),
    "name": lambda door, *_: door.name(),
    "workspaces": lambda door, *_: door.workspaces(),
    "installation": lambda door, *_: door.installation(BLUE, "B1"),
    "know": lambda door, *_: door.know(Installation(BLUE, "B1", "", {"service": "theirs"})),
    "export": lambda door, *_: door.export(),
    "next_due": lambda door, a, _: door.next_due(a.lease, LATER, terms(LATER)),
    "record": lambda door, a, _: door.record(a.lease, a.owed, Sent("posted"), LATER, SOON, terms(LATER)),
    "deliveries": lambda door, *_: door.deliveries(list(State), 50),
    "balance": lambda door, *_: door.balance(),
    "retry": lambda door, a, _: door.retry([a.dead, a.owed.key], LATER),
    "audit": lambda door, *_: door.audit(LATER),
    "forget_text": lambda door, *_: door.forget_text(SOON, 50, SOON),
    "forget": lambda door, *_: door.forget(SOON, 50),
    "clamp": lambda door, *_: door.clamp(NOON - MINUTE, NOON - MINUTE),
    "change": _change,
}
