"""Gestures that arrive more than once, or twice at once: M1, M2, M5, M6 and M16."""

import asyncio
import time

import pytest

from bot.playground.slack_stand_in.outcome import Reply
from bot.playground.teams_stand_in import TeamsClient
from bot.playground.teams_stand_in.outcome import seen_of
from tests.journeys.breaking import held_lock
from tests.journeys.cast import DANA, JANE, SAM, TOM, StoppedClock
from tests.journeys.house import PATIENCE, Baton, House, house
from tests.journeys.letters import picked_up, released, up
from tests.journeys.players import InSlack, InTeams, said
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, alone, slack_chat, words_of
from tests.storage.rows import count

TITLE = "Escalation from Jane Novak: Mail is down. "
WAITING, BY_SAM = f"{TITLE}Normal priority, waiting to be picked up.", f"{TITLE}Picked up by Sam Okafor."
AGAIN_WAITING = released("Mail is down")
UP = up("Mail is down")


def receipt(reply: Reply) -> str:
    """What a form or a command was answered with, in words."""
    return words_of(reply.body["view"]["blocks"] if "view" in reply.body else reply.body["blocks"])


# Where a gesture comes again: at the same Baton, at its successor, or at another replica.
AGAIN = [("sqlite", "same"), ("sqlite", "successor"), ("postgres", "same"), ("postgres", "successor")]
AGAIN.append(("postgres", "replica"))


