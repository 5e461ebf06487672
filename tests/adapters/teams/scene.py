"""The adapter between people in front of Teams and the real desk, over the strict stand-in of the playground."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.teams.incoming import TeamsIncoming
from adapters.teams.outgoing import TeamsOutgoing
from adapters.teams.settings import Registration, TeamsSettings
from adapters.teams.tokens import TokenCheck
from bot.playground.teams_stand_in import Channel, GroupChat, TeamsClient, TeamsStandIn, User
from core.changes import GiveRole
from core.context_card import describe
from core.deliveries import Lane, Sent
from core.people import Caller, Identity, Profile, Role
from tests.adapters.real_desk import ACCOUNT, WatchedDesk
from tests.adapters.teams.bot_framework import TENANT
from tests.adapters.teams.connector_server import CHANNEL
from tests.adapters.teams.keys_kept import MemoryKeyring
from tests.adapters.teams.moving_clock import MovingClock

ROOM = Lane("teams", TENANT, CHANNEL, private=False)
OTHER_TENANT = "bbbbbbbb-cccc-4ddd-8eee-ffffffffffff"
OTHER_APP = "22222222-3333-4444-8555-666666666666"
THEIRS = "19:elsewhere@thread.tacv2"
GROUP = "19:0c0ffee0c0ffee@thread.v2"
DANA = User("d0000000-0000-4000-8000-00000000000d", "Dana Ruiz", "dana@acme.example")
GUEST = User("60000000-0000-4000-8000-000000000006", "Gus Guest", "gus@else.example", is_guest=True)
SAM = User("50000000-0000-4000-8000-000000000005", "Sam Okafor", "sam@acme.example")
OLGA = User("01000000-0000-4000-8000-000000000010", "Olga Other", "olga@other.example")
TO_DANA = Lane("teams", TENANT, DANA.aad_object_id, private=True)


@dataclass
class Scene:
    """Everything between people in front of Teams and the desk; ``clock`` is the one that checks of tokens go by.

    ``elsewhere`` is another tenant, with a registration of its own, where Baton is not installed; ``others`` are its
    people.
    """

    microsoft: TeamsStandIn
    people: TeamsClient
    elsewhere: TeamsStandIn
    others: TeamsClient
    keyring: MemoryKeyring
    settings: TeamsSettings
    outgoing: TeamsOutgoing
    incoming: TeamsIncoming
    desk: WatchedDesk
    clock: MovingClock

    async def role(self, user: User, role: Role) -> None:
        """Have somebody known to the account, with a role."""
        account = self.desk._records.open(ACCOUNT)
        caller = Caller(Identity("teams", TENANT, user.aad_object_id), user.name)
        await account.meet(caller, Profile(user.name, user.email, member=not user.is_guest), self.desk.clock.now())
        await account.change(GiveRole(None, self.desk.clock.now(), caller.identity, role))
        member = await account.who(caller.identity)
        assert member is not None
        assert member.person.role is role

    def said(self) -> list[str]:
        """What the bot wrote in the first tenant, the oldest first: texts, or what notifications show of cards."""
        said = [message.activity for message in self.microsoft.messages if message.by_bot]
        return [activity.get("text") or activity["summary"] for activity in said]

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
    microsoft, clock, keyring = TeamsStandIn(tenant_id=TENANT), MovingClock(), MemoryKeyring()
    elsewhere = TeamsStandIn(OTHER_APP, "other-password", OTHER_TENANT, beside=microsoft)
    for tenant in (microsoft, elsewhere):
        await tenant.start()
    for user in (DANA, SAM, GUEST):
        microsoft.add_user(replace(user))
    microsoft.add_channel(Channel(CHANNEL, "Seniors"))
    microsoft.add_group_chat(GroupChat(GROUP))
    elsewhere.add_user(replace(OLGA))
    elsewhere.add_channel(Channel(THEIRS, "Elsewhere", bot_installed=False))
    keyring.hold(TENANT)
    settings = TeamsSettings(
        tuple(Registration(one.app_id, one.app_password, one.tenant_id) for one in (microsoft, elsewhere)),
        CHANNEL,
        microsoft.service_url,
        microsoft.openid_metadata_url,
        microsoft.token_urls,
        allowed_service_hosts=("127.0.0.1",),
    )
    outgoing = TeamsOutgoing(settings, session, keyring)
    incoming = TeamsIncoming(settings, TokenCheck(settings, session, clock), outgoing, desk)
    client = await serve(incoming)
    baton = str(client.make_url("/"))
    async with TeamsClient(microsoft, baton) as people, TeamsClient(elsewhere, baton) as others:
        yield Scene(microsoft, people, elsewhere, others, keyring, settings, outgoing, incoming, desk, clock)
    await incoming.drain()
    await client.close()
    for tenant in (microsoft, elsewhere):
        await tenant.stop()
