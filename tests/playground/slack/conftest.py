"""A workspace with three people and four channels, an endpoint in Baton's place, and a clock that stands still."""

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.playground.slack_stand_in import Channel, SlackClient, SlackStandIn, User

from .baton_double import Endpoint


class StoppedClock:
    """Time that only moves when told."""

    def __init__(self):
        self.time = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self):
        return self.time

    def forward(self, **length):
        self.time += timedelta(**length)


def seed(standin):
    standin.add_user(User("UJANE", "jane", "Jane Junior", "jane@acme.example"))
    standin.add_user(User("USAM", "sam", "Sam Senior", "sam@acme.example", tz="Europe/Berlin"))
    standin.add_user(User("UGONE", "gone", "Gone Guest", deleted=True))
    standin.add_channel(Channel("CROOM", "escalations"))
    standin.add_channel(Channel("COLD", "old", is_archived=True))
    standin.add_channel(Channel("COUT", "outside", bot_is_member=False))
    standin.add_channel(Channel("CTEAM", "team", members={"USAM"}))


@pytest.fixture
def clock():
    return StoppedClock()


@pytest.fixture
async def standin(clock):
    standin = SlackStandIn(clock=clock)
    seed(standin)
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
async def call(standin):
    """Call a method with the right token and JSON, and answer the JSON."""
    async with aiohttp.ClientSession() as session:

        async def call(method, **args):
            headers = {"Authorization": f"Bearer {standin.bot_token}"}
            async with session.post(standin.api_url + method, json=args, headers=headers) as response:
                return await response.json()

        yield call


@pytest.fixture
async def baton():
    endpoint = Endpoint()
    await endpoint.start()
    yield endpoint
    await endpoint.stop()


@pytest.fixture
async def people(standin, baton):
    async with SlackClient(standin, baton.url) as client:
        yield client


def plain(text):
    return {"type": "plain_text", "text": text}


def button(action_id="act", **more):
    return {"type": "button", "text": plain("Pick Up"), "action_id": action_id, **more}


def actions(*elements, **more):
    return {"type": "actions", "elements": list(elements), **more}


def field(block_id, *, optional=False, **element):
    element = {"type": "plain_text_input", "action_id": "value", **element}
    return {"type": "input", "block_id": block_id, "label": plain("Field"), "optional": optional, "element": element}


def modal(*blocks, **more):
    return {"type": "modal", "title": plain("Escalate"), "submit": plain("Send"), "blocks": list(blocks), **more}
