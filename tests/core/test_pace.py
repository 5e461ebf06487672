"""How often one person may escalate."""

from datetime import timedelta

from core.pace import BURST, Pace
from core.people import Identity
from tests.core.cases import NOON

JANE = Identity("north", "N1", "jane")


def test_a_burst_then_one_every_few_seconds() -> None:
    pace = Pace()
    assert [pace.allows(JANE, NOON) for _ in range(BURST + 1)] == [True] * BURST + [False]
    assert not pace.allows(JANE, NOON + timedelta(seconds=2))
    assert pace.allows(JANE, NOON + timedelta(seconds=4))


def test_one_person_does_not_slow_another() -> None:
    pace = Pace()
    for _ in range(BURST):
        pace.allows(JANE, NOON)
    assert pace.allows(Identity("north", "N1", "dana"), NOON)


def test_a_clock_that_steps_back_takes_nothing_away() -> None:
    pace = Pace()
    pace.allows(JANE, NOON)
    assert pace.allows(JANE, NOON - timedelta(hours=1))
