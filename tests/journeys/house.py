"""The whole program between both stand-ins: real HTTP, real signatures and tokens, a real database; and its ending."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web

from bot.http import application
from bot.playground.slack_stand_in import SlackClient, SlackStandIn
from bot.playground.teams_stand_in import TeamsClient, TeamsStandIn
from bot.settings import load
from bot.wiring import Running, running
from tests.journeys import invariants
from tests.journeys.cast import (
    EVERYBODY,
    SLACK_ROOM,
    TEAMS_ROOM,
    Person,
    StoppedClock,
    machine_time,
    slack_with,
    teams_with,
)
from tests.journeys.moving import PATIENCE, pass_time, vanish
from tests.journeys.transcript import Transcript, failed_calls, transcript
from tests.journeys.watching import LogWatch, LoopWatch
from tests.storage.rows import count


@dataclass(frozen=True, slots=True)
class Baton:
    """One Baton, and the people in front of it; ``running`` is None where it is another process."""

    url: str
    slack: SlackClient
    teams: TeamsClient
    running: Running | None
    held: AsyncExitStack


class House:
    """Both platforms, the records, and one or more Batons between them; with a ``clock``, all of them go by that.

    The platforms keep their limits if they are ``paced``; Slack has Baton in it already if it is ``installed``.
    """

    def __init__(
        self,
        database_url: str,
        people: Sequence[Person] = EVERYBODY,
        clock: StoppedClock | None = None,
        *,
        paced: bool = True,
        installed: bool = True,
    ) -> None:
        self.database_url = database_url
        self.clock = clock
        time = clock.now if clock else machine_time
        self.slack: SlackStandIn = slack_with(people, time, paced=paced, installed=installed)
        self.teams: TeamsStandIn = teams_with(people, time, paced=paced)
        self.log, self.loop = LogWatch(), LoopWatch()
        self.ended = False
        self.batons: list[Baton] = []
        self._held = AsyncExitStack()

    @property
    def baton(self) -> Baton:
        """The first, or only, Baton."""
        return self.batons[0]

    def environment(self, *platforms: str) -> dict[str, str]:
        """The settings of a Baton here, for both platforms unless some are named."""
        slack = {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_CHANNEL": SLACK_ROOM,
            "SLACK_API_URL": self.slack.api_url,
        }
        teams = {
            "TEAMS_APP_ID": self.teams.app_id,
            "TEAMS_APP_PASSWORD": self.teams.app_password,
            "TEAMS_TENANT_ID": self.teams.tenant_id,
            "TEAMS_CHANNEL": TEAMS_ROOM,
            "TEAMS_SERVICE_URL": self.teams.service_url,
            "TEAMS_OPENID_METADATA_URL": self.teams.openid_metadata_url,
            "TEAMS_TOKEN_URL": self.teams.token_url,
            "TEAMS_ALLOWED_SERVICE_HOSTS": "127.0.0.1",
        }
        chosen = {"slack": slack, "teams": teams}
        values = {"DATABASE_URL": self.database_url, "PORT": "0"}
        for platform in platforms or chosen:
            values |= chosen[platform]
        return values

    async def open_the_platforms(self) -> None:
        """Start both stand-ins."""
        for stand_in in (self.slack, self.teams):
            await stand_in.start()
            self._held.push_async_callback(stand_in.stop)

    async def start_baton(self, *platforms: str, settings: Mapping[str, str] | None = None) -> Baton:
        """Start a Baton over HTTP on a free port; a second one is another replica on the same records."""
        values = self.environment(*platforms) | dict(settings or {})
        held = AsyncExitStack()
        run = await held.enter_async_context(running(load(values), self.clock))
        runner = web.AppRunner(application(run), access_log=None, shutdown_timeout=5)
        await runner.setup()
        held.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return self.face(url, run, held, socket_mode="SLACK_APP_TOKEN" in values)

    def face(
        self,
        url: str,
        run: Running | None = None,
        held: AsyncExitStack | None = None,
        *,
        socket_mode: bool = False,
    ) -> Baton:
        """Seat the people in front of a Baton that listens at ``url``, in this process or in another."""
        slack = SlackClient(self.slack, None if socket_mode else url, PATIENCE)
        baton = Baton(url, slack, TeamsClient(self.teams, url, PATIENCE), run, held or AsyncExitStack())
        for people in (baton.slack, baton.teams):
            baton.held.push_async_callback(people.close)
        self._held.push_async_callback(baton.held.aclose)
        self.batons.append(baton)
        return baton

    async def stop_baton(self, baton: Baton | None = None) -> None:
        """Stop a Baton gracefully, which finishes all that was begun."""
        stopped = baton or self.baton
        self.batons.remove(stopped)
        await stopped.held.aclose()

    async def kill_baton(self, baton: Baton | None = None) -> None:
        """End a Baton in the middle of all its sending."""
        killed = baton or self.baton
        assert killed.running is not None
        await vanish(killed.running.worker, killed.running.tasks[0])
        await self.stop_baton(killed)

    async def health(self, baton: Baton | None = None) -> tuple[int, dict[str, Any]]:
        """What ``/healthz`` answers: the status, and the parts."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{(baton or self.baton).url}/healthz") as response,
        ):
            return response.status, await response.json()

    async def settled(self) -> None:
        """Wait until nothing is owed to anybody any more; a clock of ours is moved for as long as that takes."""
        if self.clock:
            await self.time_passes()
        async with asyncio.timeout(PATIENCE):
            # The records have no event for it, so they are asked again and again.
            for account in await self.accounts():
                while await count(self.database_url, "deliveries WHERE state = 'pending'", account):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)

    async def time_passes(self, **most: float) -> timedelta:
        """Move the clock on until nothing is owed, or as long as is said, and all that is due by then is done."""
        assert self.clock is not None
        began, workers = self.clock.now(), [baton.running.worker for baton in self.batons if baton.running]
        if not most:
            return await pass_time(workers, self.clock)
        await pass_time(workers, self.clock, timedelta(**most))
        self.clock.move_to(began + timedelta(**most))
        return await pass_time(workers, self.clock, timedelta())

    async def accounts(self) -> Sequence[str]:
        """The accounts that there are to be."""
        return (invariants.ACCOUNT,)

    async def stop(self) -> None:
        """Stop every Baton gracefully, which finishes all that was begun, then the platforms."""
        await self.loop.stop()
        await self._held.aclose()

    async def ends_with(
        self, messages: Transcript, *, failed: Sequence[str] = (), broken: tuple[str, ...] = ()
    ) -> None:
        """The end of every journey: these messages and no others, no other failed call, and records that hold.

        ``failed`` are the calls that went wrong in this play, ``broken`` the invariants that it broke on purpose.
        """
        await self.settled()
        await self.stop()
        self.ended = True
        assert transcript(self.slack, self.teams) == messages
        assert failed_calls(self.slack, self.teams) == list(failed)
        assert (self.slack.faults_left, self.teams.faults_left) == (0, 0)
        await invariants.check(self.database_url, but=broken)


@asynccontextmanager
async def house(
    database_url: str,
    *platforms: str,
    people: Sequence[Person] = EVERYBODY,
    clock: StoppedClock | None = None,
    settings: Mapping[str, str] | None = None,
    crowded: bool = False,
    before: Callable[[House], None] = lambda _: None,
) -> AsyncIterator[House]:
    """A house with one Baton in it, watched over; whoever plays in it has to say how it ends.

    ``before`` is done when the platforms are open and Baton is yet to start.
    ``crowded``: hundreds of people and both platforms share the loop with Baton, so its pauses are not Baton's.
    """
    opened = House(database_url, people, clock)
    async with watched(opened):
        await opened.open_the_platforms()
        before(opened)
        await opened.start_baton(*platforms, settings=settings)
        if not crowded:
            opened.loop.start()
        yield opened


@asynccontextmanager
async def watched(opened: House) -> AsyncIterator[None]:
    """Watch over what happens in a house, and see to it that the play is ended."""
    logging.getLogger().addHandler(opened.log)
    try:
        yield
        assert opened.ended, "a journey ends with ends_with"
        opened.log.check()
        opened.loop.check()
    finally:
        await opened.stop()
        logging.getLogger().removeHandler(opened.log)
