"""What can be made to go wrong, and that it goes wrong once, as written."""

import asyncio

import aiohttp
import pytest

from bot.playground.slack_stand_in import (
    DropAfterTaking,
    DropBefore,
    Error,
    Hang,
    Ok,
    RateLimited,
    SlowBytes,
    Status,
    WrongJson,
)

POST = {"channel": "CROOM", "text": "hello"}


@pytest.fixture
async def post(standin):
    headers = {"Authorization": f"Bearer {standin.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:

        async def post(**args):
            async with session.post(standin.api_url + "chat.postMessage", json={**POST, **args}) as response:
                return response.status, response.headers, await response.text()

        yield post


async def test_faults_come_in_order_and_then_end(standin, post):
    standin.faults("chat.postMessage", [Ok(), RateLimited(60), Status(502), Error("fatal_error", extra={"why": "x"})])
    assert (await post())[0] == 200
    status, headers, _ = await post()
    assert (status, headers["Retry-After"]) == (429, "60")
    status, headers, body = await post()
    assert (status, headers["Content-Type"].split(";")[0]) == (502, "text/html")
    assert "<html>" in body
    assert '"why": "x"' in (await post())[2]
    assert (await post())[0] == 200
    assert (len(standin.messages), standin.faults_left) == (2, 0)
    assert [call.ok for call in standin.calls] == [True, False, False, False, True]


@pytest.mark.parametrize(("fault", "taken"), [(DropBefore(), 0), (DropAfterTaking(), 1)])
async def test_a_dropped_connection(fault, taken, standin, post):
    standin.faults("chat.postMessage", [fault])
    with pytest.raises(aiohttp.ClientError):
        await post()
    assert len(standin.messages) == taken
    assert "dropped" in standin.calls[0].answered


async def test_a_silence_ends_when_told(standin, post):
    until = asyncio.Event()
    standin.faults("chat.postMessage", [Hang(until)])
    waiting = asyncio.create_task(post())
    await standin.wait_until(lambda: standin.calls and standin.calls[0].answered == "silence")
    assert standin.messages == []
    until.set()
    assert (await waiting)[0] == 200
    assert (len(standin.messages), standin.calls[0].ok) == (1, True)


async def test_a_silence_after_the_call_was_taken(standin, post):
    standin.faults("chat.postMessage", [Hang(taken=True)])
    waiting = asyncio.create_task(post())
    assert await standin.wait_until(lambda: standin.messages)
    await standin.stop()
    with pytest.raises(aiohttp.ClientError):
        await waiting


async def test_slow_bytes_and_broken_json(standin, post):
    standin.faults("chat.postMessage", [SlowBytes(0), WrongJson()])
    assert '"ok": true' in (await post())[2]
    status, headers, body = await post()
    assert (status, headers["Content-Type"].split(";")[0]) == (200, "application/json")
    assert not body.endswith("}")
    assert len(standin.messages) == 2


async def test_a_fault_of_one_channel_leaves_the_others_alone(standin, post):
    standin.faults("chat.postMessage", [Error("is_archived")], channel="CROOM")
    assert '"ok": true' in (await post(channel="CTEAM"))[2]
    assert "is_archived" in (await post())[2]


async def test_an_outage_lasts_until_it_is_over_and_lets_faults_go_first(standin, post):
    standin.outage = Status(503)
    standin.faults("chat.postMessage", [RateLimited(9)])
    assert [(await post())[0] for _ in range(3)] == [429, 503, 503]
    standin.outage = Ok()
    assert (await post())[0] == 200
    assert len(standin.messages) == 1
