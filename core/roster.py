"""The people, rooms, workspaces and history of one account, as core asks them of storage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from core.account import Installation, Workspace
from core.account_settings import AccountSettings
from core.changes import Change, Changed, Hindered
from core.deliveries import Lane
from core.events import Entry
from core.handoff import Priority
from core.patience import WHOLE
from core.people import Caller, Identity, Member, Person, Profile, Strangers


@dataclass(frozen=True, slots=True)
class Room:
    """A place that shows cards of this priority and above. ``name`` is what people call it.

    ``configured`` rooms come from the operator's settings, and leave only by them.
    """

    id: str
    lane: Lane
    name: str
    least: Priority = Priority.LOW
    configured: bool = False


class People(Protocol):
    """The people of one account."""

    async def meet(self, caller: Caller, profile: Profile | None, at: datetime, deadline: float = WHOLE) -> Person:
        """The person behind an identity, made or linked at first sight. ``deadline`` is in seconds, as in a move.

        A member whose e-mail another member's identity has, on another platform of this account, is that same person.
        Without a profile (the platform did not answer) it is a new person. Meeting someone known changes nothing.
        """
        ...

    async def who(self, identity: Identity) -> Member | None:
        """The person behind an identity, with all that is known of them; None for a stranger."""
        ...

    async def people(self, most: int) -> Sequence[Member]:
        """Everybody who can be met: owners first, then by role and name; people without an identity are left out."""
        ...


class Chosen(Protocol):
    """What the people of an account decide about it."""

    async def change(self, change: Change, deadline: float = WHOLE) -> Changed | Hindered | Strangers:
        """Make a change in one transaction: whether its maker may is decided there, and history is written there.

        ``Strangers`` names the maker, or whom it is about, if they are not known yet. Where a change has to be told to
        somebody (the admins, whoever it is about), that is owed with it.
        """
        ...

    async def rooms(self) -> Sequence[Room]:
        """The rooms where cards are shown now, in the order in which they were added."""
        ...

    async def settings(self) -> AccountSettings:
        """What the admins chose."""
        ...

    async def history(self, most: int) -> Sequence[Entry]:
        """The newest lines of history that are about people, roles, rooms, links and settings, the newest first."""
        ...


class Own(Protocol):
    """What an account has of the platforms."""

    async def name(self) -> str:
        """What the account is called."""
        ...

    async def workspaces(self) -> Sequence[Workspace]:
        """Its workspaces, in the order in which they came."""
        ...

    async def installation(self, platform: str, workspace: str) -> Installation | None:
        """What a platform gave us there, unsealed; None if nothing is installed there."""
        ...

    async def know(self, installation: Installation) -> None:
        """Keep other facts of an installation that is there (a service that moved); the token stays."""
        ...


class Keeping(Protocol):
    """How an account's records are taken out and taken away."""

    async def export(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Every row of the account by table, as JSON can hold it; no token is in it."""
        ...

    async def forget_text(self, before: datetime, most: int, at: datetime) -> int:
        """Take the captured text out of up to ``most`` handoffs that were resolved before a time; answers how many.

        Their cards are owed a correction, and history says so.
        """
        ...
