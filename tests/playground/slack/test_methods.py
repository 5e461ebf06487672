"""The Web API: what it does, and every code it refuses with."""

import json

import aiohttp
import pytest

from bot.playground.slack_stand_in import Channel, SlackStandIn

from .conftest import actions, button, modal, seed

POST = {"channel": "CROOM", "text": "hello"}
REFUSED = {
    "unknown_method": ("chat.shout", {}),
    "channel_not_found": ("chat.postMessage", {**POST, "channel": "CNONE"}),
    "not_in_channel": ("chat.postMessage", {**POST, "channel": "COUT"}),
    "is_archived": ("chat.postMessage", {**POST, "channel": "COLD"}),
    "is_inactive": ("chat.update", {**POST, "channel": "COLD", "ts": "1.000001"}),
    "cannot_dm_bot": ("chat.postMessage", {**POST, "channel": "U0BATON01"}),
    "no_text": ("chat.postMessage", {**POST, "text": " "}),
    "msg_too_long": ("chat.postMessage", {**POST, "text": "a" * 40_001}),
    "invalid_blocks": ("chat.postMessage", {**POST, "blocks": [{"type": "chart"}]}),
    "invalid_blocks_format": ("chat.postMessage", {**POST, "blocks": "[{"}),
    "msg_blocks_too_long": (
        "chat.postMessage",
        {**POST, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "a" * 2900}}] * 5},
    ),
    "invalid_metadata_format": ("chat.postMessage", {**POST, "metadata": "{"}),
    "invalid_metadata_schema": ("chat.postMessage", {**POST, "metadata": {"event_type": "a"}}),
    "metadata_too_large": (
        "chat.postMessage",
        {**POST, "metadata": {"event_type": "a", "event_payload": {"a": "a" * 17_000}}},
    ),
    "not_simulated": ("chat.postMessage", {**POST, "attachments": []}),
    "invalid_arguments": ("chat.postMessage", {"text": "hello"}),
    "message_not_found": ("chat.update", {**POST, "ts": "1.000001"}),
    "user_not_in_channel": ("chat.postEphemeral", {"channel": "CTEAM", "user": "UJANE", "text": "a"}),
    "user_not_found": ("users.info", {"user": "UNONE"}),
    "users_not_found": ("users.lookupByEmail", {"email": "nobody@acme.example"}),
    "user_disabled": ("conversations.open", {"users": "UGONE"}),
    "thread_not_found": ("conversations.replies", {"channel": "CROOM", "ts": "1.000001"}),
    "invalid_ts_oldest": ("conversations.history", {"channel": "CROOM", "oldest": "yesterday"}),
    "invalid_trigger_id": ("views.open", {"trigger_id": "1.2.3", "view": modal()}),
    "not_found": ("views.update", {"view_id": "V1", "view": modal()}),
}


@pytest.mark.parametrize("code", REFUSED)
async def test_refused_with(code, standin, call):
    method, args = REFUSED[code]
    answer = await call(method, **args)
    assert (answer["ok"], answer["error"]) == (False, code)
    assert standin.messages == []
    assert standin.calls[-1].answered == answer and not standin.calls[-1].ok


async def test_tokens(standin):
    async with aiohttp.ClientSession() as session:

        async def error(token):
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            async with session.post(standin.api_url + "auth.test", headers=headers) as response:
                return (await response.json()).get("error")

        assert await error(None) == "not_authed"
        assert await error("xoxb-wrong") == "invalid_auth"
        assert await error(standin.app_token) == "not_allowed_token_type"
        assert await error(standin.bot_token) is None
        for code in ("token_revoked", "account_inactive"):
            standin.token_error = code
            assert await error(standin.bot_token) == code


