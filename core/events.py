"""The names of everything that an account's history can say, in the past tense; events carry no captured text."""

from enum import StrEnum


class Event(StrEnum):
    """What happened. The list only grows: history is append-only and old names stay readable."""

    ACCOUNT_MADE = "account_made"
    WORKSPACE_BOUND = "workspace_bound"
    ROOM_ADDED = "room_added"
    ROOM_RETIRED = "room_retired"
    PERSON_MET = "person_met"
    IDENTITY_LINKED = "identity_linked"
    ESCALATED = "escalated"
    CLAIMED = "claimed"
    CLAIM_LOST = "claim_lost"
    RELEASED = "released"
    RESOLVED = "resolved"
    UNDELIVERED = "undelivered"
