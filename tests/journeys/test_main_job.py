"""The main job as a play: a junior escalates in Slack, two seniors race for it on two platforms, one resolves it."""

import asyncio

import pytest

from tests.journeys.cast import DANA, JANE, SAM, StoppedClock
from tests.journeys.house import house
from tests.journeys.letters import picked_up, resolved, up
from tests.journeys.players import InSlack, InTeams, Player
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, alone, slack_chat

TITLE = "Escalation from Jane Novak · #12345: Outlook is failing to sync"


async def test_the_main_job(storage_url: str) -> None:
    clock = StoppedClock()
    async with house(storage_url, clock=clock) as here:
        jane, sam, dana = InSlack(here, JANE), InSlack(here, SAM), InTeams(here, DANA)

        receipt = await jane.escalates("Outlook is failing to sync #12345 !high", tried="Restarted it", customer="Acme")
        assert receipt.startswith(f"Recorded: {TITLE}.")
        assert receipt.endswith("shown in #escalations and the Teams channel; a link to the card follows.")
        for senior in (sam, dana):
            card = await senior.sees(TITLE, "Waiting to be picked up", "Acme", "Restarted it", "Pick Up")
            assert "Resolve" not in card

        clock.move(minutes=3)
        told = await asyncio.gather(sam.press("claimed"), dana.press("claimed"))
        winner, loser = (sam, dana) if told[0].startswith("It's yours") else (dana, sam)
        assert sorted(told) == [
            f"Already picked up by {winner.person.name}, just now.",
            "It's yours: you picked this up.",
        ]
        for senior in (sam, dana):
            card = await senior.sees(f"Picked up by {winner.person.name}, 3 min after the escalation", "Resolve")
            assert "Pick Up" not in card
        await here.settled()

        clock.move(minutes=2)
        assert await loser.press("released") == (
            f"{winner.person.name} picked this up, 2 min ago. Only they or an admin can do that."
        )

        clock.move(minutes=10)
        assert await winner.press("resolved", "Rebuilt the profile") == "You resolved this."
        for senior in (sam, dana):
            card = await senior.sees(f"Resolved by {winner.person.name}, 15 min after", "Rebuilt the profile")
            assert not any(button in card for button in ("Pick Up", "Release"))

        what = "#12345: Outlook is failing to sync"
        closed = f"{TITLE}. Resolved by {winner.person.name}."
        await here.ends_with(
            {
                SLACK_CARDS: [closed],
                TEAMS_CARDS: [closed],
                slack_chat("Jane"): [
                    up(what),
                    picked_up(winner.person.name, what),
                    resolved(winner.person.name, what, "Rebuilt the profile"),
                ],
                alone("Sam"): sam.private(),
            }
        )


@pytest.mark.parametrize("first", ["slack", "teams"])
async def test_whoever_comes_second_is_told_the_name_and_how_long_ago(sqlite_url: str, first: str) -> None:
    clock = StoppedClock()
    async with house(sqlite_url, clock=clock) as here:
        jane, sam, dana = InSlack(here, JANE), InSlack(here, SAM), InTeams(here, DANA)
        await jane.escalates("Printer on fire")
        winner: Player = sam if first == "slack" else dana
        loser: Player = dana if first == "slack" else sam
        finger = loser.aims("claimed")
        await winner.press("claimed")
        await here.settled()
        clock.move(minutes=2)
        assert await loser.lets_go(finger) == f"Already picked up by {winner.person.name}, 2 min ago."
        await loser.sees(f"Picked up by {winner.person.name}")
        card = f"Escalation from Jane Novak: Printer on fire. Picked up by {winner.person.name}."
        await here.ends_with(
            {
                SLACK_CARDS: [card],
                TEAMS_CARDS: [card],
                slack_chat("Jane"): [
                    up("Printer on fire"),
                    picked_up(winner.person.name, "Printer on fire"),
                ],
                alone("Sam"): sam.private(),
            }
        )
