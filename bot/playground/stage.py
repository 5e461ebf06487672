"""The stage: both stand-ins, the cast in front of them, and a real Baton on a fresh SQLite file between them."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from aiohttp import web
from cryptography.fernet import Fernet

from bot.database import prepare_database
from bot.http import application
from bot.playground import slack_stand_in, teams_stand_in
from bot.playground.accounts import Accounts
from bot.playground.board import panes, slack_call, teams_call
from bot.playground.cast import (
    EVERYBODY,
    SLACK_CHANNEL,
    SLACK_CHANNEL_NAME,
    TEAM,
    TEAM_NAME,
    TEAMS_CHANNEL,
    TEAMS_CHANNEL_NAME,
    Json,
)
from bot.playground.gestures import Gestures
from bot.playground.opening import PUBLIC_URL, NotOpened, Opening, Tell
from bot.playground.slack_stand_in import SlackClient, SlackStandIn
from bot.playground.teams_stand_in import TeamsClient, TeamsStandIn
from bot.playground.traffic import Traffic
from bot.settings import Settings, load
from bot.wiring import running
from core.ports import Storage


class Stage:
    """What is going on between the cast and Baton: ``gestures`` changes it, ``state`` shows it."""

    def __init__(self, slack: SlackStandIn, teams: TeamsStandIn, baton_url: str, storage: Storage) -> None:
        self.slack, self.teams = slack, teams
        self._subscribers: list[Callable[[], None]] = []
        self.accounts = Accounts(storage, self._tell)
        self.traffic = Traffic(self._changed)
        self.slack_people, self.teams_people = SlackClient(slack, baton_url), TeamsClient(teams, baton_url)
        self.gestures = Gestures(self.slack_people, self.teams_people, self.traffic)
        self._following = asyncio.create_task(self.accounts.follow(), name="accounts")
        slack.subscribe(self._called)
        teams.subscribe(self._called)
        self._called()

    def state(self) -> Json:
        """Everything that the page draws, as JSON."""
        return {
            "panes": panes(self.slack, self.teams, self.gestures),
            "accounts": self.accounts.shown,
            "traffic": self.traffic.shown(),
        }

    def subscribe(self, subscriber: Callable[[], None]) -> None:
        """Have ``subscriber`` called at every change, on the event loop."""
        self._subscribers.append(subscriber)

    async def close(self) -> None:
        """Close the connections of the cast to Baton, and stop reading the records."""
        self._following.cancel()
        await asyncio.wait([self._following])
        await self.slack_people.close()
        await self.teams_people.close()

    def _called(self) -> None:
        self.traffic.follow("Slack", self.slack.calls, slack_call)
        self.traffic.follow("Teams", self.teams.calls, teams_call)
        self._changed()

    def _changed(self) -> None:
        # Whatever Baton recorded, it did so while it was asked something, or before it said something.
        self.accounts.look()
        self._tell()

    def _tell(self) -> None:
        for subscriber in self._subscribers:
            subscriber()


@asynccontextmanager
async def stage(tell: Tell = lambda _, __: None) -> AsyncIterator[Stage]:
    """A stage on free ports of this machine; everything is ended, and the records are removed, on leaving.

    Baton is installed on both platforms and linked by then, and ``tell`` was told how; ``NotOpened`` if it can't be.
    """
    async with AsyncExitStack() as held:
        folder = held.enter_context(tempfile.TemporaryDirectory(prefix="baton-demo-"))
        slack, teams = _slack(), _teams()
        await slack.start()
        held.push_async_callback(slack.stop)
        await teams.start()
        held.push_async_callback(teams.stop)
        settings = _settings(slack, teams, Path(folder) / "baton.db")
        if problem := await asyncio.to_thread(prepare_database, settings.database_url):
            raise RuntimeError(problem)
        baton = await held.enter_async_context(running(settings))
        runner = web.AppRunner(application(baton), access_log=None, shutdown_timeout=2)
        await runner.setup()
        held.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", settings.port).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        on_stage = Stage(slack, teams, url, baton.storage)
        held.push_async_callback(on_stage.close)
        people = on_stage.slack_people, on_stage.teams_people
        await Opening(*people, on_stage.gestures, on_stage.traffic, url, tell).play()
        try:
            await on_stage.accounts.settle()
        except TimeoutError:
            raise NotOpened("Something that Baton owes in the beginning was not sent.") from None
        await on_stage.accounts.read()
        yield on_stage


def _slack() -> SlackStandIn:
    slack = SlackStandIn(installed=False)
    slack.app.redirect_urls.append(f"{PUBLIC_URL}/slack/oauth_redirect")
    slack.add_channel(slack_stand_in.Channel(SLACK_CHANNEL, SLACK_CHANNEL_NAME, bot_is_member=False))
    for one in EVERYBODY:
        if one.platform == "slack":
            guest = one.role == "guest"
            slack.add_user(slack_stand_in.User(one.user, one.first.lower(), one.name, one.email, is_restricted=guest))
            slack.workspace.direct(one.user)
    return slack


def _teams() -> TeamsStandIn:
    teams = TeamsStandIn()
    # A team's first channel has the team's own id, and hears of an installation.
    for room, name in ((TEAM, "General"), (TEAMS_CHANNEL, TEAMS_CHANNEL_NAME)):
        teams.add_channel(teams_stand_in.Channel(room, name, TEAM, TEAM_NAME, bot_installed=False))
    for one in EVERYBODY:
        if one.platform == "teams":
            teams.directory.chat_of(teams.add_user(teams_stand_in.User(one.user, one.name, one.email)))
    return teams


def _settings(slack: SlackStandIn, teams: TeamsStandIn, database: Path) -> Settings:
    return load(
        {
            "DATABASE_URL": f"sqlite:///{database}",
            "PORT": "0",
            "BATON_PUBLIC_URL": PUBLIC_URL,
            "BATON_SECRET_KEY": Fernet.generate_key().decode(),
            "SLACK_CLIENT_ID": slack.app.client_id,
            "SLACK_CLIENT_SECRET": slack.app.client_secret,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
            "SLACK_AUTHORIZE_URL": slack.authorize_url,
            "TEAMS_APP_ID": teams.app_id,
            "TEAMS_APP_PASSWORD": teams.app_password,
            "TEAMS_TENANT_ID": teams.tenant_id,
            "TEAMS_SERVICE_URL": teams.service_url,
            "TEAMS_OPENID_METADATA_URL": teams.openid_metadata_url,
            "TEAMS_TOKEN_URL": teams.token_url,
            "TEAMS_ALLOWED_SERVICE_HOSTS": "127.0.0.1",
        }
    )
