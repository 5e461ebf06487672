"""What is owed to the outside world, the ways a sending can end, and how long to wait before the next try."""

import random
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core.handoff import Handoff, Notice


@dataclass(frozen=True, slots=True)
class Lane:
    """One conversation on one platform: a room's, or the private one with a person.

    ``address`` is opaque to everything but the platform's adapter; for a private lane it is the user's id.
    """

    platform: str
    workspace: str
    address: str
    private: bool

    @property
    def id(self) -> str:
        """The lane's name in the ledger, unique in an account."""
        return f"{self.platform}:{self.workspace}:{self.address}"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of one worker to be the only one that sends in a lane, for a while."""

    account: str
    lane: str
    holder: str


@dataclass(frozen=True, slots=True)
class Owed:
    """One due delivery with all that is needed to draw it from the present state.

    ``about`` is None for a card, which is kept true for as long as the handoff lives, and the notice for a thing said
    once. ``wanted`` is the version of the handoff that it was last owed at. ``copy`` is the message that a card was
    posted as, None before the first post. ``link`` opens a posted card of it, on this platform if there is one.
    """

    key: str
    lane: Lane
    about: Notice | None
    wanted: int
    attempts: int
    handoff: Handoff
    copy: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform took it. ``copy`` names the message from now on; ``link`` opens it ("" where it can't be opened)."""

    copy: str
    link: str = ""


class Scope(StrEnum):
    """What a wait belongs to: this delivery alone, or the whole conversation (a rate limit)."""

    DELIVERY = "delivery"
    LANE = "lane"


@dataclass(frozen=True, slots=True)
class TryLater:
    """A temporary failure. ``after`` is the platform's own word on how many seconds to wait, if it gave one."""

    reason: str
    after: float | None = None
    scope: Scope = Scope.DELIVERY


@dataclass(frozen=True, slots=True)
class Failed:
    """A permanent failure, with the platform's own reason: trying again can't help."""

    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The message to correct is no longer there."""

    reason: str


@dataclass(frozen=True, slots=True)
class Superseded:
    """Not sent, because it would no longer be true."""


Sending = Sent | TryLater | Failed | Gone
Outcome = Sending | Superseded

# With ``back_off`` this is about two hours; a rate limit counts for nothing.
MOST_ATTEMPTS = 24


def back_off(attempts: int, roll: float | None = None) -> timedelta:
    """How long to wait after the n-th failed attempt: doubling from 1 s to 10 min, of which a random half is kept.

    ``roll`` is the random part in [0, 1), drawn here unless it is given.
    """
    longest = min(600.0, 2.0 ** max(0, attempts - 1))
    return timedelta(seconds=longest * (0.5 + (random.random() if roll is None else roll) / 2))
