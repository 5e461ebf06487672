"""L1-L4, L6: the process ends, or an answer is lost, at the worst moment; what is owed comes true all the same."""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.playground.faults import DropAfterTaking, Hang
from bot.sending import LEASE
from tests.journeys.cast import DANA, JANE, SAM, TOM, StoppedClock
from tests.journeys.house import PATIENCE, Baton, House, house
from tests.journeys.letters import picked_up, released, up
from tests.journeys.players import InSlack, InTeams
from tests.journeys.processes import Served, serving
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, alone, slack_chat
from tests.storage.rows import count

PROBLEM = "Mail is down"
TITLE = f"Escalation from Jane Novak: {PROBLEM}. "
WAITING, BY_SAM = f"{TITLE}Normal priority, waiting to be picked up.", f"{TITLE}Picked up by Sam Okafor."
YOURS = "It's yours: you picked this up."
SILENCE = ["slack chat.postMessage: silence", "teams create: silence"]


@asynccontextmanager
async def processes(url: str, folder: Path) -> AsyncIterator[tuple[House, Served]]:
    """A house whose Baton is a process of its own, to be killed; nothing has ended when the play says how it ends."""
    here = House(url)
    await here.open_the_platforms()
    try:
        async with serving(folder, here.environment()) as served:
            here.face(served.url)
            yield here, served
    finally:
        await here.stop()


async def killed(here: House, served: Served, folder: Path) -> None:
    """Kill it without a word, start another in its place, and let that do what is owed."""
    await served.stop(signal.SIGKILL)
    async with serving(folder, here.environment()) as again:
        here.batons.clear()
        here.face(again.url)
        await here.settled()
        assert await again.stop() == 0
        assert [line for line in again.log if "ERROR" in line or "Traceback" in line] == []


def both_hang(here: House, *, taken: bool, slack: str = "chat.postMessage", teams: str = "create") -> None:
    """The next call to each platform is taken, or not, and never answered."""
    here.slack.faults(slack, [Hang(taken=taken)])
    here.teams.faults(teams, [Hang(taken=taken)])


async def both_begun(here: House) -> None:
    """Wait until both of these calls are under way."""
    for platform in (here.slack, here.teams):
        await platform.wait_until(lambda platform=platform: platform.faults_left == 0, PATIENCE)


async def test_l1_a_kill_before_any_post_loses_none_and_posts_once(sqlite_url: str, tmp_path: Path) -> None:
    async with processes(sqlite_url, tmp_path) as (here, served):
        both_hang(here, taken=False)
        jane = InSlack(here, JANE)
        assert "Recorded" in (await jane.types(f"now {PROBLEM}")).text
        await both_begun(here)
        await killed(here, served, tmp_path)
        told = {alone("Jane"): jane.private()}
        await here.ends_with(
            {SLACK_CARDS: [WAITING], TEAMS_CARDS: [WAITING], slack_chat("Jane"): [up(PROBLEM)], **told},
            failed=SILENCE,
        )


