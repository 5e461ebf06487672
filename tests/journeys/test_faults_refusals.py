"""L13: a platform refuses for good; nothing is tried without end, and those who must know it are told elsewhere."""

from collections.abc import Callable

import pytest

from tests.journeys.cast import DANA, JANE, SAM, SLACK_ROOM, TEAMS_ROOM, TOM, StoppedClock
from tests.journeys.house import House, house
from tests.journeys.letters import up
from tests.journeys.players import InSlack, InTeams, Player
from tests.journeys.sides import side_and_other
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, failed_calls, slack_chat, transcript

PROBLEM = "Mail is down"
TITLE = f"Escalation from Jane Novak: {PROBLEM}. "
WAITING = f"{TITLE}Normal priority, waiting to be picked up."
ADVICE = "Your escalation is recorded; if nobody else sees it, call somebody."
EVERY_CARD = "every card shows the handoff as it stands, and nothing is owed any more"


def archived(here: House) -> None:
    here.slack.workspace.channels[SLACK_ROOM].is_archived = True


def bot_removed(here: House) -> None:
    here.slack.workspace.channels[SLACK_ROOM].bot_is_member = False


def app_taken_out(here: House) -> None:
    here.teams.directory.install(here.teams.directory.channels[TEAMS_ROOM], False)


def channel_deleted(here: House) -> None:
    del here.teams.directory.channels[TEAMS_ROOM]


ROOM_GONE: dict[str, tuple[str, Callable[[House], None], str]] = {
    "archived": ("slack", archived, "#escalations (is_archived)"),
    "bot removed": ("slack", bot_removed, "#escalations (not_in_channel)"),
    "app taken out": ("teams", app_taken_out, "the Teams channel (403 BotNotInConversationRoster)"),
    "channel deleted": ("teams", channel_deleted, "the Teams channel (404 ConversationNotFound)"),
}


@pytest.mark.parametrize(("name", "breaks", "where"), ROOM_GONE.values(), ids=ROOM_GONE)
async def test_l13_a_room_that_is_closed_to_us_is_tried_once_and_the_escalator_is_told(
    storage_url: str, name: str, breaks: Callable[[House], None], where: str
) -> None:
    async with house(storage_url, clock=StoppedClock()) as here:
        closed, open_one = side_and_other(here, name)
        there: Player = InTeams(here, TOM) if name == "slack" else InSlack(here, SAM)
        jane = InSlack(here, JANE)
        breaks(here)
        here.log.expect(rf"is given up in {name}:.*{where.partition('(')[2].rstrip(')')}")
        assert "Recorded" in (await jane.client.command(JANE.slack, "/escalate", f"now {PROBLEM}")).text
        await here.time_passes(hours=3)
        assert len(closed.posted_at()) == 1
        told = [message.text for message in jane.letters() if message.ephemeral_to is None]
        assert sorted(told) == sorted([f"Baton can't reach {where}. {ADVICE} {PROBLEM}", up(PROBLEM)])
        await there.sees("Waiting to be picked up")
        # The room is lost until somebody brings it back: the next change tries nothing there, and tells nobody again.
        assert await there.press("claimed") == "It's yours: you picked this up."
        await here.settled()
        assert len(closed.posted_at()) == 1
        messages = transcript(here.slack, here.teams)
        assert closed.cards not in messages
        assert messages[open_one.cards] == [f"{TITLE}Picked up by {there.person.name}."]
        assert len(messages[slack_chat("Jane")]) == 3
        await here.ends_with(messages, failed=failed_calls(here.slack, here.teams), broken=(EVERY_CARD,))


async def test_l13_a_room_of_the_settings_that_was_lost_is_a_room_again_after_a_restart(storage_url: str) -> None:
    async with house(storage_url, clock=StoppedClock()) as here:
        jane, tom = InSlack(here, JANE), InTeams(here, TOM)
        bot_removed(here)
        here.log.expect("is given up in slack:.*not_in_channel")
        await jane.types(f"now {PROBLEM}")
        await here.settled()
        here.slack.workspace.channels[SLACK_ROOM].bot_is_member = True
        await tom.press("claimed")
        await here.settled()
        await here.stop_baton()
        await here.start_baton()
        await jane.types("now Printer on fire")
        await here.settled()
        fresh = "Escalation from Jane Novak: Printer on fire. Normal priority, waiting to be picked up."
        messages = transcript(here.slack, here.teams)
        assert messages[SLACK_CARDS] == [fresh]
        assert messages[TEAMS_CARDS] == [f"{TITLE}Picked up by Tom Berg.", fresh]
        await here.ends_with(messages, failed=failed_calls(here.slack, here.teams), broken=(EVERY_CARD,))


