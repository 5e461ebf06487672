"""L11, L12, L14 and L23: a platform limits, fails, forgets or hangs; the other goes on, and nothing is lost."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from bot.playground.faults import Fault, Hang, Ok, RateLimited, SlowBytes, Status, WrongJson
from bot.slack_platform import SlackPlatform
from tests.journeys.cast import JANE, SAM, TOM, StoppedClock
from tests.journeys.house import House, house
from tests.journeys.letters import picked_up, released, resolved, up
from tests.journeys.players import InSlack, InTeams, Player
from tests.journeys.sides import side_and_other
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, failed_calls, slack_chat, transcript
from tests.storage.rows import rows

PROBLEM = "Mail is down"
TITLE = f"Escalation from Jane Novak: {PROBLEM}. "
WAITING = f"{TITLE}Normal priority, waiting to be picked up."
YOURS = "It's yours: you picked this up."
BOTH = pytest.mark.parametrize("name", ["slack", "teams"])


async def types(here: House, problem: str = PROBLEM) -> None:
    """Jane escalates without a form."""
    assert "Recorded" in (await InSlack(here, JANE).types(f"now {problem}")).text


@BOTH
async def test_l11_a_429_with_retry_after_60_is_waited_to_the_second_and_by_that_channel_alone(
    storage_url: str, name: str
) -> None:
    async with house(storage_url, clock=StoppedClock()) as here:
        limited, other = side_and_other(here, name)
        limited.fails(limited.post, [RateLimited(60)])
        await types(here)
        await here.time_passes(seconds=10)
        await types(here, "Fire !critical")
        await here.time_passes(seconds=49.9)
        began, *others = limited.posted_at()
        assert others == [] and len(other.posted_at()) == 2
        await here.settled()
        assert [at - began for at in limited.posted_at()][1] == timedelta(seconds=60)
        assert len(limited.posted_at()) == 3
        fire = "Escalation from Jane Novak: Fire. Critical priority, waiting to be picked up."
        messages = transcript(here.slack, here.teams)
        assert messages[other.cards] == [WAITING, fire] and messages[limited.cards] == [fire, WAITING]
        assert sorted(messages[slack_chat("Jane")]) == [up("Fire"), up(PROBLEM)]
        await here.ends_with(messages, failed=failed_calls(here.slack, here.teams))
        assert len(failed_calls(here.slack, here.teams)) == 1


@contextmanager
def soon_given_up(here: House, name: str, seconds: float) -> Iterator[None]:
    """Calls to one platform may take so long and no longer."""
    assert here.baton.running is not None
    [slack] = [platform for platform in here.baton.running.platforms if isinstance(platform, SlackPlatform)]
    with pytest.MonkeyPatch.context() as patch:
        if name == "slack":
            patch.setattr(slack.outgoing.api, "seconds", seconds)
        else:
            patch.setattr("adapters.teams.connector.CALL_SECONDS", seconds)
        yield


ODD: dict[str, tuple[Fault, bool]] = {
    "502 in HTML": (Status(502), False),
    "503 without a body": (Status(503, ""), False),
    "200 in HTML": (Status(200), False),
    "an empty 200": (Status(200, ""), False),
    "broken JSON": (WrongJson(), True),
    "silence": (Hang(), False),
    "silence after it was done": (Hang(taken=True), True),
}


@BOTH
@pytest.mark.parametrize(("fault", "taken"), ODD.values(), ids=ODD)
async def test_l12_nonsense_and_silence_are_overcome(sqlite_url: str, name: str, fault: Fault, taken: bool) -> None:
    async with house(sqlite_url, clock=StoppedClock()) as here:
        odd, other = side_and_other(here, name)
        for call, gesture in ((odd.post, types(here)), (odd.correct, InSlack(here, SAM).press("claimed"))):
            odd.fails(call, [fault])
            # A silence of 30 s is one that is longer than a call may take: here it is given up sooner.
            with soon_given_up(here, name, 0.5):
                await gesture
                await here.time_passes(seconds=0.1)
            await here.settled()
        by_sam = f"{TITLE}Picked up by Sam Okafor."
        messages = transcript(here.slack, here.teams)
        # What Teams took without saying so hangs there twice, and stays as it was until somebody presses on it.
        doubled = [WAITING] if taken and name == "teams" else []
        assert messages[odd.cards] == [*doubled, by_sam] and messages[other.cards] == [by_sam]
        assert messages[slack_chat("Jane")] == [up(PROBLEM), picked_up("Sam Okafor", PROBLEM)]
        failed = failed_calls(here.slack, here.teams)
        assert len(failed) <= 2
        await here.ends_with(messages, failed=failed)


@BOTH
async def test_l12_an_answer_that_comes_slowly_is_an_answer(sqlite_url: str, name: str) -> None:
    async with house(sqlite_url) as here:
        slow, _ = side_and_other(here, name)
        slow.fails(slow.post, [SlowBytes(0.001)])
        await types(here)
        await here.settled()
        messages = transcript(here.slack, here.teams)
        assert messages[slow.cards] == [WAITING]
        await here.ends_with(messages)


def deletes_card(here: House, name: str) -> None:
    """Somebody deletes the newest card by hand."""
    if name == "slack":
        card = InSlack(here, SAM).card()
        here.slack.remove(card.channel, card.ts)
    else:
        there = InTeams(here, TOM).card()
        here.teams.remove(there.conversation, there.id)


@BOTH
async def test_l14_a_card_that_was_deleted_by_hand_is_posted_anew_once(storage_url: str, name: str) -> None:
    async with house(storage_url, clock=StoppedClock()) as here:
        forgetful, _ = side_and_other(here, name)
        there: Player = InSlack(here, SAM) if name == "slack" else InTeams(here, TOM)
        elsewhere: Player = InTeams(here, TOM) if name == "slack" else InSlack(here, SAM)
        await types(here)
        await here.settled()
        deletes_card(here, name)
        assert await elsewhere.press("claimed") == YOURS
        await here.settled()
        assert len(forgetful.posted_at()) == 2
        # The new copy is as good as the first.
        by_them = f"Picked up by {elsewhere.person.name}"
        await there.sees(by_them)
        assert (await elsewhere.press("released")).startswith("You released this.")
        await here.settled()
        assert await there.press("claimed") == YOURS
        await here.settled()
        by_other = f"{TITLE}Picked up by {there.person.name}."
        letters = [up(PROBLEM), picked_up(elsewhere.person.name, PROBLEM), released(PROBLEM)]
        letters.append(picked_up(there.person.name, PROBLEM))
        messages = transcript(here.slack, here.teams)
        assert (messages[SLACK_CARDS], messages[TEAMS_CARDS]) == ([by_other], [by_other])
        assert messages[slack_chat("Jane")] == letters
        await here.ends_with(messages, failed=failed_calls(here.slack, here.teams))
        assert len(failed_calls(here.slack, here.teams)) == 1


@BOTH
async def test_l14_and_not_when_the_handoff_is_closed(storage_url: str, name: str) -> None:
    async with house(storage_url, clock=StoppedClock()) as here:
        forgetful, other = side_and_other(here, name)
        elsewhere: Player = InTeams(here, TOM) if name == "slack" else InSlack(here, SAM)
        await types(here)
        await here.settled()
        assert await elsewhere.press("claimed") == YOURS
        await here.settled()
        deletes_card(here, name)
        assert await elsewhere.press("resolved", "Done") == "You resolved this."
        await here.settled()
        assert len(forgetful.posted_at()) == 1
        dead = await rows(storage_url, "SELECT state FROM deliveries WHERE state = 'dead'", "default")
        assert len(dead) == 1
        messages = transcript(here.slack, here.teams)
        assert forgetful.cards not in messages
        assert messages[other.cards] == [f"{TITLE}Resolved by {elsewhere.person.name}."]
        # A card that nobody needs any more is no news for anybody.
        assert messages[slack_chat("Jane")][2:] == [resolved(elsewhere.person.name, PROBLEM, "Done")]
        await here.ends_with(messages, failed=failed_calls(here.slack, here.teams), broken=(EVERY_CARD,))


EVERY_CARD = "every card shows the handoff as it stands, and nothing is owed any more"


@BOTH
async def test_l23_while_every_call_to_one_platform_hangs_the_other_goes_on_and_so_do_clicks(
    sqlite_url: str, name: str, brisk: None
) -> None:
    async with house(sqlite_url, clock=StoppedClock()) as here:
        silent, other = side_and_other(here, name)
        there: Player = InTeams(here, TOM) if name == "slack" else InSlack(here, SAM)
        await types(here, "Earlier")
        await here.settled()
        await there.press("claimed")
        await here.settled()
        silent.platform.outage = Hang()
        # There are many calls in five minutes.
        with soon_given_up(here, name, 0.1):
            for minute in range(5):
                await types(here, f"Problem {minute}")
                await here.time_passes(minutes=1)
                began = time.monotonic()
                assert await there.press("claimed") == YOURS
                assert time.monotonic() - began < 3.0
                await there.sees(f"Problem {minute}", f"Picked up by {there.person.name}")
        silent.platform.outage = Ok()
        assert await here.time_passes() < timedelta(minutes=10)
        messages = transcript(here.slack, here.teams)
        claimed = [f"Escalation from Jane Novak: Problem {n}. Picked up by {there.person.name}." for n in range(5)]
        for side in (silent, other):
            assert sorted(messages[side.cards])[1:] == claimed
        await here.ends_with(messages, failed=failed_calls(here.slack, here.teams))
