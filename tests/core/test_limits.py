"""A limit is never exceeded, however greedily it is asked; and it is not stricter than it says."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.limits import Limit, take
from tests.core.cases import NOON

BRISK = Limit("posts", every=2.0, burst=3)


def passes(limit: Limit, pauses: list[float]) -> list[datetime]:
    """When calls pass if one is asked for after each of these pauses (in seconds), and none is asked for twice."""
    full_at, now, passed = None, NOON, []
    for pause in pauses:
        now += timedelta(seconds=pause)
        kept, wait = take(full_at, now, limit)
        if not wait:
            full_at = kept
            passed.append(now)
    return passed


def test_a_burst_goes_at_once_and_then_one_by_one() -> None:
    seconds = [(at - NOON).total_seconds() for at in passes(BRISK, [0.0] * 4 + [0.5] * 16)]
    assert seconds == [0, 0, 0, 2, 4, 6, 8]


def test_a_refused_call_is_told_how_long_to_wait() -> None:
    full_at = None
    for _ in range(3):
        full_at, wait = take(full_at, NOON, BRISK)
        assert not wait
    _, wait = take(full_at, NOON + timedelta(seconds=0.5), BRISK)
    assert wait == timedelta(seconds=1.5)
    assert not take(full_at, NOON + timedelta(seconds=2), BRISK)[1]


@given(
    st.lists(st.floats(0, 10), max_size=60),
    st.floats(0.05, 5),
    st.integers(1, 10),
    st.floats(0.1, 60),
)
def test_no_length_of_time_holds_more_than_it_may(pauses: list[float], every: float, burst: int, length: float) -> None:
    passed = passes(Limit("posts", every, burst), pauses)
    for first in passed:
        within = [at for at in passed if first <= at < first + timedelta(seconds=length)]
        assert len(within) <= burst + length / every + 1e-3


def test_a_clock_that_was_set_back_stops_nobody() -> None:
    full_at, _ = take(None, NOON, BRISK)
    kept, wait = take(full_at, NOON - timedelta(hours=1), BRISK)
    assert not wait
    assert kept == NOON - timedelta(hours=1) + timedelta(seconds=2)
