"""The door to one account: nothing behind it can name another."""

from collections.abc import Sequence
from datetime import datetime

from core.account_settings import AccountSettings
from core.changes import Change, Changed, HideRoom, Hindered, LoseRooms, ShowRoom
from core.deliveries import Delivery, Failed, Lease, Owed, Sending, State, Terms
from core.events import Entry
from core.handoff import Handoff, Move, NewHandoff
from core.ledger import Balance, Finding
from core.people import Caller, Identity, Member, Person, Profile, Strangers
from core.ports import Answered, Inactive, Powerless, Recorded, SelfTarget
from core.roster import Room
from storage import audit, binds, books, changes, history, upkeep
from storage.choosing import CHOSEN, to_settings
from storage.escalations import MADE_BEFORE, escalate
from storage.handoffs import QUEUE, to_handoff
from storage.ledger import next_due, record
from storage.members import EVERYBODY, WHO, to_members
from storage.moves import apply
from storage.own import Known, SqlOwn
from storage.people import meet
from storage.remembered import Remembered
from storage.retention import forget_text
from storage.rooms import LIVE, to_room
from storage.scripts import PATIENCE, Database
from storage.seal import Seal


class SqlAccount(SqlOwn):
    """One account over either database."""

    def __init__(
        self,
        account: str,
        database: Database,
        known_rooms: Remembered[str, Sequence[Room]],
        installed: Known,
        seal: Seal,
    ) -> None:
        self._account = account
        self._database = database
        self._rooms = known_rooms
        self._installed = installed
        self._seal = seal

    async def escalate(self, new: NewHandoff) -> Recorded | Strangers | SelfTarget | Powerless | Inactive:
        """Record a handoff with all that it owes; a used request key answers with the handoff that it made."""
        dialect = self._database.dialect
        return await self._database.write(self._account, lambda: escalate(self._account, dialect, new), new.deadline)

    async def apply(self, move: Move) -> Answered | Strangers:
        """Make a move, or say why not; a used request key is answered with its first verdict."""
        dialect = self._database.dialect
        return await self._database.write(self._account, lambda: apply(self._account, dialect, move), move.deadline)

    async def made_by(self, request: str) -> Handoff | None:
        """The handoff that an escalation with this request key made."""
        found = await self._database.read(self._account, MADE_BEFORE, {"account": self._account, "request": request})
        return to_handoff(found[0]) if found else None

    async def queue(self, most: int) -> Sequence[Handoff]:
        """What waits to be picked up: the most urgent first, then the oldest."""
        found = await self._database.read(self._account, QUEUE, {"account": self._account, "most": most})
        return [to_handoff(row) for row in found]

    async def meet(self, caller: Caller, profile: Profile | None, at: datetime, deadline: float = PATIENCE) -> Person:
        """The person behind an identity, made or linked at first sight."""
        return await self._database.write(self._account, lambda: meet(self._account, caller, profile, at), deadline)

    async def who(self, identity: Identity) -> Member | None:
        """The person behind an identity, with all that is known of them; None for a stranger."""
        params = {"account": self._account, **binds.caller(identity)}
        found = to_members(await self._database.read(self._account, WHO, params))
        return found[0] if found else None

    async def people(self, most: int) -> Sequence[Member]:
        """Everybody who can be met: owners first, then by role and name."""
        return to_members(await self._database.read(self._account, EVERYBODY, {"account": self._account, "most": most}))

    async def change(self, change: Change, deadline: float = PATIENCE) -> Changed | Hindered | Strangers:
        """Make a change, or say why not."""
        dialect = self._database.dialect
        answer = await self._database.write(
            self._account, lambda: changes.apply(self._account, dialect, change), deadline
        )
        if isinstance(change, ShowRoom | HideRoom | LoseRooms):
            self._rooms.forget()
        return answer

    async def settings(self) -> AccountSettings:
        """What the admins chose."""
        [row] = await self._database.read(self._account, CHOSEN, {"account": self._account})
        return to_settings(row)

    async def history(self, most: int) -> Sequence[Entry]:
        """The newest lines of history that are about no handoff, the newest first."""
        params = {"account": self._account, "most": most}
        found = await self._database.read(self._account, history.NEWEST, params)
        return [history.to_entry(row) for row in found]

    async def rooms(self) -> Sequence[Room]:
        """The rooms where cards are shown now, in the order in which they were added."""
        known, ticket = self._rooms.get(self._account), self._rooms.ticket
        if known is None:
            found = await self._database.read(self._account, LIVE, {"account": self._account})
            known = [to_room(row) for row in found]
            if known:
                self._rooms.keep(self._account, known, ticket)
        return known

    async def next_due(self, lease: Lease, now: datetime, terms: Terms) -> Owed | None:
        """Begin the next due delivery of the leased lane; None if there is none now, and then the lease has ended."""
        dialect = self._database.dialect
        return await self._database.write(self._account, lambda: next_due(self._account, dialect, lease, now, terms))

    async def record(
        self, lease: Lease, owed: Owed, outcome: Sending, now: datetime, next_try: datetime, terms: Terms | None
    ) -> Owed | None:
        """Keep how a sending went, and begin the next; without ``terms`` the lease ends."""
        dialect = self._database.dialect
        following = await self._database.write(
            self._account, lambda: record(self._account, dialect, lease, owed, outcome, now, next_try, terms)
        )
        if isinstance(outcome, Failed) and outcome.lost:
            self._rooms.forget()
        return following

    async def deliveries(self, states: Sequence[State], most: int) -> Sequence[Delivery]:
        """The newest ``most`` deliveries in these states."""
        statement, params = books.newest(frozenset(states)), {"account": self._account, "most": most}
        found = await self._database.read(self._account, statement, params, books.PATIENCE)
        return [books.to_delivery(row) for row in found]

    async def balance(self) -> Balance:
        """How many deliveries are owed and given up, and when the first of those owed is or was due."""
        [row] = await self._database.read(self._account, books.BALANCE, {"account": self._account})
        return books.to_balance(row)

    async def retry(self, keys: Sequence[str], now: datetime) -> Sequence[str]:
        """Make dead deliveries due again, as if they had never failed; answers the keys of those that were dead."""
        return await self._database.write(self._account, lambda: books.retry(self._account, keys, now))

    async def audit(self, now: datetime) -> Sequence[Finding]:
        """Hold the records against every rule that must be true of them, at any time."""
        params = audit.values(self._account, now)
        rows = await self._database.read(self._account, audit.AUDIT[self._database.dialect], params, audit.PATIENCE)
        return audit.to_findings(rows)

    async def forget(self, before: datetime, most: int) -> int:
        """Forget up to ``most`` request keys of gestures before a time; answers how many."""
        return await self._database.write(self._account, lambda: upkeep.forget(self._account, before, most))

    async def forget_text(self, before: datetime, most: int, at: datetime) -> int:
        """Take the captured text out of up to ``most`` handoffs that were resolved before a time; answers how many."""
        dialect = self._database.dialect
        return await self._database.write(self._account, lambda: forget_text(self._account, dialect, before, most, at))

    async def clamp(self, lease: datetime, wait: datetime) -> None:
        """Bring every lease, pause and wait that lies further ahead than this back to it: the clock was set back."""
        await self._database.write(self._account, lambda: upkeep.clamp(self._account, lease, wait))
