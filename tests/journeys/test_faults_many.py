"""L15 and L16: an hour without Slack, and five hundred escalations in a minute; all comes true, without a storm."""

import re
from datetime import datetime, timedelta
from typing import Any

from bot.playground.faults import Ok, Status
from bot.playground.slack_stand_in import Call as SlackCall
from core.handoff import Priority
from tests.journeys.cast import EVERYBODY, JANE, TOM, StoppedClock, crowd
from tests.journeys.house import house
from tests.journeys.players import InSlack, InTeams
from tests.journeys.sides import sides
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, failed_calls, transcript

MINUTE = timedelta(minutes=1)


def most_in_a_minute(calls: list[Any]) -> int:
    """The greatest number of calls in any minute."""
    times = [call.at for call in calls]
    return max(sum(at <= other < at + MINUTE for other in times) for at in times)


async def test_l15_an_hour_without_slack_delays_slack_alone_and_ends_without_a_storm(
    sqlite_url: str, brisk: None
) -> None:
    clock = StoppedClock()
    async with house(sqlite_url, clock=clock) as here:
        jane, tom = InSlack(here, JANE), InTeams(here, TOM)
        teams = sides(here)["teams"]
        await jane.types("now Before")
        await here.settled()
        assert (await tom.press("claimed")).startswith("It's yours")
        here.slack.outage = Status(503)
        for number in range(30):
            assert "Recorded" in (await jane.types(f"now Problem {number:02}")).text
            await here.time_passes(minutes=2)
            card = await tom.sees(f"Problem {number:02}")
            assert "Waiting to be picked up" in card
            if number % 2:
                assert (await tom.press("claimed")).startswith("It's yours")
        during = [call for call in here.slack.calls if call.answered == "status 503"]
        here.slack.outage, back = Ok(), clock.now()
        assert len(teams.posted_at()) == 31
        # Nobody waits longer than the longest back-off, and what the limits add to it.
        assert await here.time_passes() < timedelta(minutes=15)
        after = [call for call in here.slack.calls if call.at >= back]
        assert most_in_a_minute(during) < 60 and most_in_a_minute(after) < 170
        messages = transcript(here.slack, here.teams)
        assert sorted(messages[SLACK_CARDS]) == sorted(messages[TEAMS_CARDS])
        assert len(messages[SLACK_CARDS]) == 31
        failed = failed_calls(here.slack, here.teams)
        assert all(call.endswith(": status 503") for call in failed)
        await here.ends_with(messages, failed=failed)


SIZE = 500
MARKS = {Priority.LOW: "!low", Priority.NORMAL: "", Priority.HIGH: "!high", Priority.CRITICAL: "!critical"}


def priority_of(number: int) -> Priority:
    """Mostly normal ones."""
    return {0: Priority.CRITICAL, 1: Priority.HIGH, 2: Priority.HIGH, 3: Priority.LOW}.get(number % 20, Priority.NORMAL)


async def test_l16_five_hundred_escalations_in_a_minute_go_by_urgency_and_break_no_limit(
    storage_url: str, brisk: None
) -> None:
    clock, seniors = StoppedClock(), crowd(60)
    async with house(storage_url, clock=clock, people=[*EVERYBODY, *seniors], crowded=True) as here:
        juniors, tom = [InSlack(here, person) for person in seniors if person.slack], InTeams(here, TOM)
        recorded: list[datetime] = []
        for number in range(SIZE):
            text = f"now Problem {number:03} {MARKS[priority_of(number)]}"
            assert "Recorded" in (await juniors[number % len(juniors)].types(text)).text
            recorded.append(clock.now())
            if number % 5 == 4:
                await here.time_passes(seconds=60 * 5 / SIZE)
        claimed = tom.card()
        assert (await tom.press("claimed", card=claimed)).startswith("It's yours")
        took = await here.time_passes()
        # One a second into one channel is all that Slack takes, and no second is wasted.
        assert timedelta(seconds=SIZE - 70) < took < timedelta(seconds=SIZE - 50)
        for side in sides(here).values():
            posted = {number_of(call): call.at for call in side.calls(side.post)}
            assert len(posted) == len(side.posted_at()) == SIZE
            assert overtaken(recorded, posted) == []
        messages = transcript(here.slack, here.teams)
        for place in (SLACK_CARDS, TEAMS_CARDS):
            assert sum(card.endswith("waiting to be picked up.") for card in messages[place]) == SIZE - 1
            assert sum(card.endswith("Picked up by Tom Berg.") for card in messages[place]) == 1
        # Not one call was too much for either platform.
        await here.ends_with(messages)


def number_of(call: Any) -> int:
    """Which of the five hundred a call is about."""
    found = re.search(r"Problem (\d{3})", str(call.args if isinstance(call, SlackCall) else call.body))
    assert found is not None
    return int(found[1])


def overtaken(recorded: list[datetime], posted: dict[int, datetime]) -> list[tuple[int, int]]:
    """Pairs of which the first was posted while the second, more urgent, had been waiting for longer than a moment."""
    return [
        (one, other)
        for one, at in posted.items()
        for other, then in posted.items()
        if priority_of(other) > priority_of(one) and recorded[other] < at < then
    ]
