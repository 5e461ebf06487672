"""The way out: what is sent, and what every answer of Slack's becomes."""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from adapters.slack.outgoing import BadToken, SlackOutgoing
from adapters.slack.settings import SlackSettings
from bot.playground.slack_stand_in import (
    Channel,
    DropAfterTaking,
    DropBefore,
    Error,
    Hang,
    RateLimited,
    SlackStandIn,
    SlowBytes,
    Status,
    WrongJson,
)
from core.context_card import Letter, describe
from core.deliveries import Failed, Gone, Scope, Sent, TryLater
from core.errors import PlatformAway
from tests.adapters.slack.cards import claimed, open_plain
from tests.adapters.slack.conftest import DANA, SENIORS, lane

CARD = describe(open_plain())
LETTER = Letter("Your escalation is up. <!channel>", "https://acme-support.slack.com/archives/C1/p1", "Open the card")


async def test_who_we_are(outgoing: SlackOutgoing) -> None:
    introduction = await outgoing.introduce()
    assert introduction.team == "T0BATON01" and introduction.bot_user == "U0BATON01"
    assert introduction.url == "https://acme-support.slack.com/"


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_a_bad_token_is_said_clearly(slack: SlackStandIn, outgoing: SlackOutgoing, error: str) -> None:
    slack.token_error = error
    with pytest.raises(BadToken, match=error):
        await outgoing.introduce()


@pytest.mark.parametrize("fault", [Status(502), DropBefore(), RateLimited(3), Error("internal_error")])
async def test_a_passing_trouble_is_not_a_bad_token(slack: SlackStandIn, outgoing: SlackOutgoing, fault) -> None:
    slack.faults("auth.test", [fault])
    with pytest.raises(PlatformAway):
        await outgoing.introduce()


async def test_a_card_is_posted_with_its_key_and_a_link_without_a_further_call(slack, outgoing) -> None:
    await outgoing.introduce()
    sent = await outgoing.post(lane(), CARD, "card:h1:r1")
    [message] = slack.messages
    assert sent == Sent(
        f"{SENIORS}:{message.ts}",
        f"https://acme-support.slack.com/archives/{SENIORS}/p{message.ts.replace('.', '')}",
    )
    assert message.metadata == {"event_type": "baton_card", "event_payload": {"key": "card:h1:r1"}}
    assert [call.method for call in slack.calls] == ["auth.test", "chat.postMessage"]
    assert slack.calls[1].args["unfurl_links"] is False and slack.calls[1].args["unfurl_media"] is False


async def test_before_the_introduction_a_card_has_no_link(outgoing: SlackOutgoing) -> None:
    assert (await outgoing.post(lane(), CARD, "k")).link == ""


async def test_a_correction_keeps_the_message_and_its_metadata(slack, outgoing) -> None:
    sent = await outgoing.post(lane(), CARD, "card:h1:r1")
    assert await outgoing.correct(lane(), sent.copy, describe(claimed())) == Sent(sent.copy)
    [message] = slack.messages
    assert "Picked up by Dana" in message.text and message.metadata["event_payload"] == {"key": "card:h1:r1"}
    before = {block["block_id"] for block in message.history[0].blocks}
    assert before.isdisjoint(block["block_id"] for block in message.blocks)


async def test_one_person_is_told_in_private(slack, outgoing) -> None:
    sent = await outgoing.tell(lane(DANA, private=True), LETTER, "say:e1:u1")
    [message] = slack.messages
    assert isinstance(sent, Sent) and sent.copy == f"{message.channel}:{message.ts}"
    assert slack.workspace.channels[message.channel].im_with == DANA
    assert message.text == "Your escalation is up. &lt;!channel&gt;"
    assert message.blocks[1]["elements"][0]["url"] == LETTER.link


async def test_a_letter_without_a_link_has_no_button(slack, outgoing) -> None:
    await outgoing.tell(lane(DANA, private=True), Letter("Hello", "", "Open the card"), "k")
    assert len(slack.messages[0].blocks) == 1


@pytest.mark.parametrize(
    "error",
    ["channel_not_found", "is_archived", "not_in_channel", "invalid_auth", "token_revoked", "account_inactive",
     "invalid_blocks", "missing_scope", "restricted_action", "msg_too_long"],
)  # fmt: skip
async def test_a_no_is_permanent(slack: SlackStandIn, outgoing: SlackOutgoing, error: str) -> None:
    slack.faults("chat.postMessage", [Error(error)])
    assert await outgoing.post(lane(), CARD, "k") == Failed(error)


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message"])
async def test_a_card_that_was_deleted_is_gone(slack: SlackStandIn, outgoing: SlackOutgoing, error: str) -> None:
    slack.faults("chat.update", [Error(error)])
    assert await outgoing.correct(lane(), f"{SENIORS}:1.2", CARD) == Gone(error)


