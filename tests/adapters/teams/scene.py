"""The adapter between people in front of Teams and the real desk, over the strict stand-in of the playground."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.teams.credentials import Credentials
from adapters.teams.incoming import TeamsIncoming
from adapters.teams.outgoing import TeamsOutgoing
from adapters.teams.settings import TeamsSettings
from adapters.teams.tokens import TokenCheck
from bot.playground.teams_stand_in import Channel, TeamsClient, TeamsStandIn, User
from core.context_card import describe
from core.deliveries import Lane, Sent
from tests.adapters.real_desk import WatchedDesk
from tests.adapters.teams.bot_framework import TENANT
from tests.adapters.teams.connector_server import CHANNEL
from tests.adapters.teams.moving_clock import MovingClock

ROOM = Lane("teams", TENANT, CHANNEL, private=False)
DANA = User("d0000000-0000-4000-8000-00000000000d", "Dana Ruiz", "dana@acme.example")
GUEST = User("60000000-0000-4000-8000-000000000006", "Gus Guest", "gus@else.example", is_guest=True)
TO_DANA = Lane("teams", TENANT, DANA.aad_object_id, private=True)


@dataclass
class Scene:
    """Everything between a person in front of Teams and the desk; ``clock`` is the one that checks of tokens go by."""

    microsoft: TeamsStandIn
    people: TeamsClient
    settings: TeamsSettings
    outgoing: TeamsOutgoing
    incoming: TeamsIncoming
    desk: WatchedDesk
    clock: MovingClock

    async def post_card(self) -> tuple[str, str]:
        """The card in the channel, as (conversation, message)."""
        sent = await self.outgoing.post(ROOM, describe(await self.desk.handoff()), "card")
        assert isinstance(sent, Sent)
        conversation, message = sent.copy.split("|")
        return conversation, message


async def serve(incoming: TeamsIncoming) -> TestClient:
    """A real server around the door, and a client of it."""
    app = web.Application()
    app.router.add_post("/api/messages", incoming.handle)
    client = TestClient(TestServer(app))
    await client.start_server()
    return client


@asynccontextmanager
async def opened(session: aiohttp.ClientSession, desk: WatchedDesk) -> AsyncIterator[Scene]:
    """A scene on free ports."""
    microsoft, clock = TeamsStandIn(tenant_id=TENANT), MovingClock()
    await microsoft.start()
    for user in (DANA, GUEST):
        microsoft.add_user(replace(user))
    microsoft.add_channel(Channel(CHANNEL, "Seniors"))
    settings = TeamsSettings(
        microsoft.app_id,
        microsoft.app_password,
        TENANT,
        CHANNEL,
        microsoft.service_url,
        microsoft.openid_metadata_url,
        microsoft.token_url,
        allowed_service_hosts=("127.0.0.1",),
    )
    outgoing = TeamsOutgoing(settings, session, Credentials(settings, session))
    incoming = TeamsIncoming(settings, TokenCheck(settings, session, clock), outgoing, desk)
    client = await serve(incoming)
    async with TeamsClient(microsoft, str(client.make_url("/"))) as people:
        yield Scene(microsoft, people, settings, outgoing, incoming, desk, clock)
    await incoming.drain()
    await client.close()
    await microsoft.stop()
