"""The ledger of what is owed, as core asks it of storage: sending it, reading it, and looking after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from core.deliveries import Delivery, Lease, Owed, Sending, State, Terms

# So long the keys of gestures are kept. Platforms send a gesture again for minutes, and one that was captured is good
# for a day at most (the token that came with it).
KEPT = timedelta(days=7)


class Ledger(Protocol):
    """What one account owes the outside world."""

    async def next_due(self, lease: Lease, now: datetime, terms: Terms) -> Owed | None:
        """Begin the next due delivery of the leased lane; None if there is none now, and then the lease has ended.

        The most urgent goes first; of those, what nobody has seen yet, then the oldest. What is no longer worth sending
        is superseded on the way. If the platform may not be called yet, the lane is paused until it may. That a post
        was begun is committed before it is answered, so that whoever comes after a crash knows of it.
        """
        ...

    async def record(
        self, lease: Lease, owed: Owed, outcome: Sending, now: datetime, next_try: datetime, terms: Terms | None
    ) -> Owed | None:
        """Keep how a sending went, and begin the next in the same transaction; without ``terms`` the lease ends.

        ``next_try`` is used after ``TryLater`` and ``Unsure``. If the handoff has moved on since it was drawn, the card
        stays due. What is given up is owed to the escalator as a notice, or, if it was theirs, to a card's thread.
        """
        ...


class Lanes(Protocol):
    """Which lanes have something due, and who sends in them now."""

    async def lease(self, platform: str, holder: str, now: datetime, until: datetime, most: int) -> Sequence[Lease]:
        """Lease up to ``most`` lanes of a platform that have something due, are not paused, and that nobody holds."""
        ...

    async def next_due_at(self, platforms: Sequence[str], now: datetime) -> datetime | None:
        """When there will be something to lease next on these platforms; None if nothing is owed there."""
        ...

    async def call_others(self) -> None:
        """Wake the workers of the other processes; one that misses it looks by itself some seconds later."""
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that the records break, and the first of the rows that break it."""

    rule: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """How many deliveries are owed and how many were given up, and when the first of those owed is or was due."""

    pending: int
    dead: int
    oldest_due: datetime | None


class Books(Protocol):
    """The record of one account's deliveries, for whoever asks."""

    async def deliveries(self, states: Sequence[State], most: int) -> Sequence[Delivery]:
        """The newest ``most`` deliveries in these states."""
        ...

    async def balance(self) -> Balance:
        """What they come to."""
        ...

    async def retry(self, keys: Sequence[str], now: datetime) -> Sequence[str]:
        """Make dead deliveries due again, as if they had never failed; answers the keys of those that were dead."""
        ...

    async def audit(self, now: datetime) -> Sequence[Finding]:
        """Hold the records against every rule that must be true of them, at any time."""
        ...


class Upkeep(Protocol):
    """What keeps one account's records small and its waits true."""

    async def forget(self, before: datetime, most: int) -> int:
        """Forget up to ``most`` request keys of gestures before a time; answers how many."""
        ...

    async def clamp(self, lease: datetime, wait: datetime) -> None:
        """End every lease, pause and wait that lies further ahead than this: the clock was set back."""
        ...