def token_revoked(here: House) -> None:
    here.slack.token_error = "token_revoked"


def escalator_gone(here: House) -> None:
    here.slack.workspace.users[JANE.slack].deleted = True


async def test_l13_a_revoked_token_is_said_in_the_thread_of_the_card_on_the_other_platform(storage_url: str) -> None:
    async with house(storage_url, clock=StoppedClock()) as here:
        jane, tom = InSlack(here, JANE), InTeams(here, TOM)
        await jane.types("now Earlier")
        await here.settled()
        token_revoked(here)
        here.log.expect("is given up in slack:.*token_revoked")
        assert "Recorded" in (await jane.types(f"now {PROBLEM}")).text
        await here.time_passes(hours=3)
        # The room, the news that the card is up, and the news that it isn't: each was tried once.
        refused = [call for call in failed_calls(here.slack, here.teams) if "token_revoked" in call]
        assert refused == ["slack chat.postMessage: token_revoked"] * 3
        card, said = here.teams.messages[-2:]
        assert said.conversation == card.conversation
        words = "Baton can't reach Jane Novak (token_revoked). Tell them yourselves what happens here."
        assert said.activity["summary"] == words
        assert await tom.press("claimed", card=card) == "It's yours: you picked this up."
        await here.settled()
        messages = transcript(here.slack, here.teams)
        assert messages[TEAMS_CARDS][1:] == [f"{TITLE}Picked up by Tom Berg.", words]
        await here.ends_with(messages, failed=failed_calls(here.slack, here.teams), broken=(EVERY_CARD,))


async def test_l13_an_escalator_who_cannot_be_written_to_is_named_in_the_cards_thread_once(storage_url: str) -> None:
    async with house(storage_url, clock=StoppedClock()) as here:
        jane, sam = InSlack(here, JANE), InSlack(here, SAM)
        await jane.types("now Earlier")
        await here.settled()
        escalator_gone(here)
        here.log.expect("is given up in slack:.*channel_not_found")
        await jane.types(f"now {PROBLEM}")
        await here.settled()
        [card] = [message for message in here.slack.messages if message.text == WAITING]
        words = "Baton can't reach Jane Novak (channel_not_found). Tell them yourselves what happens here."
        # Whichever card was up first has it in its thread.
        in_slack = [message.thread_ts for message in here.slack.messages if message.text == words]
        in_teams = [message.conversation for message in here.teams.messages if message.activity["summary"] == words]
        there = here.teams.messages[1].conversation
        assert (in_slack, in_teams) in (([card.ts], []), ([], [there]))
        await sam.press("claimed", card=card)
        await here.settled()
        # "Sam picked this up" did not reach her either, which nobody needs to be told twice.
        messages = transcript(here.slack, here.teams)
        assert [*messages[SLACK_CARDS], *messages[TEAMS_CARDS]].count(words) == 1
        for place in (SLACK_CARDS, TEAMS_CARDS):
            assert messages[place][1] == f"{TITLE}Picked up by Sam Okafor."
        await here.ends_with(messages, failed=failed_calls(here.slack, here.teams))


async def test_l13_a_target_who_blocked_the_bot_is_said_to_the_escalator(storage_url: str) -> None:
    async with house(storage_url, clock=StoppedClock()) as here:
        jane, dana = InSlack(here, JANE), InTeams(here, DANA)
        await jane.types("now Earlier")
        await here.settled()
        assert await dana.press("claimed") == "It's yours: you picked this up."
        await here.settled()
        await jane.types("now Earlier still")
        await here.settled()
        assert await InSlack(here, DANA).press("claimed") == "It's yours: you picked this up."
        await here.settled()
        person = here.teams.directory.find(DANA.teams)
        assert person is not None
        person.blocked = True
        here.log.expect("is given up in teams:.*MessageWritesBlocked")
        await jane.escalates(f"{PROBLEM} @dana")
        told = [message.text for message in jane.letters()]
        assert f"Baton can't reach Dana Ruiz (403 MessageWritesBlocked). {ADVICE} {PROBLEM}" in told
        messages = transcript(here.slack, here.teams)
        assert messages["Dana in Slack"] == [f"Jane Novak asks you to pick this up. {PROBLEM}"]
        assert "Dana in Teams" not in messages
        await here.ends_with(messages, failed=failed_calls(here.slack, here.teams))
