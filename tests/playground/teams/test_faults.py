"""Faults, scripted per route; the connector's pace; and waiting without sleeping."""

import asyncio

import aiohttp
import pytest

from bot.playground.teams_stand_in import (
    Channel,
    DropAfterTaking,
    DropBefore,
    Error,
    Hang,
    Ok,
    Pace,
    RateLimited,
    SlowBytes,
    Status,
    TeamsStandIn,
    WrongJson,
)

from .conftest import DANA, ROOM, Caller, form, text


async def send(call, room=ROOM):
    return await call("POST", room, "activities", body=text())


async def test_each_fault_meets_one_call(standin, call):
    standin.faults("send", [RateLimited(60), Error("ServiceError", 500), Ok()])
    assert (await send(call))["error"]["code"] == "Throttled"
    assert (call.status, call.headers["Retry-After"]) == (429, "60")
    assert (await send(call))["error"]["code"] == "ServiceError"
    assert call.status == 500
    assert standin.messages == []
    assert (await send(call))["id"]
    assert standin.faults_left == 0
    assert [logged.status for logged in standin.calls[1:]] == [429, 500, 201]


async def test_a_page_of_html(standin, call):
    standin.faults("send", [Status(502)])
    await send(call)
    assert (call.status, call.headers["Content-Type"]) == (502, "text/html; charset=utf-8")


@pytest.mark.parametrize(("fault", "taken"), [(DropBefore(), 0), (DropAfterTaking(), 1)])
async def test_dropped_connections(standin, call, fault, taken):
    await send(call)
    standin.faults("send", [fault])
    with pytest.raises(aiohttp.ClientError):
        await send(call)
    assert len(standin.messages) == 1 + taken
    assert not standin.calls[-1].ok


async def test_cut_json_and_slow_bytes(standin, call):
    standin.faults("send", [WrongJson(), SlowBytes(0)])
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        await send(call)
    assert (await send(call))["id"] == standin.messages[1].id


async def test_a_silence_ends_when_told(standin, call):
    until = asyncio.Event()
    standin.faults("send", [Hang(until, taken=True)])
    sending = asyncio.create_task(send(call))
    await standin.wait_until(lambda: standin.messages)
    assert not sending.done()
    until.set()
    assert (await sending)["id"] == standin.messages[0].id


async def test_a_silence_ends_with_the_stand_in(session):
    standin = TeamsStandIn()
    await standin.start()
    standin.faults("metadata", [Hang()])

    async def ask():
        async with session.get(standin.openid_metadata_url) as response:
            return response.status

    asking = asyncio.create_task(ask())
    await standin.wait_until(lambda: standin.calls)
    await standin.stop()
    with pytest.raises(aiohttp.ClientError):
        await asking


async def test_a_script_for_one_conversation(standin, call):
    standin.add_channel(Channel("19:second@thread.tacv2", "Second"))
    begun = await call.thread(text())
    standin.faults("send", [RateLimited(5)], ROOM)
    await send(call, "19:second@thread.tacv2")
    assert call.status == 201
    await send(call, begun["id"])
    assert call.status == 429


async def test_every_route_has_its_script(standin, session, call):
    for route in ("token", "metadata", "keys", "create", "update", "delete", "members"):
        standin.faults(route, [Status(503)])
    for url in (standin.openid_metadata_url, f"{standin.root}/v1/.well-known/keys"):
        async with session.get(url) as response:
            assert response.status == 503
    async with session.post(standin.token_url, data=form(standin)) as response:
        assert response.status == 503
    for method, parts in (
        ("POST", ()),
        ("PUT", (ROOM, "activities", "1")),
        ("DELETE", (ROOM, "activities", "1")),
        ("GET", (ROOM, "pagedmembers")),
    ):
        await call(method, *parts)
        assert call.status == 503, method
    assert standin.faults_left == 0


async def test_broken_json_is_refused(standin, session, call):
    await send(call)
    url = f"{standin.service_url}v3/conversations/{ROOM}/activities"
    headers = {"Authorization": f"Bearer {call.token}", "Content-Type": "application/json"}
    async with session.post(url, data=b"{", headers=headers) as response:
        assert (response.status, (await response.json())["error"]["code"]) == (400, "BadSyntax")


async def test_the_pace_of_a_conversation(standin, clock, call):
    async def burst(times):
        statuses = []
        for _ in range(times):
            await send(call)
            statuses.append(call.status)
        return statuses

    assert await burst(8) == [201] * 7 + [429]
    assert call.headers["Retry-After"] == "1"
    clock.forward(seconds=1)
    assert await burst(2) == [201, 429]
    for _ in range(6):
        clock.forward(seconds=2)
        await burst(8)
    assert len(standin.messages) == 8 + 6 * 7
    clock.forward(seconds=2)
    assert await burst(7) == [201] * 7
    clock.forward(seconds=2)
    assert await burst(4) == [201] * 3 + [429]
    assert call.headers["Retry-After"] == "13"


async def test_all_that_is_written_in_a_conversation_counts_together(standin, call):
    begun = await call.thread(text())
    message = (begun["id"], "activities", begun["activityId"])
    for _ in range(3):
        await call("PUT", *message, body=text())
        await call("POST", begun["id"], "activities", body=text())
    assert call.status == 201
    assert await call.refused("PUT", *message, body=text()) == (429, "Throttled")
    assert await call.refused("POST", body=call.new_thread(text())) == (429, "Throttled")
    assert await call("GET", ROOM, "members", DANA)
    chat = await call("POST", body=call.new_chat(DANA))
    for _ in range(6):
        await call("POST", chat["id"], "activities", body=text())
    assert call.status == 201
    assert await call.refused("POST", body=call.new_chat(DANA)) == (429, "Throttled")


async def test_the_pace_of_a_tenant(standin, clock, call):
    channels = [standin.add_channel(Channel(f"19:{number}@thread.tacv2", "")).id for number in range(50)]
    for channel in channels:
        await send(call, channel)
    assert call.status == 201
    assert await call.refused("GET", channels[0], "pagedmembers") == (429, "Throttled")
    clock.forward(seconds=1)
    await send(call, channels[0])
    assert call.status == 201


@pytest.mark.parametrize(("pace", "passed"), [(None, 60), (Pace(writes=((3, 1),), tenant=()), 3)])
async def test_another_pace_or_none(clock, session, pace, passed):
    standin = TeamsStandIn(clock=clock, pace=pace)
    standin.add_channel(Channel(ROOM, "Escalations"))
    await standin.start()
    for _ in range(60):
        await send(Caller(standin, session))
    assert len(standin.messages) == passed
    await standin.stop()


async def test_an_outage_meets_every_call_until_it_is_over(standin, session, call):
    await send(call)
    standin.outage = Status(503)
    standin.faults("send", [RateLimited(9)])
    await send(call)
    assert call.status == 429
    await send(call)
    assert call.status == 503
    async with session.get(standin.openid_metadata_url) as response:
        assert response.status == 503
    standin.outage = Ok()
    await send(call)
    assert call.status == 201


async def test_subscribers_hear_of_every_change(standin, call):
    heard = []
    end = standin.subscribe(lambda: heard.append(len(standin.messages)))
    await send(call)
    assert heard[-1] == 1
    end()
    count = len(heard)
    await send(call)
    assert len(heard) == count
    with pytest.raises(TimeoutError):
        await standin.wait_until(lambda: len(standin.messages) > 5, timeout=0.01)
