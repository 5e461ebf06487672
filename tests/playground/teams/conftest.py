"""A tenant with four people and two channels, an endpoint in Baton's place, and a clock that stands still."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import aiohttp
import pytest
from yarl import URL

from bot.playground.teams_stand_in import Channel, TeamsClient, TeamsStandIn, User

from .baton_double import Endpoint

ROOM, OUTSIDE = "19:room@thread.tacv2", "19:outside@thread.tacv2"
DANA, SAM, GUEST = "d0000000-0000-4000-8000-00000000000d", "50000000-0000-4000-8000-000000000005", "guest-1"
SCOPE = "https://api.botframework.com/.default"


class StoppedClock:
    """Time that only moves when told."""

    def __init__(self):
        self.time = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self):
        return self.time

    def forward(self, **length):
        self.time += timedelta(**length)


@pytest.fixture
def clock():
    return StoppedClock()


@pytest.fixture
async def standin(clock):
    standin = TeamsStandIn(clock=clock)
    standin.add_user(User(DANA, "Dana Ruiz", "dana@acme.example"))
    standin.add_user(User(SAM, "Sam Okafor", "sam@acme.example", id="29:1sam"))
    standin.add_user(User(GUEST, "Gil Guest", "gil@other.example", is_guest=True))
    standin.add_channel(Channel(ROOM, "Escalations", members={"29:1sam", standin.directory.find(DANA).id}))
    standin.add_channel(Channel(OUTSIDE, "Outside", team_id="19:other@thread.tacv2", bot_installed=False))
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as session:
        yield session


def form(standin, **changes):
    right = {
        "grant_type": "client_credentials",
        "client_id": standin.app_id,
        "client_secret": standin.app_password,
        "scope": SCOPE,
    }
    return {name: value for name, value in {**right, **changes}.items() if value is not None}


class Caller:
    """Calls the connector with a right token, and keeps the last status and headers."""

    def __init__(self, standin, session):
        self.standin, self.session = standin, session
        self.token = self.status = self.headers = None

    async def __call__(self, method, *parts, body=None, query=""):
        if self.token is None:
            async with self.session.post(self.standin.token_url, data=form(self.standin)) as response:
                self.token = (await response.json())["access_token"]
        path = "/".join(("v3", "conversations", *(quote(part, safe="") for part in parts)))
        url = URL(f"{self.standin.service_url}{path}{query}", encoded=True)
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.session.request(method, url, json=body, headers=headers) as response:
            self.status, self.headers = response.status, response.headers
            return await response.json() if response.content_type == "application/json" else None

    async def refused(self, *args, **kwargs):
        """Status and code of a refusal."""
        answer = await self(*args, **kwargs)
        return self.status, answer["error"]["code"]

    async def thread(self, activity):
        """Begin a thread in the room."""
        return await self("POST", body=self.new_thread(activity))

    def new_thread(self, activity, channel=ROOM):
        data = {"channel": {"id": channel}, "tenant": {"id": self.standin.tenant_id}}
        return {"isGroup": True, "tenantId": self.standin.tenant_id, "channelData": data, "activity": activity}

    def new_chat(self, user):
        return {"isGroup": False, "members": [{"id": user}], "tenantId": self.standin.tenant_id}


@pytest.fixture
def call(standin, session):
    return Caller(standin, session)


@pytest.fixture
async def baton():
    endpoint = Endpoint()
    await endpoint.start()
    yield endpoint
    await endpoint.stop()


@pytest.fixture
async def people(standin, baton):
    async with TeamsClient(standin, baton.url) as client:
        yield client


def text(words="Hello"):
    return {"type": "message", "text": words}


def block(words="Hello", **more):
    return {"type": "TextBlock", "text": words, **more}


def execute(verb="baton.claimed", title="Pick Up", **more):
    return {"type": "Action.Execute", "verb": verb, "title": title, **more}


def card(*actions, body=None, **more):
    whole = {"type": "AdaptiveCard", "version": "1.5", "body": body or [block()], **more}
    return {**whole, "actions": list(actions)} if actions else whole


def message(content):
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
    return {"type": "message", "summary": "A card", "attachments": [attachment]}


def answer(content):
    """The answer to an invoke that replaces the card."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": content}
