"""The names of everything that an account's history can say, in the past tense; events carry no captured text."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Event(StrEnum):
    """What happened. The list only grows: history is append-only and old names stay readable."""

    ACCOUNT_MADE = "account_made"
    WORKSPACE_BOUND = "workspace_bound"
    WORKSPACE_JOINED = "workspace_joined"
    WORKSPACE_PARTED = "workspace_parted"
    WORKSPACE_REMOVED = "workspace_removed"
    CODE_GUESSED = "code_guessed"
    ROOM_ADDED = "room_added"
    ROOM_CHANGED = "room_changed"
    ROOM_RETIRED = "room_retired"
    ROOM_LOST = "room_lost"
    PERSON_MET = "person_met"
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    IDENTITY_CHANGED = "identity_changed"
    ROLE_CHANGED = "role_changed"
    SETTING_CHANGED = "setting_changed"
    ESCALATED = "escalated"
    CLAIMED = "claimed"
    CLAIM_LOST = "claim_lost"
    RELEASED = "released"
    RESOLVED = "resolved"
    UNDELIVERED = "undelivered"
    TEXT_FORGOTTEN = "text_forgotten"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an account's history.

    ``who`` is a person's name, "" for Baton itself; ``platform`` and ``workspace`` say from where, "" for nowhere.
    ``subject`` is what it happened to (a person, a room, a workspace, a setting), ``before`` and ``after`` how that
    stood; each is "" where there is nothing to say. The operator's own acts have the platform ``OPERATOR``.
    """

    id: str
    at: datetime
    event: Event
    who: str
    platform: str
    workspace: str
    handoff: str = ""
    subject: str = ""
    before: str = ""
    after: str = ""


# From where somebody acts who runs this Baton, at its command line.
OPERATOR = "operator"
