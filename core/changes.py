"""The changes that are no move on a handoff: roles, rooms, links and settings, each as a plain value."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.access import Right
from core.deliveries import Lane
from core.events import Entry
from core.handoff import Priority
from core.people import Caller, Identity, Profile, Role


@dataclass(frozen=True, slots=True)
class GiveRole:
    """Give a person a role. ``whom`` is one of their identities, or the person's id. ``by`` None is the operator."""

    by: Caller | None
    at: datetime
    whom: Identity | str
    role: Role


@dataclass(frozen=True, slots=True)
class ChangeSetting:
    """Give one of ``AccountSettings`` another value, both in the words of ``core.account_settings``."""

    by: Caller | None
    at: datetime
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ShowRoom:
    """Show escalations of this priority and above in a room. ``place`` is what holds the room ("" if nothing does)."""

    by: Caller | None
    at: datetime
    lane: Lane
    name: str
    place: str = ""
    least: Priority = Priority.LOW


@dataclass(frozen=True, slots=True)
class HideRoom:
    """Show nothing more in a room."""

    by: Caller | None
    at: datetime
    lane: Lane


@dataclass(frozen=True, slots=True)
class LoseRooms:
    """A platform says that rooms are gone, or closed to us: the room with this address, or all that ``place`` holds."""

    at: datetime
    platform: str
    workspace: str
    reason: str
    address: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class UnlinkSelf:
    """Make the identity that says so a person of its own again."""

    by: Caller
    at: datetime


@dataclass(frozen=True, slots=True)
class Guess:
    """Somebody is about to type a code: whether they may, or have typed too many."""

    by: Caller
    at: datetime


@dataclass(frozen=True, slots=True)
class Refresh:
    """A platform says what one of its users is like now. Somebody who was never met stays unmet."""

    who: Identity
    profile: Profile
    at: datetime


Change = GiveRole | ChangeSetting | ShowRoom | HideRoom | LoseRooms | UnlinkSelf | Guess | Refresh


class Hindrance(StrEnum):
    """Why nothing was changed."""

    NOT_ALLOWED = "not_allowed"  # ``right`` says what it takes
    DEACTIVATED = "deactivated"  # who asks
    BOT = "bot"  # who asks
    ALREADY_SO = "already_so"
    LAST_OWNER = "last_owner"
    NOBODY = "nobody"  # there is no such person
    CANT_ACT = "cant_act"  # the person is a bot, or deactivated
    CONFIGURED = "configured"  # the operator's settings say so, and only they can say otherwise
    NOT_SHOWN = "not_shown"  # the room shows nothing
    NOT_A_SETTING = "not_a_setting"
    NOT_A_VALUE = "not_a_value"
    NOT_LINKED = "not_linked"
    TOO_MANY = "too_many"  # codes were typed; ``until`` says when to go on
    BAD_CODE = "bad_code"  # wrong, used, or too old
    OTHER_ACCOUNT = "other_account"  # a code for a person, typed where another account is
    ALREADY_HERE = "already_here"  # the person has another identity in this workspace
    SAME_PERSON = "same_person"
    STILL_BUSY = "still_busy"  # the person has handoffs that are not resolved
    ALREADY_JOINED = "already_joined"
    HAS_HANDOFFS = "has_handoffs"  # histories are never merged
    NO_SUCH_WORKSPACE = "no_such_workspace"
    ONLY_WORKSPACE = "only_workspace"


@dataclass(frozen=True, slots=True)
class Hindered:
    """Nothing was changed, and why."""

    why: Hindrance
    right: Right | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """It was changed, as the line of history says. A ``Guess`` that is fine has none."""

    entry: Entry | None