@pytest.fixture(params=AGAIN, ids="-".join)
def again(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A database's address, and where the gesture comes again."""
    database, where = request.param
    return request.getfixturevalue(f"{database}_url"), where


async def there(here: House, where: str) -> Baton:
    """The Baton at which the gesture comes again."""
    if where == "same":
        return here.baton
    if where == "successor":
        await here.stop_baton()
    return await here.start_baton()


@pytest.mark.parametrize("way", ["form", "command"])
async def test_m1_one_escalation_delivered_three_times_is_one_handoff(again: tuple[str, str], way: str) -> None:
    url, where = again
    async with house(url) as here:
        jane = InSlack(here, JANE)
        if way == "form":
            first = (await jane.sends(await jane.opens_form("Mail is down"))).body
        else:
            first = (await jane.types("now Mail is down")).body
        captured = jane.client.last
        baton = await there(here, where)
        assert [(await baton.slack.resend(captured)).body for _ in range(2)] == [first, first]
        told = {} if way == "form" else {alone("Jane"): jane.private()}
        await here.ends_with({SLACK_CARDS: [WAITING], TEAMS_CARDS: [WAITING], slack_chat("Jane"): [UP], **told})


async def test_m1_also_when_it_is_delivered_to_three_replicas_at_once(postgres_url: str) -> None:
    async with house(postgres_url) as here:
        jane = InSlack(here, JANE)
        replicas = [here.baton, await here.start_baton(), await here.start_baton()]
        form = await jane.opens_form("Mail is down")
        payload = jane.client.submit_payload(JANE.slack, form.id)
        replies = await asyncio.gather(*(replica.slack.deliver("interactive", payload) for replica in replicas))
        assert len({receipt(reply) for reply in replies}) == 1
        assert receipt(replies[0]).startswith("Recorded: Escalation from Jane Novak: Mail is down.")
        await here.ends_with({SLACK_CARDS: [WAITING], TEAMS_CARDS: [WAITING], slack_chat("Jane"): [UP]})


async def test_m2_a_double_click_and_a_click_on_each_platform_are_one_claim(storage_url: str) -> None:
    async with house(storage_url) as here:
        jane, dana_in_slack, dana_in_teams = InSlack(here, JANE), InSlack(here, DANA), InTeams(here, DANA)
        await jane.escalates("Mail is down")
        twice = [dana_in_teams.aims("claimed"), dana_in_teams.aims("claimed")]
        fingers = [dana_in_teams.lets_go(finger) for finger in twice]
        told = await asyncio.gather(dana_in_slack.lets_go(dana_in_slack.aims("claimed")), *fingers)
        assert sorted(told)[0].startswith("It's already yours: you picked this up")
        assert sorted(told)[2] == "It's yours: you picked this up."
        assert await count(here.database_url, "events WHERE name IN ('claimed', 'claim_lost')", "default") == 1
        assert await count(here.database_url, "people WHERE name = 'Dana Ruiz'", "default") == 1
        by_dana = f"{TITLE}Picked up by Dana Ruiz."
        await here.ends_with(
            {
                SLACK_CARDS: [by_dana],
                TEAMS_CARDS: [by_dana],
                slack_chat("Jane"): [UP, picked_up("Dana Ruiz", "Mail is down")],
                alone("Dana"): [told[0]],
            }
        )


async def test_m5_what_slack_sends_again_with_a_retry_number_is_done_once(again: tuple[str, str]) -> None:
    url, where = again
    async with house(url) as here:
        jane = InSlack(here, JANE)
        first = await jane.types("now Mail is down")
        captured = jane.client.last
        assert captured is not None
        captured.headers.update({"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"})
        baton = await there(here, where)
        answered = await baton.slack.resend(captured)
        assert (answered.status, answered.body) == (200, first.body)
        mention = {"type": "app_mention", "user": JANE.slack, "text": "hello", "ts": "1.1", "channel": "C0ESCALATE"}
        replies = [await baton.slack.event(mention, event_id="Ev1", retry=retry) for retry in range(3)]
        assert [reply.status for reply in replies] == [200, 200, 200]
        told = {alone("Jane"): jane.private()}
        await here.ends_with({SLACK_CARDS: [WAITING], TEAMS_CARDS: [WAITING], slack_chat("Jane"): [UP], **told})


async def test_m6_an_invoke_that_teams_sends_again_after_a_slow_answer_is_done_once(storage_url: str) -> None:
    async with house(storage_url) as here:
        jane, tom = InSlack(here, JANE), InTeams(here, TOM)
        await jane.escalates("Mail is down")
        async with (
            held_lock(storage_url) as lock,
            TeamsClient(here.teams, here.baton.url, patience=0.3) as hasty,
        ):
            request = hasty.signed(tom.aims("claimed"))
            assert (await hasty.send(request)).error == "timeout"
            again = asyncio.create_task(here.baton.teams.send(request))
            await lock.let_go()
            assert said(seen_of(await again)) == "It's yours: you picked this up."
        assert await count(here.database_url, "events WHERE name = 'claimed'", "default") == 1
        by_tom = f"{TITLE}Picked up by Tom Berg."
        messages = {
            SLACK_CARDS: [by_tom],
            TEAMS_CARDS: [by_tom],
            slack_chat("Jane"): [UP, picked_up("Tom Berg", "Mail is down")],
        }
        await here.ends_with(messages)


async def test_m6_also_when_the_process_that_did_it_is_not_the_one_that_is_asked_again(again: tuple[str, str]) -> None:
    url, where = again
    async with house(url) as here:
        tom = InTeams(here, TOM)
        await InSlack(here, JANE).escalates("Mail is down")
        request = tom.client.signed(tom.aims("claimed"))
        first = await tom.client.send(request)
        await here.settled()
        baton = await there(here, where)
        repeated = await baton.teams.send(request)
        assert said(seen_of(repeated)) == said(seen_of(first)) == "It's yours: you picked this up."
        assert repeated.body == first.body
        assert await count(here.database_url, "events WHERE name = 'claimed'", "default") == 1
        by_tom = f"{TITLE}Picked up by Tom Berg."
        letters = {slack_chat("Jane"): [UP, picked_up("Tom Berg", "Mail is down")]}
        await here.ends_with({SLACK_CARDS: [by_tom], TEAMS_CARDS: [by_tom], **letters})


async def test_m16_a_replayed_escalation_is_not_acted_on_twice(storage_url: str) -> None:
    clock = StoppedClock()
    async with house(storage_url, clock=clock) as here:
        jane = InSlack(here, JANE)
        payload = jane.client.command_payload(JANE.slack, "/escalate", "now Mail is down", "C0ESCALATE")
        # Slack's signatures are good for five minutes by the machine's own clock: this one was made four minutes ago.
        captured = jane.client.signed("slash_commands", payload, timestamp=int(time.time()) - 240)
        first = await jane.client.send(captured)
        await here.settled()
        clock.move(seconds=1)
        assert (await jane.client.resend(captured)).body == first.body
        clock.move(minutes=4)
        assert (await jane.client.resend(captured)).body == first.body
        await here.ends_with({SLACK_CARDS: [WAITING], TEAMS_CARDS: [WAITING], slack_chat("Jane"): [UP]})


@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_m16_a_replayed_click_is_not_acted_on_twice_also_after_a_release(storage_url: str, platform: str) -> None:
    clock = StoppedClock()
    async with house(storage_url, clock=clock) as here:
        jane = InSlack(here, JANE)
        senior = InSlack(here, SAM) if platform == "slack" else InTeams(here, TOM)
        await jane.escalates("Mail is down")
        finger = senior.aims("claimed")
        assert await senior.lets_go(finger) == "It's yours: you picked this up."
        captured = senior.client.last
        await here.settled()
        clock.move(seconds=1)
        assert (await senior.client.resend(captured)).status == 200  # type: ignore[arg-type] # of its own platform
        await here.settled()
        if platform == "slack":
            await here.slack.wait_until(lambda: len(InSlack(here, SAM).private()) == 2, PATIENCE)
        assert await senior.press("released") == "You released this. It is waiting to be picked up again."
        await here.settled()
        clock.move(minutes=4)
        told_before = len(InSlack(here, SAM).private())
        assert (await senior.client.resend(captured)).status == 200  # type: ignore[arg-type] # the same
        if platform == "slack":
            await here.slack.wait_until(lambda: len(InSlack(here, SAM).private()) > told_before, PATIENCE)
        assert await count(here.database_url, "events WHERE name = 'claimed'", "default") == 1
        letters = [
            UP,
            picked_up(senior.person.name, "Mail is down"),
            released("Mail is down"),
        ]
        private = {alone("Sam"): InSlack(here, SAM).private()} if platform == "slack" else {}
        await here.ends_with({SLACK_CARDS: [WAITING], TEAMS_CARDS: [WAITING], slack_chat("Jane"): letters, **private})


async def test_m16_a_click_replayed_after_a_release_is_acted_on_nowhere(again: tuple[str, str]) -> None:
    url, where = again
    async with house(url) as here:
        sam = InSlack(here, SAM)
        await InSlack(here, JANE).escalates("Mail is down")
        await sam.press("claimed")
        captured = sam.client.last
        await here.settled()
        await sam.press("released")
        await here.settled()
        before = len(sam.private())
        baton = await there(here, where)
        assert (await baton.slack.resend(captured)).status == 200
        await here.slack.wait_until(lambda: len(sam.private()) > before, PATIENCE)
        assert sam.private()[-1] == "It's yours: you picked this up."
        letters = [UP, picked_up("Sam Okafor", "Mail is down"), AGAIN_WAITING]
        await here.ends_with(
            {
                SLACK_CARDS: [WAITING],
                TEAMS_CARDS: [WAITING],
                slack_chat("Jane"): letters,
                alone("Sam"): sam.private(),
            }
        )
