"""Every copy comes true: late updates, stale copies, old buttons, old clients, and a handoff that changes hands."""

import asyncio
import re
from typing import Any

import pytest

from bot.playground.faults import Hang
from tests.journeys.cast import DANA, JANE, SAM, TOM, StoppedClock
from tests.journeys.house import PATIENCE, house
from tests.journeys.letters import picked_up, released, resolved, up
from tests.journeys.players import InSlack, InTeams, Player
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, alone, slack_chat, teams_chat

PROBLEM = "Mail is down"
TITLE = f"Escalation from Jane Novak: {PROBLEM}. "
UP = up(PROBLEM)
AGAIN = released(PROBLEM)
YOURS = "It's yours: you picked this up."


async def test_released_and_claimed_by_another_on_the_other_platform(storage_url: str) -> None:
    async with house(storage_url) as here:
        sam, tom = InSlack(here, SAM), InTeams(here, TOM)
        await InSlack(here, JANE).escalates(PROBLEM)
        assert await sam.press("claimed") == YOURS
        await here.settled()
        assert await tom.press("released") == "Sam Okafor picked this up, just now. Only they or an admin can do that."
        assert (await sam.press("released")).startswith("You released this.")
        await here.settled()
        assert await tom.press("claimed") == YOURS
        await here.settled()
        assert await tom.press("resolved", "Rebuilt it") == "You resolved this."
        await here.settled()
        closed = f"{TITLE}Resolved by Tom Berg."
        letters = [UP, picked_up("Sam Okafor", PROBLEM), AGAIN, picked_up("Tom Berg", PROBLEM)]
        letters.append(resolved("Tom Berg", PROBLEM, "Rebuilt it"))
        await here.ends_with(
            {
                SLACK_CARDS: [closed],
                TEAMS_CARDS: [closed],
                slack_chat("Jane"): letters,
                alone("Sam"): sam.private(),
            }
        )


@pytest.mark.parametrize("late", ["slack", "teams"])
async def test_m4_a_late_update_never_puts_an_older_state_over_a_newer(storage_url: str, late: str) -> None:
    async with house(storage_url) as here:
        sam, tom = InSlack(here, SAM), InTeams(here, TOM)
        await InSlack(here, JANE).escalates(PROBLEM)
        arrives = asyncio.Event()
        stand_in, route = (here.slack, "chat.update") if late == "slack" else (here.teams, "update")
        stand_in.faults(route, [Hang(arrives)])
        # One whose card keeps up makes every gesture; the other's fingers are where the buttons will be.
        first: Player = tom if late == "slack" else sam
        second: Player = sam if late == "slack" else tom
        finger = second.aims("claimed")
        assert await first.press("claimed") == YOURS
        await stand_in.wait_until(lambda: stand_in.faults_left == 0, PATIENCE)
        await first.sees("Picked up by")
        assert (await first.press("released")).startswith("You released this.")
        assert await second.lets_go(finger) == YOURS
        arrives.set()
        await here.settled()
        for player in (sam, tom):
            await player.sees(f"Picked up by {second.person.name}")
        drawn = [int(version) for version in re.findall(r"'title\.(\d+)'", str(sam.card().history))]
        assert drawn == sorted(drawn)
        edits = [max(map(int, re.findall(r"'version': (\d+)", str(edit)))) for edit in tom.card().edits]
        assert edits == sorted(edits)
        by_second = f"{TITLE}Picked up by {second.person.name}."
        letters = [message.text for message in InSlack(here, JANE).letters()]
        assert letters[0] == UP and letters[-1] == picked_up(second.person.name, PROBLEM)
        await here.ends_with(
            {
                SLACK_CARDS: [by_second],
                TEAMS_CARDS: [by_second],
                slack_chat("Jane"): letters,
                alone("Sam"): sam.private(),
            }
        )


@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_a_copy_that_turns_out_to_be_stale_is_drawn_anew(storage_url: str, platform: str) -> None:
    clock = StoppedClock()
    async with house(storage_url, clock=clock) as here:
        sam, tom = InSlack(here, SAM), InTeams(here, TOM)
        await InSlack(here, JANE).escalates(PROBLEM)
        winner: Player = tom if platform == "slack" else sam
        loser: Player = sam if platform == "slack" else tom
        finger = loser.aims("claimed")
        await winner.press("claimed")
        await here.settled()

        def edits() -> int:
            return len(sam.card().history) if platform == "slack" else len(tom.card().edits)

        assert edits() == 1
        # A click on what was just drawn anew would not count: the new drawing may be on its way to whoever clicks.
        clock.move(seconds=10)
        assert (await loser.lets_go(finger)).startswith(f"Already picked up by {winner.person.name}")
        await here.settled()
        assert edits() == 2
        by_winner = f"{TITLE}Picked up by {winner.person.name}."
        await here.ends_with(
            {
                SLACK_CARDS: [by_winner],
                TEAMS_CARDS: [by_winner],
                slack_chat("Jane"): [UP, picked_up(winner.person.name, PROBLEM)],
                alone("Sam"): sam.private(),
            }
        )


async def test_an_old_button_on_a_closed_handoff_gets_a_sentence(storage_url: str) -> None:
    async with house(storage_url) as here:
        sam, tom, dana = InSlack(here, SAM), InTeams(here, TOM), InSlack(here, DANA)
        await InSlack(here, JANE).escalates(PROBLEM)
        fingers: list[tuple[Player, Any]] = [(tom, tom.aims("claimed")), (dana, dana.aims("claimed"))]
        await sam.press("claimed")
        await here.settled()
        await sam.press("resolved", "Done")
        await here.settled()
        for player, finger in fingers:
            assert (await player.lets_go(finger)).startswith("Already resolved by Sam Okafor, ")
        closed = f"{TITLE}Resolved by Sam Okafor."
        told = resolved("Sam Okafor", PROBLEM, "Done")
        await here.ends_with(
            {
                SLACK_CARDS: [closed],
                TEAMS_CARDS: [closed],
                slack_chat("Jane"): [UP, picked_up("Sam Okafor", PROBLEM), told],
                alone("Sam"): sam.private(),
                alone("Dana"): dana.private(),
            }
        )


async def test_an_old_teams_client_that_knows_submit_alone_can_pick_up(storage_url: str) -> None:
    async with house(storage_url) as here:
        dana, tom = InTeams(here, DANA), InTeams(here, TOM)
        await InSlack(here, JANE).escalates(PROBLEM)
        card = tom.card()
        pressed = await tom.client.submit(TOM.teams, card.conversation, card.id, "baton.claimed")
        assert pressed.status == 200
        await here.teams.wait_until(lambda: tom.letters(), PATIENCE)
        await dana.sees("Picked up by Tom Berg")
        by_tom = f"{TITLE}Picked up by Tom Berg."
        await here.ends_with(
            {
                SLACK_CARDS: [by_tom],
                TEAMS_CARDS: [by_tom],
                slack_chat("Jane"): [UP, picked_up("Tom Berg", PROBLEM)],
                teams_chat("Tom"): [f"{YOURS}\nEscalation from Jane Novak: {PROBLEM}"],
            }
        )
