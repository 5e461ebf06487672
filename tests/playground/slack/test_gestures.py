"""Commands, buttons and events: the signature, the payloads, and what the person sees of the answer."""

import asyncio
import hashlib
import hmac
import json

import aiohttp
import pytest

from bot.playground.slack_stand_in import GestureError, SlackClient

from .conftest import actions, button

CARD = {"channel": "CROOM", "text": "card", "blocks": [actions(button("baton.claimed", value="h1|3"))]}


async def test_every_request_is_signed(people, standin, baton):
    await people.command("UJANE", "/escalate", "now it <broke>", "CROOM")
    body, headers = baton.received[0]
    at = headers["X-Slack-Request-Timestamp"]
    key = standin.signing_secret.encode()
    expected = hmac.new(key, b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
    assert headers["X-Slack-Signature"] == "v0=" + expected
    assert int(at) == int(standin.workspace.clock().timestamp())


async def test_a_command_as_slack_writes_it(people, baton):
    text = "now A & B <!channel> for @sam (not @nobody) #12345 in #escalations see https://a.example/?b=1"
    outcome = await people.command("UJANE", "/escalate", text, "CROOM")
    form = baton.form()
    assert outcome.ok and outcome.status == 200
    assert form["text"] == (
        "now A &amp; B &lt;!channel&gt; for <@USAM|sam> (not @nobody) #12345 in <#CROOM|escalations>"
        " see <https://a.example/?b=1>"
    )
    assert (form["command"], form["user_id"], form["channel_id"]) == ("/escalate", "UJANE", "CROOM")
    assert form["trigger_id"] and form["response_url"].startswith("http://127.0.0.1")


@pytest.mark.parametrize("answer", ["Recorded.", {"text": "Recorded."}])
async def test_an_answer_to_a_command_is_seen_by_one_alone(answer, people, standin, baton):
    baton.answers = [answer]
    outcome = await people.command("UJANE", "/escalate", "now", "CROOM")
    assert outcome.text == "Recorded."
    assert standin.visible_to("USAM") == []


async def test_an_answer_in_the_channel_is_seen_by_all(people, standin, baton):
    baton.answers = [{"response_type": "in_channel", "text": "Hello all"}]
    assert (await people.command("UJANE", "/escalate", "", "CROOM")).text == ""
    assert [m.text for m in standin.visible_to("USAM", "CROOM")] == ["Hello all"]


async def test_what_slack_shows_when_the_answer_is_bad(people, standin, baton):
    baton.answers = [500, {"text": "a", "blocks": [{"type": "chart"}]}]
    assert (await people.command("UJANE", "/escalate")).error == "dispatch_failed"
    assert (await people.command("UJANE", "/escalate")).error == "invalid_command_response"
    baton.gate = asyncio.Event()
    async with SlackClient(standin, baton.url, patience=0.05) as hasty:
        assert (await hasty.command("UJANE", "/escalate")).error == "operation_timeout"
    baton.gate = None
    async with SlackClient(standin, "http://127.0.0.1:1") as lost:
        assert (await lost.command("UJANE", "/escalate")).error == "dispatch_failed"


async def test_a_click_as_slack_writes_it(people, call, baton):
    ts = (await call("chat.postMessage", **CARD))["ts"]
    await people.click("USAM", "CROOM", ts, "baton.claimed")
    payload = baton.payload()
    assert payload["type"] == "block_actions"
    assert payload["user"] == {"id": "USAM", "username": "sam", "name": "sam", "team_id": "T0BATON01"}
    assert payload["container"] == {"type": "message", "message_ts": ts, "channel_id": "CROOM", "is_ephemeral": False}
    (action,) = payload["actions"]
    assert (action["value"], action["block_id"], action["type"]) == ("h1|3", "auto0", "button")
    assert payload["message"]["blocks"][0]["block_id"] == "auto0"
    assert payload["enterprise"] is None and payload["team"]["domain"] == "acme-support"


async def test_what_is_not_there_cannot_be_pressed(people, standin, call):
    ts = (await call("chat.postMessage", **CARD))["ts"]
    alone = (await call("chat.postEphemeral", **CARD, user="UJANE"))["message_ts"]
    with pytest.raises(GestureError):
        await people.command("UNONE", "/escalate")
    for user, where, what in [("USAM", ts, "baton.resolved"), ("USAM", alone, "baton.claimed")]:
        with pytest.raises(GestureError):
            await people.click(user, "CROOM", where, what)
    await call("chat.delete", channel="CROOM", ts=ts)
    with pytest.raises(GestureError):
        await people.click("USAM", "CROOM", ts, "baton.claimed")


async def test_a_response_url_works_five_times_in_thirty_minutes(people, standin, call, baton, clock):
    alone = (await call("chat.postEphemeral", **CARD, user="UJANE"))["message_ts"]
    await people.click("UJANE", "CROOM", alone, "baton.claimed")
    payload = baton.payload()
    assert payload["container"]["is_ephemeral"] and "message" not in payload
    async with aiohttp.ClientSession() as session:

        async def say(**body):
            async with session.post(payload["response_url"], json=body) as response:
                return response.status, await response.json()

        assert (await say(text="Already picked up", replace_original=True))[0] == 200
        assert [m.text for m in standin.visible_to("UJANE")] == ["Already picked up"]
        assert (await say(text="new"))[1] == {"ok": True}
        assert standin.visible_to("USAM") == []
        assert (await say())[1]["error"] == "no_text"
        await say(delete_original=True)
        assert [m.text for m in standin.visible_to("UJANE")] == ["new"]
        assert (await say(text="fifth"))[0] == 200
        assert await say(text="sixth") == (404, {"ok": False, "error": "used_url"})
        await people.command("UJANE", "/escalate")
        payload = baton.form()
        clock.forward(minutes=31)
        assert (await say(text="late"))[1]["error"] == "expired_url"
        async with session.post(payload["response_url"], data=b"text", headers={"Content-Type": "text/plain"}) as junk:
            assert junk.status == 404


async def test_the_same_bytes_again(people, baton):
    await people.command("UJANE", "/escalate", "now")
    await people.resend()
    assert baton.received[0] == baton.received[1]
    request = people.signed("slash_commands", people.command_payload("UJANE", "/escalate"), timestamp=5)
    assert request.headers["X-Slack-Request-Timestamp"] == "5"
    assert len(baton.received) == 2


async def test_events_and_their_retries(people, baton):
    inner = {"type": "app_home_opened", "user": "UJANE"}
    assert (await people.event(inner, event_id="Ev1")).status == 200
    await people.event(inner, event_id="Ev1", retry=1)
    (first, once), (second, again) = baton.received
    assert json.loads(first)["event_id"] == json.loads(second)["event_id"] == "Ev1"
    assert "X-Slack-Retry-Num" not in once
    assert (again["X-Slack-Retry-Num"], again["X-Slack-Retry-Reason"]) == ("1", "http_timeout")
