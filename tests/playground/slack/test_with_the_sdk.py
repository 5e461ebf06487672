"""Slack's own client library against the stand-in: it must take it for Slack."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack_stand_in import RateLimited, Status

from .conftest import actions, button, field, modal


@pytest.fixture
async def web(standin):
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(standin.bot_token, base_url=standin.api_url, session=session, retry_handlers=[])


async def test_post_update_find_delete(web, standin):
    metadata = {"event_type": "baton", "event_payload": {"key": "card:1"}}
    blocks = [actions(button())]
    posted = await web.chat_postMessage(
        channel="CROOM", text="card", blocks=blocks, metadata=metadata, unfurl_links=False, unfurl_media=False
    )
    await web.chat_update(channel="CROOM", ts=posted["ts"], text="changed", blocks=blocks)
    found = await web.conversations_history(channel="CROOM", include_all_metadata=True, limit=15, oldest="0")
    assert (found["messages"][0]["text"], found["messages"][0]["metadata"]) == ("changed", metadata)
    assert (await web.chat_getPermalink(channel="CROOM", message_ts=posted["ts"]))["permalink"]
    await web.chat_delete(channel="CROOM", ts=posted["ts"])
    assert standin.visible_to("UJANE") == []


async def test_modals_and_people(web, standin):
    opened = await web.views_open(trigger_id=standin.workspace.trigger_for("UJANE"), view=modal())
    view = opened["view"]
    await web.views_update(view_id=view["id"], hash=view["hash"], view=modal(field("problem")))
    assert standin.view_of("UJANE").content["blocks"][0]["block_id"] == "problem"
    assert (await web.users_info(user="UJANE"))["user"]["profile"]["email"] == "jane@acme.example"
    assert (await web.conversations_info(channel="CROOM"))["channel"]["name"] == "escalations"
    channel = (await web.conversations_open(users=["USAM"], return_im=True))["channel"]
    assert channel["user"] == "USAM"
    assert (await web.auth_test())["user_id"] == standin.workspace.bot.id


async def test_refusals_arrive_as_the_sdks_errors(web, standin):
    with pytest.raises(SlackApiError) as refused:
        await web.chat_postMessage(channel="CROOM", text="a", blocks=[{"type": "chart"}])
    assert refused.value.response["error"] == "invalid_blocks"
    standin.faults("chat.postMessage", [RateLimited(7), Status(502)])
    with pytest.raises(SlackApiError) as limited:
        await web.chat_postMessage(channel="CROOM", text="a")
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "7")
    with pytest.raises(SlackApiError):
        await web.chat_postMessage(channel="CROOM", text="a")
    assert standin.messages == []


async def test_the_sdk_takes_the_signature(people, standin, baton):
    await people.command("UJANE", "/escalate", "now Größe & <!here>", "CROOM")
    body, headers = baton.received[0]

    class Now:
        def now(self):
            return standin.workspace.clock().timestamp()

    assert SignatureVerifier(standin.signing_secret, Now()).is_valid_request(body, headers)
