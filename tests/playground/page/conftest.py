"""A stage with a real Baton on it, and the page's server in front."""

import json

import aiohttp
import pytest
from aiohttp import web

from bot.playground.page_server import page
from bot.playground.stage import stage


@pytest.fixture
async def on_stage():
    async with stage() as running:
        yield running


@pytest.fixture
async def runner(on_stage):
    runner = web.AppRunner(page(on_stage), access_log=None, shutdown_timeout=2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner
    await runner.cleanup()


@pytest.fixture
async def session(runner):
    async with aiohttp.ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as session:
        yield session


@pytest.fixture
def press(session):
    """Make a gesture as the page does; answers status and JSON."""

    async def press(name, **details):
        async with session.post(f"/api/{name}", json=details) as response:
            return response.status, await response.json()

    return press


@pytest.fixture
def state(session):
    """The state; with a predicate, the first one on the stream that it answers something true for, and that."""

    async def state(wanted=lambda state: state):
        async with session.get("/api/events", timeout=aiohttp.ClientTimeout(total=10)) as stream:
            async for line in stream.content:
                if line.startswith(b"data: ") and (found := wanted(json.loads(line[6:]))):
                    return found
        raise AssertionError("the stream ended")

    return state


def pane(state, name):
    return next(pane for pane in state["panes"] if pane["id"] == name)


def messages(state, name, kind="channel"):
    """What a pane's conversation holds."""
    return next(each for each in pane(state, name)["conversations"] if each["kind"] == kind)["messages"]


@pytest.fixture
def since(on_stage):
    """The same, without what was there when the page was opened."""
    begun = {m["id"] for pane in on_stage.state()["panes"] for c in pane["conversations"] for m in c["messages"]}

    def since(state, name, kind="channel"):
        return [message for message in messages(state, name, kind) if message["id"] not in begun]

    return since
