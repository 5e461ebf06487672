"""How often the stand-in lets itself be called, by its own clock."""

import aiohttp
import pytest

from bot.playground.slack_stand_in import PUBLISHED, UNLISTED, Pace, SlackStandIn

from .conftest import seed


@pytest.fixture
def pace():
    """A test that is about another pace is parametrized with it."""
    return PUBLISHED


@pytest.fixture
async def paced(pace, clock):
    standin = SlackStandIn(clock=clock, pace=pace)
    seed(standin)
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
async def call(paced):
    """Call a method, and answer the status and the wait."""
    headers = {"Authorization": f"Bearer {paced.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:

        async def call(method, **args):
            async with session.post(paced.api_url + method, json=args) as response:
                return response.status, response.headers.get("Retry-After")

        yield call


@pytest.mark.parametrize("pace", [Pace(per_second=1, burst=2)])
async def test_the_pace_of_a_channel(call, clock):
    async def post(channel):
        return await call("chat.postMessage", channel=channel, text="hello")

    assert [await post("CROOM") for _ in range(3)] == [(200, None), (200, None), (429, "1")]
    assert await post("CTEAM") == (200, None)
    clock.forward(seconds=1)
    assert await post("CROOM") == (200, None)
    assert await post("CROOM") == (429, "1")


@pytest.mark.parametrize("pace", [Pace(posts=3)])
async def test_the_pace_of_posts_in_the_workspace(call, clock):
    async def post(channel):
        return await call("chat.postMessage", channel=channel, text="hello")

    assert [await post(channel) for channel in ("CROOM", "CTEAM", "USAM")] == [(200, None)] * 3
    clock.forward(seconds=20)
    assert await post("UJANE") == (429, "40")
    clock.forward(seconds=40)
    assert await post("UJANE") == (200, None)


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("chat.update", {"channel": "CROOM", "ts": "1.1", "text": "a"}),
        ("conversations.history", {"channel": "CROOM"}),
        ("conversations.replies", {"channel": "CROOM", "ts": "1.1"}),
        ("conversations.open", {"users": "USAM"}),
    ],
)
async def test_a_minute_of_tier_3(method, args, call, clock):
    assert {await call(method, **args) for _ in range(25)} == {(200, None)}
    clock.forward(seconds=30)
    assert {await call(method, **args) for _ in range(25)} == {(200, None)}
    assert await call(method, **args) == (429, "30")
    assert await call("auth.test") == (200, None)
    clock.forward(seconds=30)
    assert {await call(method, **args) for _ in range(25)} == {(200, None)}
    assert await call(method, **args) == (429, "30")


@pytest.mark.parametrize("pace", [UNLISTED])
async def test_an_app_that_is_not_listed_reads_fifteen_messages_a_minute(paced, call, clock):
    for number in range(20):
        paced.say("UJANE", "CROOM", str(number))
    args = {"channel": "CROOM", "limit": 100}
    assert await call("conversations.history", **args) == (200, None)
    assert len(paced.calls[0].answered["messages"]) == 15
    assert await call("conversations.history", **args) == (429, "60")
    clock.forward(minutes=1)
    assert await call("conversations.history", **args) == (200, None)


@pytest.mark.parametrize("pace", [None])
async def test_without_a_pace_everything_passes(call):
    answers = {await call("chat.postMessage", channel="CROOM", text="hello") for _ in range(300)}
    assert answers == {(200, None)}


async def test_a_clock_that_is_set_back_ends_the_waits(call, clock):
    assert {await call("conversations.history", channel="CROOM") for _ in range(50)} == {(200, None)}
    assert (await call("conversations.history", channel="CROOM"))[0] == 429
    clock.forward(hours=-1)
    assert await call("conversations.history", channel="CROOM") == (200, None)