async def test_a_rate_limit_belongs_to_the_lane(slack: SlackStandIn, outgoing: SlackOutgoing) -> None:
    slack.faults("chat.postMessage", [RateLimited(60), Error("ratelimited")])
    assert await outgoing.post(lane(), CARD, "k") == TryLater("ratelimited", 60.0, Scope.LANE)
    assert await outgoing.post(lane(), CARD, "k") == TryLater("ratelimited", None, Scope.LANE)


@pytest.mark.parametrize(
    "fault",
    [Status(500), Status(502), Status(503, ""), Status(404), WrongJson(), DropBefore(), DropAfterTaking(),
     Error("internal_error"), Error("fatal_error"), Error("service_unavailable"), Error("request_timeout")],
)  # fmt: skip
async def test_trouble_on_the_way_is_temporary_and_nothing_is_sent_twice(slack, outgoing, fault) -> None:
    slack.faults("chat.postMessage", [fault])
    answer = await outgoing.post(lane(), CARD, "k")
    assert isinstance(answer, TryLater) and answer.scope is Scope.DELIVERY and answer.after is None
    assert len(slack.calls) == 1


@pytest.mark.parametrize("fault", [Hang(), SlowBytes(0.05)])
async def test_a_call_has_its_own_time_out(slack, outgoing, fault) -> None:
    outgoing.api.seconds = 0.2
    slack.faults("chat.postMessage", [fault])
    assert await outgoing.post(lane(), CARD, "k") == TryLater("timed out")


async def test_cancelling_a_call_cancels_it(slack: SlackStandIn, outgoing: SlackOutgoing) -> None:
    slack.faults("chat.postMessage", [Hang()])
    task = asyncio.create_task(outgoing.post(lane(), CARD, "k"))
    await slack.wait_until(lambda: slack.calls)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.fixture
async def scripted() -> AsyncIterator[tuple[SlackOutgoing, list[web.Response]]]:
    """A Slack that answers whatever the test says, for answers that no Slack would give."""
    answers: list[web.Response] = []

    async def answer(_: web.Request) -> web.Response:
        return answers.pop(0)

    app = web.Application()
    app.router.add_post("/api/{method}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    async with aiohttp.ClientSession() as session:
        yield SlackOutgoing(SlackSettings("xoxb", "s", None, SENIORS, url), session), answers
    await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "body", "content_type"),
    [
        (200, b"[1]", "application/json"),
        (200, b'"ok"', "application/json"),
        (200, b"7", "application/json"),
        (200, b"", "application/json"),
        (200, b"{", "application/json"),
        (200, b"\xff\xfe", "application/json"),
        (200, b"null", "application/json"),
        (200, b"ok", "text/plain"),
        (200, b"<html>", "text/html"),
        (200, b"zip", "application/gzip"),
        (200, b'{"ok": true}', "application/json"),
        (200, b'{"ok": false}', "application/json"),
        (200, b'{"ok": false, "error": 7}', "application/json"),
        (429, b"slow down", "text/plain"),
        (429, b"", "application/json"),
    ],
)
async def test_an_answer_that_makes_no_sense_is_temporary(scripted, status, body, content_type) -> None:
    outgoing, answers = scripted
    answers.append(web.Response(status=status, body=body, content_type=content_type))
    assert isinstance(await outgoing.post(lane(), CARD, "k"), TryLater)


async def test_nothing_but_the_settings_says_where_slack_is(scripted, monkeypatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    outgoing, answers = scripted
    body = json.dumps({"ok": True, "channel": SENIORS, "ts": "1.2"})
    answers.append(web.Response(text=body, content_type="application/json"))
    again = SlackOutgoing(SlackSettings("xoxb", "s", None, SENIORS, outgoing.api._client.base_url), outgoing.session)
    assert await again.post(lane(), CARD, "k") == Sent(f"{SENIORS}:1.2")


async def test_a_channel_that_baton_cannot_post_in_is_said_at_the_start(slack, outgoing, caplog) -> None:
    slack.add_channel(Channel("C0LONELY1", "lonely", bot_is_member=False))
    assert await outgoing.channel_name("C0LONELY1") == "#lonely"
    assert "no member of the channel C0LONELY1" in caplog.text and "/invite @Baton" in caplog.text
    assert await outgoing.channel_name("C0NOWHERE") == "the Slack channel"
    assert "no channel C0NOWHERE: check SLACK_CHANNEL" in caplog.text
