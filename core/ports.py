"""What core asks of the floors around it: protocols of at most four methods each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.account import Install, Installation, Installed, Joined, Linked, OneTime, Parted, Purpose, Redeem
from core.changes import Hindered
from core.claim_rules import Verdict
from core.context_card import ContextCard, Letter
from core.deliveries import Failed, Lane, NotThere, Sending, Sent, TryLater
from core.handoff import Handoff, Move, NewHandoff
from core.ledger import Books, Lanes, Ledger, Upkeep
from core.limits import Act, Limit
from core.people import Caller, Person, Profile, Standing, Strangers
from core.roster import Chosen, Keeping, Own, People


class Clock(Protocol):
    """Where "now" comes from."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """A new handoff is stored. ``repeated`` is true when it already was: the same gesture came twice."""

    handoff: Handoff
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a move: the verdict, the handoff as it now stands (None if there is none) and who asked.

    ``may_read`` says whether who asked may read the handoff's whole context.
    """

    verdict: Verdict
    handoff: Handoff | None
    actor: Person | None
    may_read: bool = True


@dataclass(frozen=True, slots=True)
class SelfTarget:
    """Nothing was done: the target is the escalator, on this platform or another."""


@dataclass(frozen=True, slots=True)
class Powerless:
    """Nothing was done: the target may not pick anything up."""


@dataclass(frozen=True, slots=True)
class Inactive:
    """Nothing was done: the platform says that whoever asks is no active person."""

    standing: Standing


class Handoffs(Protocol):
    """The records of one account. Every method is one transaction.

    ``StorageAway`` means that nothing was done, ``StorageUnsure`` that nobody knows.
    """

    async def escalate(self, new: NewHandoff) -> Recorded | Strangers | SelfTarget | Powerless | Inactive:
        """Record a handoff with its first event, a card owed to every room, and what its people must be told.

        A request key that was used before answers with the handoff that it made.
        """
        ...

    async def apply(self, move: Move) -> Answered | Strangers:
        """Make a move, decided by one conditional write, and owe all that follows from it.

        A request key that was used before is answered with its first verdict. An unknown handoff is answered with
        ``Kind.UNKNOWN``, also to strangers.
        """
        ...

    async def made_by(self, request: str) -> Handoff | None:
        """The handoff that an escalation with this request key made, as it stands; None if there was none."""
        ...

    async def queue(self, most: int) -> Sequence[Handoff]:
        """What waits to be picked up: the most urgent first, then the oldest."""
        ...


class Account(Handoffs, People, Chosen, Own, Keeping, Ledger, Books, Upkeep, Protocol):
    """Everything of one account, and of no other."""


@dataclass(frozen=True, slots=True)
class ConfiguredRoom:
    """A room that the operator's configuration names."""

    lane: Lane
    name: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """The account that the operator's configuration makes: its workspaces as (platform, workspace), and its rooms.

    ``pending`` names platforms that are configured but could not be asked yet which workspace is theirs: what is known
    of them stays as it is.
    """

    account: str
    name: str
    workspaces: tuple[tuple[str, str], ...]
    rooms: tuple[ConfiguredRoom, ...]
    pending: tuple[str, ...] = ()


class Accounts(Protocol):
    """Which accounts there are, and which workspaces they have."""

    async def account_of(self, platform: str, workspace: str) -> str | None:
        """The account that a workspace is bound to; None for a workspace that is not ours, or has left."""
        ...

    async def accounts(self) -> Sequence[str]:
        """Every account's id, for whoever looks after all of them."""
        ...

    async def configure(self, configuration: Configuration, at: datetime) -> None:
        """Make the account if it is new; bind its workspaces; add its rooms and retire those no longer named.

        Rooms that people chose are left alone.
        """
        ...

    async def delete(self, account: str) -> Mapping[str, int] | None:
        """Remove an account with everything that is its own; answers how many rows of each table, None if unknown."""
        ...


