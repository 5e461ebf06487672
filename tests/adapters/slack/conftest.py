"""The stage of the Slack tests: the stand-in on one side, a real aiohttp application with the adapter on the other."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web

from adapters.slack.incoming import SlackIncoming
from adapters.slack.outgoing import Introduction, SlackOutgoing
from adapters.slack.settings import SlackSettings
from bot.playground.slack_stand_in import PUBLISHED, Channel, Pace, SlackClient, SlackStandIn, User
from core.context_card import describe
from core.deliveries import Lane, Sent
from core.handoff import Handoff
from tests.adapters.real_desk import WatchedDesk

TEAM, SENIORS = "T0BATON01", "C0SENIORS"
JANE, DANA, SAM = "U0JANE001", "U0DANA001", "U0SAM0001"


@pytest.fixture
def pace() -> Pace:
    """A test that is about another pace is parametrized with it."""
    return PUBLISHED


@pytest.fixture
async def slack(pace: Pace) -> AsyncIterator[SlackStandIn]:
    stand_in = SlackStandIn(pace=pace)
    for user in (
        User(JANE, "jane", "Jane Doe", "jane@acme.example"),
        User(DANA, "dana", "Dana Lee", "dana@acme.example"),
        User(SAM, "sam", "Sam Poe", "sam@acme.example"),
    ):
        stand_in.add_user(user)
    stand_in.add_channel(Channel(SENIORS, "seniors"))
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
def settings(slack: SlackStandIn) -> SlackSettings:
    return SlackSettings(slack.bot_token, slack.signing_secret, slack.app_token, SENIORS, slack.api_url)


@pytest.fixture
async def outgoing(settings: SlackSettings) -> AsyncIterator[SlackOutgoing]:
    async with aiohttp.ClientSession() as session:
        yield SlackOutgoing(settings, session)


@pytest.fixture
async def scripted() -> AsyncIterator[tuple[SlackOutgoing, list[web.Response]]]:
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
        yield SlackOutgoing(SlackSettings("xoxb", "s", None, SENIORS, url), session), answers
    await runner.cleanup()


@dataclass
class Stage:
    """Everything a play needs. ``url`` is where the adapter listens."""

    slack: SlackStandIn
    client: SlackClient
    desk: WatchedDesk
    outgoing: SlackOutgoing
    incoming: SlackIncoming
    introduction: Introduction
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


def lane(address: str = SENIORS, private: bool = False) -> Lane:
    return Lane("slack", TEAM, address, private)


@pytest.fixture
async def stage(
    slack: SlackStandIn, settings: SlackSettings, outgoing: SlackOutgoing, desk: WatchedDesk
) -> AsyncIterator[Stage]:
    introduction = await outgoing.introduce()
    await desk.connect("slack", TEAM, {SENIORS: "#seniors"})
    incoming = SlackIncoming(settings, outgoing, desk, introduction)
    app = web.Application()
    app.router.add_post("/slack/events", incoming.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with SlackClient(slack, url) as client:
        yield Stage(slack, client, desk, outgoing, incoming, introduction, url)
    await incoming.drain()
    await runner.cleanup()
