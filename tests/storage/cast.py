"""The cast of the storage tests: people, rooms, a clock that stands still, and the gestures they make."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from core.changes import Change, Changed, GiveRole, Hindered, Hindrance, Refresh
from core.deliveries import Lane, Lease, Owed, Sending, Terms
from core.events import Entry
from core.handoff import Handoff, Move, NewHandoff, Priority, Seen, Verb
from core.ids import new_id
from core.limits import Act, Limit
from core.people import Caller, Identity, Person, Profile, Role, Standing
from core.ports import Answered, Configuration, ConfiguredRoom, Recorded
from core.snapshot import Snapshot
from storage.account import SqlAccount
from storage.engine import OpenRecords

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(seconds=10)
MINUTE = timedelta(minutes=1)
_numbers = itertools.count()

BLUE, GREEN = "blue", "green"  # two platforms; storage knows neither
ROOMS = (
    ConfiguredRoom(Lane(BLUE, "B1", "blue-room", private=False), "#help"),
    ConfiguredRoom(Lane(GREEN, "G1", "green-room", private=False), "Seniors"),
)


def configuration(account: str = "acme", rooms: Sequence[ConfiguredRoom] = ROOMS) -> Configuration:
    """An account with a workspace on each platform."""
    mark = "" if account == "acme" else f"-{account}"
    return Configuration(account, account.title(), ((BLUE, f"B1{mark}"), (GREEN, f"G1{mark}")), tuple(rooms))


def caller(user: str, platform: str = BLUE) -> Caller:
    """Somebody on a platform."""
    return Caller(Identity(platform, "B1" if platform == BLUE else "G1", user), user.title())


def member(user: str) -> Profile:
    """What a platform says of a full member."""
    return Profile(user.title(), f"{user}@example.com", member=True)


JANE, DANA, LEE, GUEST = caller("jane"), caller("dana"), caller("lee"), caller("guest")
DANA_ON_GREEN = caller("dana", GREEN)
LEE_ON_GREEN = caller("lee", GREEN)


async def open_account(storage: OpenRecords, rooms: Sequence[ConfiguredRoom] = ROOMS) -> SqlAccount:
    """The account with everybody met: Jane escalates, Dana (on both platforms) and Lee are engineers, Guest looks."""
    await storage.registry.configure(configuration(rooms=rooms), NOON)
    account = storage.open("acme")
    for who in (JANE, DANA, LEE, DANA_ON_GREEN):
        await account.meet(who, member(who.identity.user), NOON)
    await account.meet(GUEST, Profile("Guest", "guest@example.com", member=False), NOON)
    return account


def new(
    by: Caller = JANE,
    *,
    target: Identity | None = None,
    request: str = "",
    ticket: str = "",
    at: datetime = NOON,
    priority: Priority = Priority.NORMAL,
) -> NewHandoff:
    """An escalation; its request key is its own unless one is given."""
    snapshot = Snapshot("Outlook is failing to sync", "Restarted it", "Contoso", ticket)
    number = next(_numbers)
    return NewHandoff(new_id(at), by, at, request or f"escalation:{number}", snapshot, priority, target)


def move(
    verb: Verb,
    handoff: str,
    by: Caller,
    *,
    at: datetime = LATER,
    request: str = "",
    seen: Seen | None = None,
    note: str = "",
) -> Move:
    """A move; its request key is its own unless one is given."""
    return Move(verb, handoff, by, at, request or f"click:{next(_numbers)}", seen, note)


async def give(account: SqlAccount, who: Caller, role: Role) -> Person:
    """Somebody whom the operator gave a role."""
    await account.change(GiveRole(None, NOON, who.identity, role))
    found = await account.who(who.identity)
    assert found is not None and found.person.role is role and found.given
    return found.person


async def stands(account: SqlAccount, who: Caller, standing: Standing) -> None:
    """The platform says that somebody is active, deactivated or a bot from now on."""
    known = member(who.identity.user)
    profile = Profile(known.name, known.email, standing is Standing.ACTIVE, standing)
    await done(account, Refresh(who.identity, profile, NOON))


async def done(account: SqlAccount, change: Change) -> Entry:
    """The line of history of a change that was made."""
    answer = await account.change(change)
    assert isinstance(answer, Changed) and answer.entry is not None, answer
    return answer.entry


async def why_not(account: SqlAccount, change: Change) -> Hindrance:
    """What stood in the way of a change."""
    answer = await account.change(change)
    assert isinstance(answer, Hindered), answer
    return answer.why


async def recorded(account: SqlAccount, escalation: NewHandoff | None = None) -> Handoff:
    """A handoff that has just been recorded."""
    answer = await account.escalate(escalation or new())
    assert isinstance(answer, Recorded), answer
    return answer.handoff


async def made(account: SqlAccount, asked: Move) -> Answered:
    """What became of a move by somebody known."""
    answer = await account.apply(asked)
    assert isinstance(answer, Answered), answer
    return answer


def terms(now: datetime, limits: Mapping[Act, tuple[Limit, ...]] | None = None) -> Terms:
    """A lease for a minute from now, with these limits or none."""
    return Terms(now + MINUTE, limits or {})


async def due(
    storage: OpenRecords,
    account: SqlAccount,
    now: datetime,
    limits: Mapping[Act, tuple[Limit, ...]] | None = None,
    holder: str = "tests",
) -> list[tuple[Lease, Owed]]:
    """The next of every lane that has something to be sent now, begun; those lanes stay leased for a minute."""
    found = []
    for platform in (BLUE, GREEN):
        for lease in await storage.lanes.lease(platform, holder, now, now + MINUTE, 1000):
            owed = await account.next_due(lease, now, terms(now, limits))
            if owed is not None:
                found.append((lease, owed))
    return sorted(found, key=lambda pair: pair[1].key)


async def keep(account: SqlAccount, lease: Lease, owed: Owed, outcome: Sending, now: datetime) -> Owed | None:
    """Record how a sending went and begin the next; the next try of this one would be a minute later."""
    return await account.record(lease, owed, outcome, now, now + MINUTE, terms(now))
