"""Looking for a message that may have been posted already: where it is found, and what else may come of it."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from adapters.slack import outgoing as way_out
from bot.playground.slack_stand_in import (
    UNLISTED,
    Channel,
    DropAfterTaking,
    DropBefore,
    Error,
    Hang,
    Ok,
    RateLimited,
    SlackStandIn,
    Status,
    WrongJson,
)
from bot.playground.slack_stand_in.methods import SCOPES
from core.context_card import Letter, describe
from core.deliveries import Failed, NotThere, Scope, Sent, TryLater
from tests.adapters.slack.cards import claimed, open_plain
from tests.adapters.slack.conftest import DANA, SAM, SENIORS, lane

CARD = describe(open_plain())
LETTER = Letter("Hello", "", "Open the card")
KEY = "card:h1:r1"
METADATA = {"event_type": "baton_card", "event_payload": {"key": KEY}}


@pytest.fixture
def since() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def chatter(slack: SlackStandIn):
    """Have people talk in the room."""

    def talk(messages: int) -> None:
        for number in range(messages):
            slack.say(SAM, SENIORS, f"message {number}")

    return talk


async def test_a_card_is_found_in_its_channel_with_its_link(slack, outgoing, since) -> None:
    await outgoing.introduce()
    sent = await outgoing.post(lane(), CARD, KEY)
    await outgoing.post(lane(), CARD, "card:h2:r1")
    assert await outgoing.find(lane(), KEY, since) == sent
    assert sent.link
    [call] = [call for call in slack.calls if call.method.startswith("conversations")]
    assert call.method == "conversations.history" and float(call.args["oldest"]) < since.timestamp()


async def test_a_letter_is_found_in_the_conversation_with_its_person(slack, outgoing, since) -> None:
    await outgoing.introduce()
    sent = await outgoing.tell(lane(DANA, private=True), LETTER, "say:e1:p2")
    assert await outgoing.find(lane(DANA, private=True), "say:e1:p2", since) == sent
    assert await outgoing.find(lane(SAM, private=True), "say:e1:p2", since) == NotThere()


async def test_what_was_said_in_a_thread_is_found_there_alone(slack, outgoing, since) -> None:
    await outgoing.introduce()
    card = await outgoing.post(lane(), CARD, KEY)
    other = await outgoing.post(lane(), CARD, "card:h2:r1")
    sent = await outgoing.tell(lane(), LETTER, "say:unreachable:h1", card.copy)
    assert await outgoing.find(lane(), "say:unreachable:h1", since, card.copy) == sent
    assert await outgoing.find(lane(), "say:unreachable:h1", since, other.copy) == NotThere()
    assert await outgoing.find(lane(), "say:unreachable:h1", since) == NotThere()
    slack.remove(*card.copy.split(":"))
    slack.remove(*sent.copy.split(":"))
    assert await outgoing.find(lane(), "say:unreachable:h1", since, card.copy) == NotThere()


@pytest.mark.parametrize(("before", "after"), [(0, 7), (7, 0), (3, 3)])
async def test_it_is_found_on_whatever_page_it_is(slack, outgoing, since, chatter, before, after) -> None:
    slack.workspace.page = 2
    chatter(before)
    sent = await outgoing.post(lane(), CARD, KEY)
    chatter(after)
    found = await outgoing.find(lane(), KEY, since)
    assert isinstance(found, Sent) and found.copy == sent.copy


async def test_every_page_is_read_before_it_is_said_not_to_be_there(slack, outgoing, since, chatter) -> None:
    slack.workspace.page = 2
    chatter(5)
    assert await outgoing.find(lane(), KEY, since) == NotThere()
    assert [call.method for call in slack.calls].count("conversations.history") == 3


async def test_the_reading_has_an_end(slack, outgoing, since, chatter, caplog) -> None:
    slack.workspace.page = 1
    await outgoing.post(lane(), CARD, KEY)
    chatter(10)
    assert await outgoing.find(lane(), KEY, since) == NotThere()
    assert f"{KEY} may have been posted already, but too much was said since" in caplog.text


async def test_a_clock_that_is_ahead_of_slacks_does_no_harm(outgoing, since) -> None:
    sent = await outgoing.post(lane(), CARD, KEY)
    found = await outgoing.find(lane(), KEY, since + timedelta(seconds=110))
    assert isinstance(found, Sent) and found.copy == sent.copy
    assert await outgoing.find(lane(), KEY, since + timedelta(seconds=130)) == NotThere()


async def test_a_corrected_card_is_found_and_a_deleted_one_is_not(slack, outgoing, since) -> None:
    sent = await outgoing.post(lane(), CARD, KEY)
    await outgoing.correct(lane(), sent.copy, describe(claimed()))
    found = await outgoing.find(lane(), KEY, since)
    assert isinstance(found, Sent) and found.copy == sent.copy
    slack.remove(*sent.copy.split(":"))
    assert await outgoing.find(lane(), KEY, since) == NotThere()


async def test_the_same_metadata_on_somebody_elses_message_counts_for_nothing(slack, outgoing, since) -> None:
    slack.say(SAM, SENIORS, "mine", bot_id="B0OTHER01", metadata=METADATA)
    slack.say(SAM, SENIORS, "mine too", metadata=METADATA)
    assert await outgoing.find(lane(), KEY, since) == NotThere()


@pytest.mark.parametrize(
    "metadata",
    [None, [], "x", {}, {"event_type": "baton_card"}, {"event_type": "baton_card", "event_payload": [KEY]},
     {"event_type": "baton_card", "event_payload": {"key": [KEY]}}, {"event_type": "baton_card", "event_payload": KEY},
     {"event_type": ["baton_card"], "event_payload": {"key": KEY}},
     {"event_type": "other", "event_payload": {"key": KEY}}],
)  # fmt: skip
async def test_metadata_of_any_other_shape_is_passed_over(scripted, since, metadata) -> None:
    outgoing, answers = scripted
    ours = {"bot_id": "B0BATON01", "ts": "2.1", "metadata": METADATA}
    odd = [
        {**ours, "ts": "1.1", "metadata": metadata},
        {**ours, "ts": 7},
        {**ours, "ts": "1.2", "bot_id": ["B0BATON01"]},
    ]
    answers.append(web.json_response({"ok": True, "messages": [*odd, None, "x", {}, ours]}))
    found = await outgoing.find(lane(), KEY, since)
    assert isinstance(found, Sent) and found.copy == f"{SENIORS}:2.1"


@pytest.mark.parametrize("body", [{"ok": True}, {"ok": True, "messages": {}}, {"ok": True, "messages": None}])
async def test_an_answer_without_messages_is_no_answer(scripted, since, body) -> None:
    outgoing, answers = scripted
    answers.append(web.json_response(body))
    assert isinstance(await outgoing.find(lane(), KEY, since), TryLater)
    answers.append(web.json_response({"ok": True, "channel": "D1"}))
    assert isinstance(await outgoing.find(lane(DANA, private=True), KEY, since), TryLater)


@pytest.mark.parametrize("scope", ["channels:history", "groups:history", "im:history", "im:write"])
async def test_without_the_scope_it_is_posted_and_said_once_what_is_missing(
    slack, outgoing, since, caplog, scope
) -> None:
    secret = slack.add_channel(Channel("G0SECRET1", "secret", is_private=True))
    where = {"channels": lane(), "groups": lane(secret.id)}.get(scope.split(":")[0], lane(DANA, private=True))
    sent = await outgoing.tell(where, LETTER, KEY)
    slack.workspace.scopes = SCOPES - {scope}
    assert await outgoing.find(where, KEY, since) == NotThere()
    assert await outgoing.find(where, KEY, since) == NotThere()
    [warning] = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert scope in warning and "install it again" in warning
    slack.workspace.scopes = SCOPES
    found = await outgoing.find(where, KEY, since)
    assert isinstance(found, Sent) and found.copy == sent.copy


@pytest.mark.parametrize("method", ["conversations.open", "conversations.history"])
@pytest.mark.parametrize(
    "fault",
    [Status(502), Status(200, ""), WrongJson(), DropBefore(), DropAfterTaking(), Error("internal_error"),
     Error("fatal_error"), Error("service_unavailable"), Hang()],
)  # fmt: skip
async def test_trouble_while_looking_is_temporary(slack, outgoing, since, method, fault) -> None:
    outgoing.api.seconds = 0.2
    slack.faults(method, [fault])
    answer = await outgoing.find(lane(DANA, private=True), KEY, since)
    assert isinstance(answer, TryLater) and answer.scope is Scope.DELIVERY
    assert await outgoing.find(lane(DANA, private=True), KEY, since) == NotThere()


async def test_all_of_a_look_has_one_time_out(slack, outgoing, since, monkeypatch) -> None:
    monkeypatch.setattr(way_out, "LOOK_SECONDS", 0.2)
    slack.faults("conversations.history", [Hang()])
    async with asyncio.timeout(5):
        assert await outgoing.find(lane(), KEY, since) == TryLater("timed out")


async def test_l11_a_rate_limit_while_looking_is_waited_for(slack, outgoing, since) -> None:
    slack.faults("conversations.history", [RateLimited(30)])
    assert await outgoing.find(lane(), KEY, since) == TryLater("ratelimited", 30.0, Scope.LANE)
    slack.faults("conversations.history", [Error("internal_error"), RateLimited(30)])
    assert await outgoing.find(lane(), KEY, since) == TryLater("internal_error")
    assert await outgoing.find(lane(), KEY, since) == TryLater("ratelimited", 30.0, Scope.LANE)


async def test_l11_a_rate_limit_halfway_is_waited_for_too(slack, outgoing, since, chatter) -> None:
    sent = await outgoing.post(lane(), CARD, KEY)
    chatter(120)
    slack.faults("conversations.history", [Ok(), RateLimited(30)])
    assert await outgoing.find(lane(), KEY, since) == TryLater("ratelimited", 30.0, Scope.LANE)
    found = await outgoing.find(lane(), KEY, since)
    assert isinstance(found, Sent) and found.copy == sent.copy


@pytest.mark.parametrize("pace", [UNLISTED])
async def test_an_app_that_is_shown_fifteen_messages_a_minute_reads_one_page(outgoing, since, chatter) -> None:
    sent = await outgoing.post(lane(), CARD, KEY)
    chatter(UNLISTED.page - 1)
    found = await outgoing.find(lane(), KEY, since)
    assert isinstance(found, Sent) and found.copy == sent.copy
    waits = await outgoing.find(lane(), KEY, since)
    assert isinstance(waits, TryLater) and waits.scope is Scope.LANE and waits.after is not None and waits.after > 55


@pytest.mark.parametrize("pace", [UNLISTED])
async def test_and_where_more_was_said_it_posts_rather_than_to_wait_for_every_page(
    outgoing, since, chatter, caplog
) -> None:
    await outgoing.post(lane(), CARD, KEY)
    chatter(UNLISTED.page)
    assert await outgoing.find(lane(), KEY, since) == NotThere()
    assert "too much was said since to find it" in caplog.text


@pytest.mark.parametrize("error", ["not_in_channel", "channel_not_found", "token_revoked"])
async def test_l13_where_it_could_not_be_posted_it_can_not_be_looked_for(slack, outgoing, since, error) -> None:
    slack.workspace.channels[SENIORS].bot_is_member = error != "not_in_channel"
    slack.token_error = "token_revoked" if error == "token_revoked" else None
    address = "C0NOWHERE" if error == "channel_not_found" else SENIORS
    assert await outgoing.find(lane(address), KEY, since) == Failed(error, lost=error != "token_revoked")