class Installs(Protocol):
    """How workspaces come, part and go."""

    async def install(self, install: Install) -> Installed:
        """Bind a workspace to its account, or a new one. Its installer is an owner if the account has none yet."""
        ...

    async def uninstall(self, platform: str, workspace: str, began: datetime, at: datetime) -> bool:
        """Forget the token, retire the rooms, and send nothing there any more; answers whether it was installed.

        ``began`` is when the platform says that it happened: an installation that is newer stays.
        """
        ...

    async def part(self, account: str, by: Caller, name: str, at: datetime) -> Parted | Hindered | Strangers:
        """Give a workspace of this account, called so, an account of its own; its history stays here."""
        ...


class Codes(Protocol):
    """Secrets that work once; they are kept by their digests."""

    async def keep(self, one: OneTime) -> None:
        """Keep one until it is used or too old."""
        ...

    async def use(self, purpose: Purpose, digest: str, at: datetime) -> bool:
        """Use one up; whether it was there and not too old. Of any number that use it at once, one is told yes."""
        ...

    async def redeem(self, redeem: Redeem) -> Joined | Linked | Hindered | Strangers:
        """Do what a code is good for, and use it up with that; a code that could not do it stays."""
        ...

    async def prune(self, at: datetime) -> int:
        """Forget those that are too old; answers how many."""
        ...


class Registry(Accounts, Installs, Codes, Protocol):
    """The few things that are known across accounts."""


class Storage(Protocol):
    """The doors into storage."""

    @property
    def registry(self) -> Registry:
        """What is known across accounts."""
        ...

    @property
    def lanes(self) -> Lanes:
        """The worker's view across accounts."""
        ...

    def open(self, account: str) -> Account:
        """The door to one account; nothing behind it can name another."""
        ...


class OpenStorage(Storage, Protocol):
    """Storage as whoever opened it holds it."""

    async def ping(self) -> None:
        """Return if storage takes transactions now, else ``StorageAway``."""
        ...

    async def bypasses_row_security(self) -> bool:
        """Whether the role we connect as is one that the database's own wall between accounts does not bind."""
        ...

    async def close(self) -> None:
        """Finish what was taken, then let go of everything."""
        ...


class Directory(Protocol):
    """What a platform knows about its users."""

    async def profile(self, caller: Caller) -> Profile:
        """The platform's own record of the caller, or ``PlatformAway``."""
        ...


class Keyring(Protocol):
    """What an adapter needs to act in a workspace."""

    async def installation(self, platform: str, workspace: str) -> Installation | None:
        """What the platform gave us there; None if Baton is not installed there. ``StorageAway`` if nobody knows."""
        ...

    async def know(self, installation: Installation) -> bool:
        """Keep other facts of an installation that is there; the token stays. Whether they are kept; never raises."""
        ...


class Outgoing(Protocol):
    """The way out to one platform. Failures are values, never exceptions.

    A call that was sent and got no answer that makes sense is ``Unsure``; ``TryLater`` says that it was not done.
    ``limits`` are the platform's own, by what is done.
    """

    @property
    def limits(self) -> Mapping[Act, tuple[Limit, ...]]:
        """How often each thing may be done."""
        ...

    async def post(self, lane: Lane, card: ContextCard, key: str) -> Sending:
        """Post a card into a room. ``key`` names the delivery, for platforms that can carry it along."""
        ...

    async def correct(self, lane: Lane, copy: str, card: ContextCard) -> Sending:
        """Redraw a card that was posted earlier. Done twice, it is done once."""
        ...

    async def tell(self, lane: Lane, letter: Letter, key: str, under: str | None = None) -> Sending:
        """Say something: to one person in private, or in the thread of the card that ``under`` names."""
        ...

    async def find(
        self, lane: Lane, key: str, since: datetime, under: str | None = None
    ) -> Sent | NotThere | TryLater | Failed:
        """Look for what was posted or told with this ``key`` at ``since`` or later, as ``tell`` would have said it.

        ``NotThere`` also where a platform can't be asked: then it is sent again.
        """
        ...
