"""The handoffs that the golden cards are drawn of, one for every state."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.handoff import Handoff, Priority, Status
from core.people import Identity, Person, Role
from core.snapshot import Snapshot

CREATED = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
JANE = Person("p1", "Jane Doe", Role.ENGINEER)
DANA = Person("p2", "Dana Lee", Role.ENGINEER)
SAM = Person("p3", "Sam Poe", Role.ENGINEER)

HOSTILE = (
    "<!channel> <!here> <@U0SAM0001> <#C1|x> <https://evil.example|https://bank.example> "
    "[x](javascript:alert(1)) <at>Sam</at> {{DATE(2026-01-01T00:00:00Z,SHORT)}} <!date^1^{date}|x> "
    "*bold* _it_ ~no~ `code` > quote :rotating_light: &lt;!channel&gt; &amp;"
)
STRANGE = "مرحبا \u202eabc\u202c \u200b👩‍👩‍👧‍👦 \x00\x07 \ud800 e\u0301"


def open_plain() -> Handoff:
    snapshot = Snapshot("Outlook is failing to sync")
    return Handoff(
        "01h0000000000000000000000a", 1, Status.OPEN, Priority.NORMAL, snapshot, JANE, Identity("slack", "T1", "U1"),
        CREATED,
    )  # fmt: skip


def open_full() -> Handoff:
    snapshot = Snapshot(
        "Outlook is failing to sync for everybody on the third floor since this morning",
        "Restarted Outlook.\nRebuilt the profile.",
        "Contoso",
        "#12345",
    )
    return replace(open_plain(), snapshot=snapshot, priority=Priority.CRITICAL, target=SAM)


def claimed() -> Handoff:
    at = CREATED + timedelta(minutes=2)
    return replace(open_full(), version=2, status=Status.CLAIMED, claimer=DANA, claimed_at=at)


def resolved() -> Handoff:
    at = CREATED + timedelta(hours=1, minutes=5)
    note = "The certificate of the proxy had expired.\nRenewed it."
    return replace(
        claimed(), version=3, status=Status.RESOLVED, resolver=DANA, resolved_at=at, resolution=note
    )  # fmt: skip


def written(text: str) -> Handoff:
    """A resolved handoff with the same text in every place where people's words can stand."""
    someone = Person("p9", text, Role.ENGINEER)
    return replace(
        resolved(),
        snapshot=Snapshot(text, text, text, text),
        escalator=someone, claimer=someone, resolver=someone, target=someone, resolution=text,
    )  # fmt: skip


def hostile() -> Handoff:
    return replace(written(HOSTILE), status=Status.OPEN)


def strange() -> Handoff:
    return written(STRANGE)


def huge() -> Handoff:
    return written("Ein sehr langer Satz 🔥 " * 2_500)
