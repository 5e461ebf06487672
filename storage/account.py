"""The door to one account: nothing behind it can name another."""

from collections.abc import Sequence
from datetime import datetime

from core.deliveries import Lease, Outcome, Owed
from core.handoff import Handoff, Move, NewHandoff
from core.people import Caller, Person, Profile
from core.ports import Answered, Powerless, Recorded, Room, SelfTarget, Strangers
from storage.due import NEXT_DUE, to_owed
from storage.escalations import MADE_BEFORE, escalate
from storage.handoffs import to_handoff
from storage.ledger import record
from storage.moves import apply
from storage.people import meet
from storage.remembered import Remembered
from storage.rooms import LIVE, to_room
from storage.scripts import PATIENCE, Database


class SqlAccount:
    """One account over either database."""

    def __init__(self, account: str, database: Database, known_rooms: Remembered[str, Sequence[Room]]) -> None:
        self._account = account
        self._database = database
        self._rooms = known_rooms

    async def escalate(self, new: NewHandoff) -> Recorded | Strangers | SelfTarget | Powerless:
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

    async def meet(self, caller: Caller, profile: Profile | None, at: datetime, deadline: float = PATIENCE) -> Person:
        """The person behind an identity, made or linked at first sight."""
        return await self._database.write(self._account, lambda: meet(self._account, caller, profile, at), deadline)

    async def rooms(self) -> Sequence[Room]:
        """The rooms where cards are shown now, in the order in which they were added."""
        known = self._rooms.get(self._account)
        if known is None:
            found = await self._database.read(self._account, LIVE, {"account": self._account})
            known = [to_room(row) for row in found]
            if known:
                self._rooms.keep(self._account, known)
        return known

    async def next_due(self, lease: Lease, now: datetime) -> Owed | None:
        """The next due delivery of the leased lane; None if none is due, or the lease is lost."""
        params = {"account": self._account, "lane": lease.lane, "holder": lease.holder, "now": now}
        found = await self._database.read(self._account, NEXT_DUE, params)
        return to_owed(found[0]) if found else None

    async def record(
        self, lease: Lease, owed: Owed, outcome: Outcome, drawn: int, now: datetime, next_try: datetime
    ) -> None:
        """Keep how a sending went."""
        await self._database.write(
            self._account, lambda: record(self._account, lease, owed, outcome, drawn, now, next_try)
        )
