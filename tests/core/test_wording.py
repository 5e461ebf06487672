"""The sentences people read."""

from datetime import timedelta

import pytest

from core import wording
from core.claim_rules import Kind, Verdict
from core.deliveries import Unreached
from core.errors import StorageAway, StorageUnsure
from core.handoff import Notice, Priority
from core.snapshot import Snapshot
from core.use_cases.claim import CLAIM
from core.use_cases.release import RELEASE
from core.use_cases.resolve import RESOLVE
from tests.core.cases import CLAIMED, DANA, NOON, OPEN, RESOLVED, SAM, handoff


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0 s"),
        (40, "40 s"),
        (119, "1 min"),
        (3600, "1 h"),
        (11100, "3 h 5 min"),
        (187200, "2 d 4 h"),
        (172800, "2 d"),
    ],
)
def test_a_span(seconds: int, said: str) -> None:
    assert wording.span(timedelta(seconds=seconds)) == said


def test_the_loser_hears_who_and_how_long_ago() -> None:
    verdict = Verdict(Kind.ALREADY_CLAIMED, DANA, NOON)
    assert wording.verdict(verdict, CLAIM, NOON + timedelta(minutes=2)) == "Already picked up by Dana, 2 min ago."
    assert wording.verdict(verdict, CLAIM, NOON) == "Already picked up by Dana, just now."


@pytest.mark.parametrize("verb", [CLAIM, RELEASE, RESOLVE])
@pytest.mark.parametrize("kind", list(Kind))
def test_every_verdict_has_a_sentence(kind: Kind, verb: object) -> None:
    assert wording.verdict(Verdict(kind, DANA, NOON), verb, NOON).endswith(".")  # type: ignore[arg-type]  # parametrised


def test_titles_tell_handoffs_apart_and_are_cut_visibly() -> None:
    assert wording.title(OPEN) == "Escalation from Jane · #12345: Outlook is failing to sync"
    long = handoff(snapshot=Snapshot("x" * 80))
    assert wording.title(long) == f"Escalation from Jane: {'x' * 69}…"


def test_standing_counts_from_the_escalation() -> None:
    assert wording.standing(OPEN) == "Waiting to be picked up"
    assert wording.standing(handoff(target=SAM)) == "Waiting for Sam; anyone else may pick it up too"
    assert wording.standing(CLAIMED) == "Picked up by Dana, 4 min after the escalation"
    assert wording.standing(RESOLVED) == (
        "Resolved by Dana, 32 min after the escalation. Picked up by Dana, 4 min after the escalation"
    )


def test_a_summary_is_a_sentence() -> None:
    assert wording.summary(handoff(priority=Priority.CRITICAL)) == (
        "Escalation from Jane · #12345: Outlook is failing to sync. Critical priority, waiting to be picked up."
    )
    assert wording.summary(CLAIMED).endswith("Picked up by Dana.")
    assert wording.summary(RESOLVED).endswith("Resolved by Dana.")


def test_letters() -> None:
    assert wording.letter(OPEN, Notice.AIMED_AT_YOU).startswith("Jane asks you to pick this up.")
    assert wording.letter(CLAIMED, Notice.CLAIMED).startswith("Dana picked up your escalation.")
    assert wording.letter(RESOLVED, Notice.RESOLVED).endswith("Note: Rebuilt the profile")


def test_nobody_is_told_that_it_is_up_where_it_is_not() -> None:
    assert wording.letter(OPEN, Notice.SHOWN).startswith("Your escalation is up")
    assert "no room shows it" in wording.letter(OPEN, Notice.SHOWN, up=False)


def test_who_could_not_be_told_is_named_with_the_platforms_reason() -> None:
    lost = Unreached("#help", "is_archived")
    assert wording.letter(OPEN, Notice.UNREACHED, lost).startswith("Baton can't reach #help (is_archived). Your")
    assert wording.letter(OPEN, Notice.UNREACHABLE, Unreached("Jane", "gone")) == (
        "Baton can't reach Jane (gone). Tell them yourselves what happens here."
    )


def test_a_doubt_is_not_called_a_no() -> None:
    assert wording.away(StorageAway()) == wording.AWAY and wording.away_form(StorageAway()) == wording.AWAY_FORM
    assert wording.away(StorageUnsure()) == wording.UNSURE and wording.away_form(StorageUnsure()) == wording.UNSURE_FORM


def test_a_receipt_says_where_it_goes() -> None:
    assert "shown in #a, #b and #c;" in wording.recorded(OPEN, ["#a", "#b", "#c"])
    assert wording.NO_ROOM in wording.recorded(OPEN, [])
