"""Socket Mode, with Slack's own client at the other end."""

import asyncio

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack_stand_in import SlackClient


@pytest.fixture
async def connected(standin):
    web = AsyncWebClient(base_url=standin.api_url)
    app = SocketModeClient(app_token=standin.app_token, web_client=web, ping_interval=0.05)
    app.received = []

    async def answer(client, request):
        app.received.append(request)
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, {"text": "Recorded."}))

    app.socket_mode_request_listeners.append(answer)
    await app.connect()
    await standin.wait_until(lambda: standin.socket_mode.connected)
    yield app
    await app.close()


async def test_a_command_over_the_socket(standin, connected):
    outcome = await SlackClient(standin).command("UJANE", "/escalate", "now", "CROOM")
    assert outcome.text == "Recorded."
    (request,) = connected.received
    assert (request.type, request.payload["text"]) == ("slash_commands", "now")
    assert request.accepts_response_payload


async def test_events_carry_their_retry(standin, connected):
    assert (await SlackClient(standin).event({"type": "app_home_opened"}, retry=2)).status == 200
    (request,) = connected.received
    assert (request.type, request.retry_attempt, request.retry_reason) == ("events_api", 2, "http_timeout")


async def test_a_silent_death_swallows_gestures_until_the_client_notices(standin, connected):
    standin.socket_mode.die_silently()
    hasty = SlackClient(standin, patience=0.05)
    assert (await hasty.command("UJANE", "/escalate")).error == "operation_timeout"
    assert await standin.wait_until(lambda: standin.socket_mode.connected, timeout=10)
    assert (await SlackClient(standin).command("UJANE", "/escalate")).ok


async def test_nobody_connected_and_a_ticket_used_twice(standin, call):
    assert (await SlackClient(standin).command("UJANE", "/escalate")).error == "dispatch_failed"
    assert (await call("apps.connections.open"))["error"] == "not_allowed_token_type"
    web = AsyncWebClient(base_url=standin.api_url)
    url = (await web.apps_connections_open(app_token=standin.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "hello"
            await asyncio.gather(standin.socket_mode.disconnect(), _read_to_the_end(socket))
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def _read_to_the_end(socket):
    seen = [message.json() async for message in socket]
    assert [message["type"] for message in seen] == ["disconnect"]
