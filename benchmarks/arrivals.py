"""Teams in a process of its own, without a pace, which tells when each post arrived; and the way to it."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

import aiohttp
from aiohttp import web

from adapters.teams.settings import Registration, TeamsSettings
from benchmarks.servers import running
from bot.playground.teams_stand_in import Channel, TeamsStandIn
from bot.playground.teams_stand_in.screens import carried

CHANNELS = 40


def channel(number: int) -> str:
    """The id of a channel that it has."""
    return f"19:channel{number:04}@thread.tacv2"


class There:
    """The running stand-in, as whoever posts to it knows it; ``settings`` lead there."""

    def __init__(self, session: aiohttp.ClientSession, asked: str, root: str) -> None:
        self._session, self._asked = session, asked
        twin = TeamsStandIn()
        twin.root = root
        self.tenant = twin.tenant_id
        self.settings = TeamsSettings(
            (Registration(twin.app_id, twin.app_password, twin.tenant_id),),
            channel(0),
            twin.service_url,
            twin.openid_metadata_url,
            twin.token_url,
            allowed_service_hosts=("127.0.0.1",),
        )

    async def arrivals(self) -> Mapping[str, datetime]:
        """When the first card of each handoff arrived."""
        async with self._session.get(f"{self._asked}/arrivals") as response:
            return {handoff: datetime.fromisoformat(at) for handoff, at in (await response.json()).items()}


@asynccontextmanager
async def stand_in(session: aiohttp.ClientSession) -> AsyncIterator[There]:
    """Start it, and stop it in the end."""
    async with running([sys.executable, "-m", "benchmarks.arrivals"], {}) as server:
        asked = f"http://127.0.0.1:{server.port}"
        async with session.get(f"{asked}/root") as response:
            root = await response.text()
        yield There(session, asked, root)


async def _serve() -> None:
    teams = TeamsStandIn(pace=None)
    for number in range(CHANNELS):
        teams.add_channel(Channel(channel(number), f"Channel {number}"))
    await teams.start()

    async def root(_: web.Request) -> web.Response:
        return web.Response(text=teams.root)

    async def arrivals(_: web.Request) -> web.Response:
        first: dict[str, str] = {}
        for message in teams.messages:
            first.setdefault(carried(message, "handoff"), message.at.isoformat())
        return web.json_response(first)

    app = web.Application()
    app.router.add_get("/root", root)
    app.router.add_get("/arrivals", arrivals)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"Teams listens on http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
