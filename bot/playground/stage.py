"""The stage: both stand-ins, the cast in front of them, and a real Baton on a fresh SQLite file between them."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from aiohttp import web

from bot.database import prepare_database
from bot.http import application
from bot.playground import slack_stand_in, teams_stand_in
from bot.playground.board import board, slack_call, teams_call
from bot.playground.cast import (
    DANA,
    SEATS,
    SLACK_CHANNEL,
    SLACK_CHANNEL_NAME,
    TEAMS_CHANNEL,
    TEAMS_CHANNEL_NAME,
    Json,
)
from bot.playground.gestures import Gestures
from bot.playground.slack_stand_in import SlackClient, SlackStandIn
from bot.playground.teams_stand_in import TeamsClient, TeamsStandIn
from bot.playground.traffic import Traffic
from bot.settings import Settings, load
from bot.wiring import running


class Stage:
    """What is going on between the cast and Baton: ``gestures`` changes it, ``state`` shows it."""

    def __init__(self, slack: SlackStandIn, teams: TeamsStandIn, baton_url: str) -> None:
        self.slack, self.teams = slack, teams
        self._subscribers: list[Callable[[], None]] = []
        self.traffic = Traffic(self._tell)
        self.slack_people, self.teams_people = SlackClient(slack, baton_url), TeamsClient(teams, baton_url)
        self.gestures = Gestures(self.slack_people, self.teams_people, self.traffic)
        slack.subscribe(self._changed)
        teams.subscribe(self._changed)
        self._changed()

    def state(self) -> Json:
        """Everything that the page draws, as JSON."""
        return board(self.slack, self.teams, self.gestures.answers, self.traffic)

    def subscribe(self, subscriber: Callable[[], None]) -> None:
        """Have ``subscriber`` called at every change, on the event loop."""
        self._subscribers.append(subscriber)

    async def close(self) -> None:
        """Close the connections of the cast to Baton."""
        await self.slack_people.close()
        await self.teams_people.close()

    def _changed(self) -> None:
        self.traffic.follow("Slack", self.slack.calls, slack_call)
        self.traffic.follow("Teams", self.teams.calls, teams_call)
        self._tell()

    def _tell(self) -> None:
        for subscriber in self._subscribers:
            subscriber()


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """A stage on free ports of this machine; everything is ended, and the records are removed, on leaving."""
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
        on_stage = Stage(slack, teams, f"http://127.0.0.1:{runner.addresses[0][1]}")
        held.push_async_callback(on_stage.close)
        # As in life, Teams tells of the installation first; without it, Baton would fetch Teams' keys during the race.
        await on_stage.teams_people.installed(DANA.user, TEAMS_CHANNEL)
        yield on_stage


def _slack() -> SlackStandIn:
    slack = SlackStandIn()
    slack.add_channel(slack_stand_in.Channel(SLACK_CHANNEL, SLACK_CHANNEL_NAME))
    for seat in SEATS.values():
        if seat.platform == "slack":
            slack.add_user(slack_stand_in.User(seat.user, seat.first.lower(), seat.name, seat.email))
            slack.workspace.direct(seat.user)
    return slack


def _teams() -> TeamsStandIn:
    teams = TeamsStandIn()
    teams.add_channel(teams_stand_in.Channel(TEAMS_CHANNEL, TEAMS_CHANNEL_NAME))
    for seat in SEATS.values():
        if seat.platform == "teams":
            teams.directory.chat_of(teams.add_user(teams_stand_in.User(seat.user, seat.name, seat.email)))
    return teams


def _settings(slack: SlackStandIn, teams: TeamsStandIn, database: Path) -> Settings:
    return load(
        {
            "DATABASE_URL": f"sqlite:///{database}",
            "PORT": "0",
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_CHANNEL": SLACK_CHANNEL,
            "SLACK_API_URL": slack.api_url,
            "TEAMS_APP_ID": teams.app_id,
            "TEAMS_APP_PASSWORD": teams.app_password,
            "TEAMS_TENANT_ID": teams.tenant_id,
            "TEAMS_CHANNEL": TEAMS_CHANNEL,
            "TEAMS_SERVICE_URL": teams.service_url,
            "TEAMS_OPENID_METADATA_URL": teams.openid_metadata_url,
            "TEAMS_TOKEN_URL": teams.token_url,
            "TEAMS_ALLOWED_SERVICE_HOSTS": "127.0.0.1",
        }
    )
