"""Handoffs and people for the tests of core, made with as few words as a test can use."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.handoff import Handoff, Priority, Status
from core.people import Identity, Person, Role
from core.snapshot import Snapshot

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
JANE = Person("jane", "Jane", Role.ENGINEER)
DANA = Person("dana", "Dana", Role.ENGINEER)
SAM = Person("sam", "Sam", Role.ENGINEER)
GUEST = Person("guest", "Gus", Role.VIEWER)
ADMIN = Person("admin", "Ada", Role.ADMIN)

OPEN = Handoff(
    id="h1",
    version=1,
    status=Status.OPEN,
    priority=Priority.NORMAL,
    snapshot=Snapshot("Outlook is failing to sync", "Restarted it", "Contoso", "#12345"),
    escalator=JANE,
    origin=Identity("north", "N1", "jane"),
    created_at=NOON,
)
CLAIMED = replace(OPEN, version=2, status=Status.CLAIMED, claimer=DANA, claimed_at=NOON + timedelta(minutes=4))
RESOLVED = replace(
    CLAIMED,
    version=3,
    status=Status.RESOLVED,
    resolver=DANA,
    resolved_at=NOON + timedelta(minutes=32),
    resolution="Rebuilt the profile",
)


def handoff(like: Handoff = OPEN, **changes: Any) -> Handoff:
    """The handoff with some of its fields changed."""
    return replace(like, **changes)
