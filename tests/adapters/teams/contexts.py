"""Context cards of every state that a golden card is kept of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.context_card import ContextCard, describe
from core.handoff import Handoff, Priority, Status
from core.people import Identity, Person, Role
from core.snapshot import Snapshot

HANDOFF = "01jc0000000000000000000abc"
CREATED = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
# An escalation from another platform that waits to be picked up.
OPEN = Handoff(
    id=HANDOFF,
    version=1,
    status=Status.OPEN,
    priority=Priority.HIGH,
    snapshot=Snapshot("Outlook is failing to sync for everybody", "Restarted it twice.", "Contoso", "#12345"),
    escalator=Person("p-jane", "Jane", Role.ENGINEER),
    origin=Identity("elsewhere", "T1", "U1"),
    created_at=CREATED,
)
DANA = Person("p-dana", "Dana Ruiz", Role.ENGINEER)
SAM = Person("p-sam", "Sam Okafor", Role.ENGINEER)
HOSTILE = (
    "<!channel> <@U123> <https://a|b> [x](javascript:alert(1)) <at>Dana</at> **bold** "
    "{{DATE(2026-01-01T00:00:00Z)}} {{{TIME(x)}} ‮drawkcab #1 `code` \\ | _u_"
)

_open = replace(OPEN, priority=Priority.NORMAL, snapshot=Snapshot("Printer on floor 3 prints blank pages"))
_full = replace(
    OPEN,
    priority=Priority.CRITICAL,
    target=SAM,
    snapshot=Snapshot(
        "Outlook is failing to sync for the whole finance team since the update this morning",
        "Restarted Outlook.\nCleared the cache.\n\nNothing in the service health page.",
        "Contoso",
        "#12345",
    ),
)
_claimed = replace(
    _full, version=2, status=Status.CLAIMED, claimer=DANA, claimed_at=CREATED + timedelta(minutes=2, seconds=10)
)
_resolved = replace(
    _claimed,
    version=3,
    status=Status.RESOLVED,
    resolver=DANA,
    resolved_at=CREATED + timedelta(hours=3, minutes=5),
    resolution="Cleared the profile cache.\nSyncs again.",
)
_hostile_person = Person("p-h", HOSTILE[:60], Role.ENGINEER)
_hostile = replace(
    _resolved,
    escalator=_hostile_person,
    claimer=_hostile_person,
    resolver=_hostile_person,
    snapshot=Snapshot(HOSTILE, f"{HOSTILE}\n{HOSTILE}", HOSTILE[:100], "#1"),
    resolution=HOSTILE,
)
_huge = replace(
    _resolved,
    escalator=Person("p-x", "\U0001f468‍\U0001f469‍\U0001f467" * 400, Role.ENGINEER),
    snapshot=Snapshot("\U0001f525" * 300, '"\\' * 25_000, "c" * 5_000, "#123456789012"),
    resolution="\U0001f600" * 50_000,
)

CONTEXTS: dict[str, ContextCard] = {
    "open": describe(_open),
    "open-with-everything-and-a-target": describe(_full),
    "claimed": describe(_claimed),
    "claimed-seen-by-the-loser": describe(_claimed, "Already picked up by Dana Ruiz, 2 min ago."),
    "resolved-with-a-note": describe(_resolved),
    "hostile": describe(_hostile, HOSTILE),
    "huge": describe(_huge),
}


def handoff_with(text: str, status: Status) -> Handoff:
    """A handoff that has one text wherever somebody could have typed one."""
    person = Person("p", text, Role.ENGINEER)
    return replace(
        {Status.OPEN: _full, Status.CLAIMED: _claimed, Status.RESOLVED: _resolved}[status],
        escalator=person,
        target=person,
        claimer=None if status is Status.OPEN else person,
        resolver=person if status is Status.RESOLVED else None,
        snapshot=Snapshot(text, text, text, text),
        resolution=text if status is Status.RESOLVED else "",
    )
