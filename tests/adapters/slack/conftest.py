"""The stage of the Slack tests: the stand-in on one side, a real aiohttp application with the adapter on the other."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import aiohttp
import pytest
from aiohttp import web
from cryptography.fernet import Fernet

from adapters.slack.incoming import SlackIncoming
from adapters.slack.oauth import SlackOAuth
from adapters.slack.outgoing import SlackOutgoing
from adapters.slack.settings import OAuthSettings, SlackSettings
from adapters.slack.workspaces import Introduction
from bot.keyring import Keyring
from bot.playground.slack_stand_in import PUBLISHED, Browser, Channel, Pace, SlackClient, SlackStandIn, Team, User
from core.account import Installation
from core.context_card import describe
from core.deliveries import Lane, Sent
from core.errors import StorageAway
from core.handoff import Handoff
from storage import OpenRecords, open_storage
from tests.adapters.real_desk import WatchedDesk

TEAM, SENIORS = "T0BATON01", "C0SENIORS"
JANE, DANA, SAM = "U0JANE001", "U0DANA001", "U0SAM0001"
OTHER, OTTO = "T0OTHER01", "U0OTTO001"
PEOPLE = (
    User(JANE, "jane", "Jane Doe", "jane@acme.example"),
    User(DANA, "dana", "Dana Lee", "dana@acme.example"),
    User(SAM, "sam", "Sam Poe", "sam@acme.example"),
)


class Ring:
    """A keyring in memory, whose records can be away."""

    def __init__(self) -> None:
        self.held: dict[str, Installation] = {}
        self.away = False
        self.asked = 0

    def hold(self, token: str, us: Introduction) -> None:
        """Baton is installed in the workspace that this token is of."""
        self.held[us.team] = Installation("slack", us.team, token, us.facts)

    async def installation(self, platform: str, workspace: str) -> Installation | None:
        await asyncio.sleep(0)
        self.asked += 1
        if self.away:
            raise StorageAway
        return self.held.get(workspace) if platform == "slack" else None

    async def know(self, installation: Installation) -> bool:
        await asyncio.sleep(0)
        self.held[installation.workspace] = installation
        return True


@pytest.fixture
def pace() -> Pace:
    """A test that is about another pace is parametrized with it."""
    return PUBLISHED


@pytest.fixture
async def slack(pace: Pace) -> AsyncIterator[SlackStandIn]:
    stand_in = SlackStandIn(pace=pace)
    for user in PEOPLE:
        stand_in.add_user(replace(user))
    stand_in.add_channel(Channel(SENIORS, "seniors"))
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
def settings(slack: SlackStandIn) -> SlackSettings:
    return SlackSettings(slack.bot_token, slack.signing_secret, slack.app_token, SENIORS, slack.api_url)


@pytest.fixture
def ring() -> Ring:
    """What Baton holds in the one workspace of most tests, without having asked Slack for it."""
    ring = Ring()
    ring.hold("xoxb-stand-in", Introduction(TEAM, "U0BATON01", "B0BATON01", "https://acme-support.slack.com/"))
    return ring


@pytest.fixture
async def outgoing(settings: SlackSettings, ring: Ring) -> AsyncIterator[SlackOutgoing]:
    async with aiohttp.ClientSession() as session:
        yield SlackOutgoing(settings, session, ring)


@pytest.fixture
async def scripted(ring: Ring) -> AsyncIterator[tuple[SlackOutgoing, list[web.Response]]]:
    """A Slack that answers whatever the test says, for answers that no Slack would give."""
    answers: list[web.Response] = []

    async def answer(_: web.Request) -> web.Response:
        return answers.pop(0)

    app = web.Application()
    app.router.add_post("/api/{method}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    async with aiohttp.ClientSession() as session:
        yield SlackOutgoing(SlackSettings("xoxb", "s", None, SENIORS, url), session, ring), answers
    await runner.cleanup()


@dataclass
class Stage:
    """Everything a play needs. ``url`` is where the adapter listens."""

    slack: SlackStandIn
    client: SlackClient
    desk: WatchedDesk
    outgoing: SlackOutgoing
    incoming: SlackIncoming
    ring: Ring
    url: str

    async def post_card(self, handoff: Handoff | None = None) -> str:
        """Post the card of a handoff, or of the one on record, as the worker would; its ``ts``."""
        handoff = handoff or await self.desk.handoff()
        sent = await self.outgoing.post(lane(), describe(handoff), f"card:{handoff.id}:r1")
        assert isinstance(sent, Sent)
        return sent.copy.partition(":")[2]

    async def escalated(self) -> str:
        """One open handoff by Jane with its card in the room; the card's ``ts``."""
        await self.client.command(JANE, "/escalate", "now Outlook fails #12345", SENIORS)
        return await self.post_card()

    def private_answers(self, user: str) -> list[str]:
        """The sentences that one person alone was shown."""
        return [message.text for message in self.slack.messages if message.ephemeral_to == user]

    async def told(self, user: str) -> str:
        """The last private sentence, once the background is done."""
        await self.incoming.drain()
        return self.private_answers(user)[-1]


