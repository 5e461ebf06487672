"""What is owed to the outside world, the ways a sending can end, and how long to wait before the next try."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.events import Entry
from core.handoff import Handoff, Notice, Status
from core.limits import Act, Limit


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
class Terms:
    """On what terms a delivery is begun: until when its lane is leased, and how often its platform may be called."""

    until: datetime
    limits: Mapping[Act, tuple[Limit, ...]]


@dataclass(frozen=True, slots=True)
class Attempt:
    """An earlier try to post, begun at ``at`` to show ``version``, of which nobody knows how it ended."""

    at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Unreached:
    """A delivery that was given up: the room or the person it was for, and the platform's own reason."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Owed:
    """One delivery that was begun, with all that is needed to draw it from the present state.

    ``about`` is None for a card, which is kept true for as long as the handoff lives, and the notice for a thing said
    once. ``wanted`` is the version of the handoff that it was last owed at, ``failures`` how often in a row it failed.
    ``copy`` is the message that it was posted as, None before. ``unclear`` is set if it may have been posted already.
    ``link`` opens a posted card of the handoff, on this platform if there is one. ``under`` is the copy in whose thread
    a notice is said, and ``unreached`` what such a notice is about. ``handoff`` is None for ``Notice.NEWS`` alone, and
    ``news`` is the line of history that it tells. Where the account is not ``installed`` any more it may not be sent,
    though another account may be there by now.
    """

    key: str
    lane: Lane
    about: Notice | None
    wanted: int
    failures: int
    handoff: Handoff | None
    copy: str | None = None
    unclear: Attempt | None = None
    link: str | None = None
    under: str | None = None
    unreached: Unreached | None = None
    news: Entry | None = None
    installed: bool = True

    @property
    def drawn(self) -> int:
        """The version that is drawn when it is sent now; news have only one."""
        return self.handoff.version if self.handoff else 1


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform has it. ``copy`` names the message from now on; ``link`` opens it ("" where it can't be opened)."""

    copy: str
    link: str = ""


class Scope(StrEnum):
    """What a wait belongs to: this delivery alone, or the whole conversation (a rate limit)."""

    DELIVERY = "delivery"
    LANE = "lane"


@dataclass(frozen=True, slots=True)
class TryLater:
    """A temporary failure: it was not done. ``after`` is the platform's own word on how many seconds to wait."""

    reason: str
    after: float | None = None
    scope: Scope = Scope.DELIVERY


@dataclass(frozen=True, slots=True)
class Failed:
    """A permanent failure, with the platform's own reason: trying again can't help.

    ``lost`` says that it is the whole conversation that is gone or closed to us, and not this message that is wrong.
    """

    reason: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """The message to correct is no longer there."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """The call was sent and its answer never came, or made no sense: it may have been done."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotThere:
    """Looked for where it would be, a message was not found, or can't be looked for on this platform."""


Sending = Sent | TryLater | Unsure | Failed | Gone

# With ``back_off`` this is about two hours; a rate limit counts for nothing.
MOST_FAILURES = 24
# A call whose answer never came may still be on its way through the platform: looked for at once, it might be missed.
SETTLES = timedelta(seconds=5)


class State(StrEnum):
    """Where a delivery stands: owed, done, given up with its reason, or not sent because it was no longer true."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A line of the record of who was told what, where and when.

    ``where`` is the room's name, or the person's in whose private conversation it is; ``attempts`` counts every call,
    ``failures`` those in a row that failed. ``first_sent_at`` is when it got there, ``sent_at`` when it was last made
    true. ``error`` is the platform's own word on the last failure, also when it was overcome later.
    """

    key: str
    platform: str
    where: str
    about: Notice | None
    handoff: str | None
    state: State
    attempts: int
    failures: int
    created_at: datetime
    due_at: datetime | None
    last_attempt_at: datetime | None
    first_sent_at: datetime | None
    sent_at: datetime | None
    error: str | None
    failed_at: datetime | None


# When a notice is true. The news tell what just happened: once something else did, another notice tells that.
_NEWS = frozenset({Notice.CLAIMED, Notice.RELEASED, Notice.RESOLVED})
_TRUE_WHILE: dict[Notice, frozenset[Status]] = {
    Notice.SHOWN: frozenset({Status.OPEN, Status.CLAIMED}),
    Notice.AIMED_AT_YOU: frozenset({Status.OPEN}),
    Notice.CLAIMED: frozenset({Status.CLAIMED}),
    Notice.RELEASED: frozenset({Status.OPEN}),
    Notice.RESOLVED: frozenset({Status.RESOLVED}),
    Notice.UNREACHED: frozenset({Status.OPEN}),
    Notice.UNREACHABLE: frozenset({Status.OPEN, Status.CLAIMED}),
}


def worth_sending(owed: Owed) -> bool:
    """Whether it is still to be sent: a notice while it is true, and a card unless its first post would be its last."""
    if owed.handoff is None:
        return True  # news are history: they stay true
    if owed.about is None:
        return bool(owed.copy or owed.unclear) or owed.handoff.status is not Status.RESOLVED
    if owed.about is Notice.UNREACHABLE and owed.under is None:
        return False  # the card in whose thread it belongs is gone
    still = owed.handoff.status in _TRUE_WHILE[owed.about]
    return still and (owed.about not in _NEWS or owed.handoff.version == owed.wanted)


def act(owed: Owed) -> Act:
    """What sending it will be."""
    if owed.about is not None:
        return Act.TELL
    return Act.POST if owed.copy is None else Act.CORRECT


def back_off(failures: int, roll: float | None = None) -> timedelta:
    """How long to wait after the n-th failure in a row: doubling from 1 s to 10 min, of which a random half is kept.

    ``roll`` is the random part in [0, 1), drawn here unless it is given.
    """
    longest = min(600.0, 2.0 ** max(0, failures - 1))
    return timedelta(seconds=longest * (0.5 + (random.random() if roll is None else roll) / 2))