async def test_a_missing_scope(clock):
    standin = SlackStandIn(clock=clock, scopes={"users:read"})
    seed(standin)
    await standin.start()
    headers = {"Authorization": f"Bearer {standin.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.post(standin.api_url + "chat.postMessage", json=POST) as response:
            answer = await response.json()
        async with session.get(standin.api_url + "users.info?user=UJANE") as response:
            jane = await response.json()
    await standin.stop()
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
    assert "email" not in jane["user"]["profile"]


async def test_forms_carry_structures_as_json(standin):
    form = {"token": standin.bot_token, **POST, "blocks": json.dumps([{"type": "divider"}])}
    async with aiohttp.ClientSession() as session:
        async with session.post(standin.api_url + "chat.postMessage", data=form) as response:
            assert (await response.json())["ok"]
        json_body = {"data": b"{", "headers": {"Content-Type": "application/json"}}
        async with session.post(standin.api_url + "auth.test", **json_body) as response:
            assert (await response.json())["error"] == "invalid_json"
        async with session.post(standin.api_url + "auth.test", json=[]) as response:
            assert (await response.json())["error"] == "json_not_object"
    assert standin.messages[0].blocks == [{"type": "divider", "block_id": "auto0"}]
    assert "token" not in standin.calls[0].args


async def test_update_keeps_the_history_and_delete_hides(standin, call):
    metadata = {"event_type": "baton", "event_payload": {"key": "card:1"}}
    posted = await call("chat.postMessage", **POST, metadata=metadata)
    args = {"channel": "CROOM", "ts": posted["ts"]}
    long = await call("chat.update", **args, text="a" * 4001)
    assert long["error"] == "msg_too_long"
    assert (await call("chat.update", **args, text="changed", blocks=[actions(button())]))["ok"]
    (message,) = standin.messages
    assert (message.text, [was.text for was in message.history], message.metadata) == ("changed", ["hello"], metadata)
    link = await call("chat.getPermalink", channel="CROOM", message_ts=posted["ts"])
    assert link["permalink"].endswith(f"/archives/CROOM/p{posted['ts'].replace('.', '')}")
    assert (await call("chat.delete", **args))["ok"]
    assert standin.visible_to("UJANE") == []
    assert (await call("chat.update", **args, text="again"))["error"] == "message_not_found"


async def test_nobody_updates_a_persons_message(standin, call):
    said = standin.say("UJANE", "CROOM", "mine")
    args = {"channel": "CROOM", "ts": said.ts}
    assert (await call("chat.update", **args, text="a"))["error"] == "cant_update_message"
    assert (await call("chat.delete", **args))["error"] == "cant_delete_message"


async def test_a_post_to_a_user_opens_the_direct_message(standin, call):
    posted = await call("chat.postMessage", channel="USAM", text="psst")
    opened = await call("conversations.open", users="USAM")
    assert posted["channel"] == opened["channel"]["id"]
    assert posted["channel"].startswith("D")
    assert [m.text for m in standin.visible_to("USAM")] == ["psst"]
    assert standin.visible_to("UJANE") == []


async def test_people_and_channels(standin, call):
    sam = (await call("users.lookupByEmail", email="SAM@acme.example"))["user"]
    assert (sam["id"], sam["tz"], sam["tz_offset"]) == ("USAM", "Europe/Berlin", 3600)
    assert (await call("users.info", user="UGONE"))["user"]["deleted"]
    standin.add_channel(Channel("GSECRET", "secret", bot_is_member=False, is_private=True))
    assert (await call("conversations.info", channel="GSECRET"))["error"] == "channel_not_found"
    assert (await call("conversations.info", channel="COUT"))["channel"]["is_member"] is False
    assert (await call("auth.test"))["team_id"] == standin.workspace.team.id


async def test_triggers_last_three_seconds_and_once(standin, call, clock):
    late, once = standin.workspace.trigger_for("UJANE"), standin.workspace.trigger_for("UJANE")
    clock.forward(seconds=3)
    assert (await call("views.open", trigger_id=once, view=modal()))["ok"]
    assert (await call("views.open", trigger_id=once, view=modal()))["error"] == "exchanged_trigger_id"
    clock.forward(seconds=1)
    assert (await call("views.open", trigger_id=late, view=modal()))["error"] == "expired_trigger_id"


async def test_a_stale_hash_is_refused(standin, call):
    opened = (await call("views.open", trigger_id=standin.workspace.trigger_for("UJANE"), view=modal()))["view"]
    args = {"view_id": opened["id"], "hash": opened["hash"], "view": modal(callback_id="full")}
    assert (await call("views.update", **args))["view"]["callback_id"] == "full"
    assert (await call("views.update", **args))["error"] == "hash_conflict"
