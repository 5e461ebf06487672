"""Baton's Teams side in a real aiohttp application, between a login and a connector that the tests script."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import aiohttp
import pytest

from adapters.teams.credentials import Credentials
from adapters.teams.incoming import TeamsIncoming
from adapters.teams.outgoing import TeamsOutgoing
from adapters.teams.settings import SERVICE_HOSTS, Registration, TeamsSettings
from adapters.teams.tokens import TokenCheck
from core.handoff import NewHandoff
from core.people import Caller
from tests.adapters.real_desk import WatchedDesk
from tests.adapters.teams.bot_framework import APP_ID, TENANT, Login, bearer
from tests.adapters.teams.connector_server import CHANNEL, ConnectorServer
from tests.adapters.teams.contexts import OPEN
from tests.adapters.teams.keys_kept import MemoryKeyring
from tests.adapters.teams.moving_clock import MovingClock
from tests.adapters.teams.scene import Scene, opened, serve

Post = Callable[..., Awaitable[aiohttp.ClientResponse]]


@pytest.fixture
async def login() -> AsyncIterator[Login]:
    login = Login()
    async with login.server:
        yield login
        login.held.set()


@pytest.fixture
async def connector() -> AsyncIterator[ConnectorServer]:
    connector = ConnectorServer()
    async with connector.server:
        yield connector
        connector.released.set()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def settings(login: Login, connector: ConnectorServer) -> TeamsSettings:
    return TeamsSettings(
        (Registration(APP_ID, "canary-password", TENANT),),
        CHANNEL,
        service_url=connector.url,
        openid_metadata_url=login.metadata_url,
        token_url=login.token_url,
        allowed_service_hosts=(*SERVICE_HOSTS, f"127.0.0.1:{connector.server.port}"),
    )


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def tokens(settings: TeamsSettings, session: aiohttp.ClientSession, clock: MovingClock) -> TokenCheck:
    return TokenCheck(settings, session, clock)


@pytest.fixture
def credentials(settings: TeamsSettings, session: aiohttp.ClientSession, clock: MovingClock) -> Credentials:
    return Credentials(settings.registrations[0], settings, session, clock)


@pytest.fixture
def keyring() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
def outgoing(settings: TeamsSettings, session: aiohttp.ClientSession, keyring: MemoryKeyring) -> TeamsOutgoing:
    return TeamsOutgoing(settings, session, keyring)


@pytest.fixture
async def desk(desk: WatchedDesk) -> WatchedDesk:
    """The tenant is one of its workspaces, and a handoff of Jane's waits."""
    await desk.connect("teams", TENANT, {CHANNEL: "Seniors"})
    jane = Caller(OPEN.origin, OPEN.escalator.name)
    await desk.given(NewHandoff(OPEN.id, jane, OPEN.created_at, "jane's form", OPEN.snapshot, OPEN.priority))
    return desk


@pytest.fixture
def incoming(settings: TeamsSettings, tokens: TokenCheck, outgoing: TeamsOutgoing, desk: WatchedDesk) -> TeamsIncoming:
    return TeamsIncoming(settings, tokens, outgoing, desk)


@pytest.fixture
def dev_incoming(settings: TeamsSettings, session: aiohttp.ClientSession, desk: WatchedDesk) -> TeamsIncoming:
    dev = replace(settings, registrations=(Registration("", "", ""),), dev=True)
    outgoing = TeamsOutgoing(dev, session, MemoryKeyring())
    return TeamsIncoming(dev, TokenCheck(dev, session), outgoing, desk)


@pytest.fixture
async def post(incoming: TeamsIncoming, connector: ConnectorServer) -> AsyncIterator[Post]:
    """Send an activity as Teams does: signed, and from where the connector is."""
    client = await serve(incoming)

    async def send(activity: dict[str, object], **changes: object) -> aiohttp.ClientResponse:
        activity = {**activity, "serviceUrl": connector.url}
        headers = {"Authorization": bearer(serviceurl=connector.url)}
        return await client.post("/api/messages", json=activity, headers=headers, **changes)

    yield send
    await incoming.drain()
    await client.close()


@pytest.fixture
async def scene(session: aiohttp.ClientSession, desk: WatchedDesk) -> AsyncIterator[Scene]:
    """People in front of the strict stand-in."""
    async with opened(session, desk) as scene:
        yield scene