async def test_l2_a_kill_after_the_platforms_took_it_doubles_nothing_in_slack_and_one_in_teams(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with processes(sqlite_url, tmp_path) as (here, served):
        both_hang(here, taken=True)
        jane, tom = InSlack(here, JANE), InTeams(here, TOM)
        assert "Recorded" in (await jane.types(f"now {PROBLEM}")).text
        await both_begun(here)
        await killed(here, served, tmp_path)
        [lost, known] = here.teams.cards_by("handoff", known_room(here))[handoff_of(here)]
        async with serving(tmp_path, here.environment()) as again:
            here.batons.clear()
            here.face(again.url)
            # The copy that nobody knows of: its button works, and is answered with the card as it stands.
            assert await tom.press("claimed", card=lost) == YOURS
            await here.settled()
            assert (await tom.press("released", card=known)).startswith("You released this.")
            await here.settled()
            assert await again.stop() == 0
        letters = [up(PROBLEM), picked_up("Tom Berg", PROBLEM), released(PROBLEM)]
        told = {alone("Jane"): jane.private(), slack_chat("Jane"): letters}
        await here.ends_with({SLACK_CARDS: [WAITING], TEAMS_CARDS: [WAITING, WAITING], **told}, failed=SILENCE)


def known_room(here: House) -> str:
    """The one channel in Teams."""
    return next(iter(here.teams.directory.channels))


def handoff_of(here: House) -> str:
    """The one handoff, as the buttons name it."""
    [handoff] = here.teams.cards_by("handoff", known_room(here))
    return handoff


@pytest.mark.parametrize("taken", [False, True], ids=["before the platforms took it", "after"])
async def test_l3_a_kill_between_a_claim_and_its_updates_leaves_every_copy_true(
    sqlite_url: str, tmp_path: Path, taken: bool
) -> None:
    async with processes(sqlite_url, tmp_path) as (here, served):
        jane, sam = InSlack(here, JANE), InSlack(here, SAM)
        await jane.escalates(PROBLEM)
        both_hang(here, taken=taken, slack="chat.update", teams="update")
        assert await sam.press("claimed") == YOURS
        await both_begun(here)
        await killed(here, served, tmp_path)
        assert await count(sqlite_url, "events WHERE name = 'claimed'", "default") == 1
        letters = [up(PROBLEM), picked_up("Sam Okafor", PROBLEM)]
        await here.ends_with(
            {
                SLACK_CARDS: [BY_SAM],
                TEAMS_CARDS: [BY_SAM],
                slack_chat("Jane"): letters,
                alone("Sam"): sam.private(),
            },
            failed=["slack chat.update: silence", "teams update: silence"],
        )


async def test_l4_what_one_of_three_replicas_held_when_it_died_is_finished_by_the_others(postgres_url: str) -> None:
    clock = StoppedClock()
    async with house(postgres_url, clock=clock) as here:
        jane = InSlack(here, JANE)
        await here.start_baton()
        await here.start_baton()
        here.slack.faults("chat.postMessage", [Hang(taken=True)])
        here.teams.faults("create", [Hang()])
        assert "Recorded" in (await jane.types(f"now {PROBLEM}")).text
        await both_begun(here)
        dying: list[Baton] = [baton for baton in here.batons if baton.running and baton.running.worker._tasks]
        others = [baton for baton in here.batons if baton not in dying]
        for baton in dying:
            await here.kill_baton(baton)
        if not others:
            # They had one lane each.
            await here.start_baton()
        posted, began = len(here.slack.calls), clock.now()
        assert LEASE.total_seconds() <= (await here.time_passes()).total_seconds() < 2 * LEASE.total_seconds()
        late = [call for call in here.slack.calls[posted:] if call.method == "chat.postMessage"]
        assert all((call.at - began) >= LEASE for call in late)
        told = {alone("Jane"): jane.private()}
        await here.ends_with(
            {SLACK_CARDS: [WAITING], TEAMS_CARDS: [WAITING], slack_chat("Jane"): [up(PROBLEM)], **told},
            failed=SILENCE,
        )


async def test_l6_a_post_whose_connection_drops_is_looked_for_in_slack_and_made_again_in_teams(
    storage_url: str,
) -> None:
    clock = StoppedClock()
    async with house(storage_url, clock=clock) as here:
        jane, sam, dana = InSlack(here, JANE), InSlack(here, SAM), InTeams(here, DANA)
        here.slack.faults("chat.postMessage", [DropAfterTaking()])
        here.teams.faults("create", [DropAfterTaking()])
        await jane.types(f"now {PROBLEM}")
        await here.settled()
        looks = [call.method for call in here.slack.calls if call.method == "conversations.history"]
        assert len(looks) == 1
        lost, known = here.teams.cards_by("handoff", known_room(here))[handoff_of(here)]
        assert await dana.press("claimed", card=lost) == YOURS
        await here.settled()
        assert (await dana.press("released", card=known)).startswith("You released this.")
        await here.settled()
        assert await sam.press("claimed") == YOURS
        await here.settled()
        private = {alone("Jane"): jane.private(), alone("Sam"): sam.private()}
        in_teams = [message.activity["summary"] for message in (lost, known)]
        # The copy that nobody knows of stays as it was until somebody presses on it.
        assert in_teams == [WAITING, BY_SAM]
        await here.ends_with(
            {
                SLACK_CARDS: [BY_SAM],
                TEAMS_CARDS: in_teams,
                slack_chat("Jane"): [message.text for message in jane.letters()],
                **private,
            },
            failed=["slack chat.postMessage: dropped after it was taken", "teams create: dropped after it was taken"],
        )
