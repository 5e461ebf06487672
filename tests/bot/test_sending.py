"""How long a delivery waits after each way a sending can end, and when it is given up."""

import math
from datetime import timedelta

import pytest

from bot.sending import CALL, LEASE, LONGEST_WAIT, given_up, wait
from core.deliveries import MOST_FAILURES, SETTLES, Failed, Gone, Lane, Owed, Scope, Sending, Sent, TryLater, Unsure
from core.patience import WHOLE
from tests.core.cases import OPEN

ROOM = Lane("blue", "B1", "room", private=False)


def owed(failures: int = 0) -> Owed:
    return Owed("card:1:room", ROOM, None, 1, failures, OPEN)


def seconds(outcome: Sending, failures: int = 0) -> float:
    return wait(owed(failures), outcome).total_seconds()


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("after", [1, 2.5, 60, 3599])
def test_l11_what_a_platform_asks_for_is_waited_to_the_second(scope: Scope, after: float) -> None:
    assert {seconds(TryLater("429", after, scope), failures) for failures in (0, 7)} == {after}


@pytest.mark.parametrize(("after", "held_to"), [(0, 1), (0.2, 1), (3601, 3600), (1e9, 3600), (math.inf, 3600)])
def test_nobody_can_ask_for_no_wait_at_all_nor_for_years(after: float, held_to: float) -> None:
    assert seconds(TryLater("429", after, Scope.LANE)) == held_to


def test_a_rate_limit_that_does_not_say_how_long_is_not_tried_again_at_once() -> None:
    assert all(4 <= seconds(TryLater("429", scope=Scope.LANE), failures) <= 8 for failures in range(3))
    assert all(256 <= seconds(TryLater("429", scope=Scope.LANE), 9) <= 512 for _ in range(3))


def test_failures_wait_longer_and_longer_and_a_doubt_at_least_until_it_can_be_looked_into() -> None:
    for failures in range(MOST_FAILURES):
        longest = min(600, 2**failures)
        assert longest / 2 <= seconds(TryLater("502"), failures) <= longest
        least = max(SETTLES.total_seconds(), longest / 2)
        assert least <= seconds(Unsure("lost"), failures) <= max(least, longest)


def test_what_is_given_up_is_said_with_its_reason_and_nothing_else_is() -> None:
    tired = owed(MOST_FAILURES - 1)
    assert given_up(owed(), Failed("is_archived")) == "is_archived"
    for outcome in (TryLater("502"), Unsure("lost"), Gone("gone")):
        assert (given_up(owed(), outcome), given_up(tired, outcome)) == ("", outcome.reason)
    for outcome in (Sent("copy"), TryLater("429", 60, Scope.LANE)):
        assert (given_up(owed(), outcome), given_up(tired, outcome)) == ("", "")


def test_a_call_ends_before_its_lease_does() -> None:
    assert CALL + 2 * timedelta(seconds=WHOLE) < LEASE < LONGEST_WAIT
