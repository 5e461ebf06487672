"""Our limits beside Slack's: what ours let through, Slack takes, also when the network bunches calls together."""

import heapq
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.slack.limits import PACE
from bot.playground.slack_stand_in import PUBLISHED, Pace
from bot.playground.slack_stand_in.pace import PaceKeeper
from core.limits import Act, Limit, take

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
METHODS = {Act.POST: "chat.postMessage", Act.TELL: "chat.postMessage", Act.CORRECT: "chat.update"}
Limits = Mapping[Act, tuple[Limit, ...]]


def at_full_pace(limits: Limits, lanes: int, roll: random.Random) -> list[tuple[datetime, str, str]]:
    """Ten minutes of calls as they reach Slack, up to a second late: when, which method, and to which lane.

    Every lane always has something to send, one call at a time, as soon as the limits let it.
    """
    full: dict[tuple[str, str], datetime] = {}
    waiting = [(NOON, f"C{number}") for number in range(lanes)]
    arrivals = []
    while waiting:
        now, lane = heapq.heappop(waiting)
        if now - NOON > timedelta(minutes=10):
            continue
        act = roll.choice(list(Act))
        kept = {(limit.name, "" if limit.shared else lane): limit for limit in limits[act]}
        asked = {place: take(full.get(place), now, limit) for place, limit in kept.items()}
        if wait := max(wait for _, wait in asked.values()):
            heapq.heappush(waiting, (now + wait, lane))
            continue
        full |= {place: full_at for place, (full_at, _) in asked.items()}
        arrived = now + timedelta(seconds=roll.random())
        arrivals.append((arrived, METHODS[act], lane))
        heapq.heappush(waiting, (arrived, lane))
    return sorted(arrivals)


def refused(arrivals: list[tuple[datetime, str, str]], pace: Pace) -> int:
    """How many of the calls Slack answers with 429."""
    times = iter([at for at, _, _ in arrivals])
    keeper = PaceKeeper(pace, lambda: next(times))
    return sum(keeper.wait(method, lane) > 0 for _, method, lane in arrivals)


@pytest.mark.parametrize("lanes", [1, 4, 16])
@pytest.mark.parametrize("seed", range(5))
def test_at_full_pace_nothing_is_refused(lanes: int, seed: int) -> None:
    arrivals = at_full_pace(PACE, lanes, random.Random(seed))
    assert len(arrivals) > 600 and refused(arrivals, PUBLISHED) == 0


@pytest.mark.parametrize(("lanes", "act"), [(1, Act.POST), (16, Act.POST), (16, Act.CORRECT)])
def test_slack_refuses_what_goes_half_as_fast_again(lanes: int, act: Act) -> None:
    hasty = tuple(replace(limit, every=limit.every / 1.5) for limit in PACE[act])
    arrivals = at_full_pace(dict.fromkeys(Act, hasty), lanes, random.Random(1))
    assert refused([(at, METHODS[act], lane) for at, _, lane in arrivals], PUBLISHED) > 0


def test_no_minute_holds_more_corrections_than_tier_3() -> None:
    [limit] = PACE[Act.CORRECT]
    assert limit.shared and limit.burst + 60 / limit.every <= 50


def test_whatever_is_posted_counts_together() -> None:
    assert PACE[Act.POST] == PACE[Act.TELL]