@dataclass
class Shop:
    """A Baton without a token of its own, that people install by a button; its keyring is over its real records."""

    slack: SlackStandIn
    browser: Browser
    records: OpenRecords
    desk: WatchedDesk
    outgoing: SlackOutgoing
    incoming: SlackIncoming
    url: str

    @property
    def begin(self) -> str:
        """The address of the button."""
        return f"{self.url}/slack/install"

    def people(self, team: str = TEAM) -> SlackClient:
        """The people of a workspace."""
        return SlackClient(self.slack, self.url, team=team)

    async def account(self, workspace: str = TEAM) -> str | None:
        """The account that a workspace belongs to."""
        return await self.records.registry.account_of("slack", workspace)

    async def rooms(self) -> list[tuple[str, str]]:
        """The rooms of the first workspace's account, by address and name."""
        account = await self.account()
        assert account is not None
        return [(room.lane.address, room.name) for room in await self.records.open(account).rooms()]


def lane(address: str = SENIORS, private: bool = False) -> Lane:
    return Lane("slack", TEAM, address, private)


@pytest.fixture
async def stage(
    slack: SlackStandIn, settings: SlackSettings, outgoing: SlackOutgoing, desk: WatchedDesk, ring: Ring
) -> AsyncIterator[Stage]:
    us = await outgoing.introduce()
    assert ring.held[TEAM].facts == us.facts
    await desk.connect("slack", TEAM, {SENIORS: "#seniors"})
    incoming = SlackIncoming(settings, outgoing, desk)
    app = web.Application()
    app.router.add_post("/slack/events", incoming.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with SlackClient(slack, url) as client:
        yield Stage(slack, client, desk, outgoing, incoming, ring, url)
    await incoming.drain()
    await runner.cleanup()


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Shop]:
    """Nobody has installed anything yet. In the other workspace there is Otto, and a channel of the same kind."""
    slack = SlackStandIn(installed=False)
    for user in PEOPLE:
        slack.add_user(replace(user))
    slack.add_channel(Channel(SENIORS, "seniors", bot_is_member=False))
    other = slack.add_team(Team(OTHER, "Other <b>& Sons</b>", "other"))
    other.add_user(User(OTTO, "otto", "Otto Other", "otto@other.example"))
    other.add_channel(Channel("C0OTHERS1", "others", bot_is_member=False))
    await slack.start()
    records = await open_storage(sqlite_url, lambda: None, keys=[Fernet.generate_key().decode()])
    desk, keyring = WatchedDesk(records, sqlite_url), Keyring(records)
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    back = f"{url}/slack/oauth_redirect"
    slack.app.redirect_urls.append(back)
    app = OAuthSettings(slack.app.client_id, slack.app.client_secret, back)
    settings = SlackSettings("", slack.signing_secret, None, "", slack.api_url, app, slack.authorize_url)
    async with aiohttp.ClientSession() as session, Browser() as browser:
        outgoing = SlackOutgoing(settings, session, keyring)
        incoming, oauth = SlackIncoming(settings, outgoing, desk), SlackOAuth(settings, session, desk)
        web_app = web.Application()
        web_app.router.add_post("/slack/events", incoming.handle)
        web_app.router.add_get("/slack/install", oauth.install)
        web_app.router.add_get("/slack/oauth_redirect", oauth.callback)
        runner = web.AppRunner(web_app, access_log=None)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        yield Shop(slack, browser, records, desk, outgoing, incoming, url)
        await incoming.drain()
        await runner.cleanup()
    await records.close()
    await slack.stop()
