"""The handoff, the moves that can be made on it, and the new one that an escalation asks for."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from core.access import LEAST, Right
from core.events import Event
from core.patience import WHOLE
from core.people import Caller, Identity, Person, Role
from core.snapshot import Snapshot


class Status(StrEnum):
    """Where a handoff stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    RESOLVED = "resolved"


class Priority(IntEnum):
    """How urgent it is; higher goes first wherever there is a queue."""

    LOW = 0
    NORMAL = 1
    HIGH = 2
    CRITICAL = 3


@dataclass(frozen=True, slots=True)
class Handoff:
    """One handoff as it stands. ``version`` rises by one with every change that a card shows.

    ``claimer`` and ``claimed_at`` are of the present claim period, or of the one in which it was resolved. Times are
    aware and in UTC.
    """

    id: str
    version: int
    status: Status
    priority: Priority
    snapshot: Snapshot
    escalator: Person
    origin: Identity
    created_at: datetime
    target: Person | None = None
    claimer: Person | None = None
    claimed_at: datetime | None = None
    resolver: Person | None = None
    resolved_at: datetime | None = None
    resolution: str = ""


class Notice(StrEnum):
    """The things that are said once: to one person, or (``UNREACHABLE``) in the thread of a card.

    ``UNREACHED`` tells the escalator where nobody was told, ``UNREACHABLE`` the seniors that the escalator was not.
    ``NEWS`` is about no handoff: a line of the account's history, told to whom it concerns.
    """

    SHOWN = "shown"
    AIMED_AT_YOU = "aimed_at_you"
    CLAIMED = "claimed"
    RELEASED = "released"
    RESOLVED = "resolved"
    UNREACHED = "unreached"
    UNREACHABLE = "unreachable"
    NEWS = "news"


class By(StrEnum):
    """Whose gesture a verb may be, beside the role it asks for."""

    ANYONE_ELSE = "anyone_else"  # everyone but the escalator
    CLAIMER = "claimer"  # whoever holds it, or an admin in their stead


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that can be done to a handoff, as a plain value: what must hold, what changes, what is owed.

    Storage turns it into one conditional write; ``core.claim_rules`` turns the same facts into the words of a refusal.
    ``tells_escalator`` is owed to the escalator where they escalated from, unless they made the gesture themselves.
    """

    event: Event
    before: Status
    after: Status
    by: By
    right: Right
    tells_escalator: Notice

    @property
    def least_role(self) -> Role:
        """The role that it takes."""
        return LEAST[self.right]


@dataclass(frozen=True, slots=True)
class Seen:
    """The copy of a card that a gesture was made on: the adapter's message reference, and the version it showed."""

    copy: str
    version: int


@dataclass(frozen=True, slots=True)
class Move:
    """A verb on one handoff by one caller. Storage applies it whole, in one transaction.

    ``request`` is the gesture's own key: the same gesture delivered again is answered from the first.
    ``deadline`` is how many seconds storage has before it must refuse with ``StorageAway``.
    """

    verb: Verb
    handoff: str
    by: Caller
    at: datetime
    request: str
    seen: Seen | None = None
    note: str = ""
    deadline: float = WHOLE


@dataclass(frozen=True, slots=True)
class NewHandoff:
    """What an escalation asks storage to record, together with a card owed to every room and who must be told."""

    id: str
    by: Caller
    at: datetime
    request: str
    snapshot: Snapshot
    priority: Priority
    target: Identity | None = None
    deadline: float = WHOLE
