"""Who may pick up, release and resolve, and who may read, row by row."""

from dataclasses import replace

import pytest

from core.account_settings import AccountSettings
from core.claim_rules import Kind, judge, may_read
from core.handoff import Handoff, Verb
from core.people import Person, Standing
from core.use_cases.claim import CLAIM
from core.use_cases.release import RELEASE
from core.use_cases.resolve import RESOLVE
from tests.core.cases import ADMIN, CLAIMED, DANA, GUEST, JANE, OPEN, RESOLVED, SAM

ROWS = [
    (CLAIM, OPEN, DANA, Kind.DONE),
    (CLAIM, OPEN, ADMIN, Kind.DONE),
    (CLAIM, OPEN, JANE, Kind.OWN_HANDOFF),
    (CLAIM, OPEN, GUEST, Kind.NOT_ALLOWED),
    (CLAIM, CLAIMED, DANA, Kind.ALREADY_YOURS),
    (CLAIM, CLAIMED, SAM, Kind.ALREADY_CLAIMED),
    (CLAIM, CLAIMED, JANE, Kind.ALREADY_CLAIMED),
    (CLAIM, CLAIMED, GUEST, Kind.ALREADY_CLAIMED),
    (CLAIM, RESOLVED, SAM, Kind.CLOSED),
    (RELEASE, CLAIMED, DANA, Kind.DONE),
    (RELEASE, CLAIMED, ADMIN, Kind.DONE),
    (RELEASE, CLAIMED, SAM, Kind.NOT_YOURS),
    (RELEASE, CLAIMED, JANE, Kind.NOT_YOURS),
    (RELEASE, CLAIMED, GUEST, Kind.NOT_ALLOWED),
    (RELEASE, OPEN, DANA, Kind.NOT_CLAIMED),
    (RELEASE, RESOLVED, DANA, Kind.CLOSED),
    (RESOLVE, CLAIMED, DANA, Kind.DONE),
    (RESOLVE, CLAIMED, SAM, Kind.NOT_YOURS),
    (RESOLVE, OPEN, DANA, Kind.NOT_CLAIMED),
    (RESOLVE, RESOLVED, DANA, Kind.CLOSED),
]


@pytest.mark.parametrize(("verb", "handoff", "person", "kind"), ROWS)
def test_a_verdict(verb: Verb, handoff: Handoff, person: Person, kind: Kind) -> None:
    assert judge(verb, handoff, person).kind is kind


@pytest.mark.parametrize("handoff", [OPEN, CLAIMED, RESOLVED])
@pytest.mark.parametrize("verb", [CLAIM, RELEASE, RESOLVE])
def test_a5_who_is_no_active_person_is_told_so_whatever_they_press(verb: Verb, handoff: Handoff) -> None:
    for person in (DANA, ADMIN, GUEST):
        assert judge(verb, handoff, person, Standing.DEACTIVATED).kind is Kind.DEACTIVATED
        assert judge(verb, handoff, person, Standing.BOT).kind is Kind.BOT


AIMED = replace(RESOLVED, target=SAM)


@pytest.mark.parametrize(
    ("handoff", "person", "held", "strict", "wide"),
    [
        (OPEN, GUEST, False, True, True),
        (CLAIMED, GUEST, False, True, True),
        (RESOLVED, GUEST, False, False, False),
        (RESOLVED, SAM, False, False, True),
        (RESOLVED, SAM, True, True, True),
        (RESOLVED, GUEST, True, True, True),
        (AIMED, SAM, False, True, True),
        (RESOLVED, JANE, False, True, True),
        (RESOLVED, ADMIN, False, True, True),
    ],
)
def test_who_may_read(handoff: Handoff, person: Person, held: bool, strict: bool, wide: bool) -> None:
    assert may_read(handoff, person, AccountSettings(), held) is strict
    assert may_read(handoff, person, AccountSettings(engineers_read_all=True), held) is wide


def test_the_loser_is_told_who_and_when() -> None:
    verdict = judge(CLAIM, CLAIMED, SAM)
    assert (verdict.by, verdict.at) == (DANA, CLAIMED.claimed_at)


def test_a_closed_one_names_who_closed_it() -> None:
    verdict = judge(CLAIM, RESOLVED, SAM)
    assert (verdict.by, verdict.at) == (DANA, RESOLVED.resolved_at)
