"""The way out: what is sent, and where it goes."""

import asyncio
import json

import pytest
from aiohttp import web

from adapters.slack.outgoing import BadToken, SlackOutgoing
from adapters.slack.settings import SlackSettings
from adapters.slack.workspaces import Introduction
from bot.playground.slack_stand_in import Channel, DropBefore, Error, Hang, RateLimited, SlackStandIn, Status
from core.context_card import Letter, describe
from core.deliveries import Sent
from core.errors import PlatformAway
from tests.adapters.slack.cards import claimed, open_plain
from tests.adapters.slack.conftest import DANA, SENIORS, TEAM, lane

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
    sent = await outgoing.post(lane(), CARD, "card:h1:r1")
    [message] = slack.messages
    assert sent == Sent(
        f"{SENIORS}:{message.ts}",
        f"https://acme-support.slack.com/archives/{SENIORS}/p{message.ts.replace('.', '')}",
    )
    assert message.metadata == {"event_type": "baton_card", "event_payload": {"key": "card:h1:r1"}}
    [call] = slack.calls
    assert call.method == "chat.postMessage"
    assert call.args["unfurl_links"] is False and call.args["unfurl_media"] is False


async def test_where_the_address_is_unknown_a_card_has_no_link(outgoing: SlackOutgoing, ring) -> None:
    ring.hold("xoxb-stand-in", Introduction(TEAM, "U0BATON01", "B0BATON01", ""))
    assert (await outgoing.post(lane(), CARD, "k")).link == ""


async def test_a_correction_keeps_the_message_and_its_metadata(slack, outgoing) -> None:
    sent = await outgoing.post(lane(), CARD, "card:h1:r1")
    assert await outgoing.correct(lane(), sent.copy, describe(claimed())) == sent
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


async def test_a_letter_under_a_card_is_said_in_its_thread(slack, outgoing) -> None:
    card = await outgoing.post(lane(), CARD, "card:h1:r1")
    sent = await outgoing.tell(lane(), LETTER, "say:unreachable:h1", card.copy)
    posted, said = slack.messages
    assert said.thread_ts == posted.ts and said.channel == SENIORS
    assert said.metadata == {"event_type": "baton_letter", "event_payload": {"key": "say:unreachable:h1"}}
    link = await outgoing.api.ask(TEAM, "chat.getPermalink", {"channel": SENIORS, "message_ts": said.ts})
    assert sent == Sent(f"{SENIORS}:{said.ts}", link.text("permalink"))


async def test_cancelling_a_call_cancels_it(slack: SlackStandIn, outgoing: SlackOutgoing) -> None:
    slack.faults("chat.postMessage", [Hang()])
    task = asyncio.create_task(outgoing.post(lane(), CARD, "k"))
    await slack.wait_until(lambda: slack.calls)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_nothing_but_the_settings_says_where_slack_is(scripted, ring, monkeypatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    outgoing, answers = scripted
    body = json.dumps({"ok": True, "channel": SENIORS, "ts": "1.2"})
    answers.append(web.Response(text=body, content_type="application/json"))
    again = SlackOutgoing(SlackSettings("xoxb", "s", None, SENIORS, outgoing.api._api_url), outgoing.session, ring)
    sent = await again.post(lane(), CARD, "k")
    assert isinstance(sent, Sent) and sent.copy == f"{SENIORS}:1.2"


async def test_a_channel_that_baton_cannot_post_in_is_said_at_the_start(slack, outgoing, caplog) -> None:
    slack.add_channel(Channel("C0LONELY1", "lonely", bot_is_member=False))
    assert await outgoing.channel_name("C0LONELY1") == "#lonely"
    assert "no member of the channel C0LONELY1" in caplog.text and "/invite @Baton" in caplog.text
    assert await outgoing.channel_name("C0NOWHERE") == "the Slack channel"
    assert "no channel C0NOWHERE: check SLACK_CHANNEL" in caplog.text
