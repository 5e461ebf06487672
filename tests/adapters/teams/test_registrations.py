"""Several registrations of the bot: each vouches for its own tenant, and each tenant is reached by its own."""

from dataclasses import replace

import aiohttp
import pytest

from adapters.teams.outgoing import TeamsOutgoing
from adapters.teams.settings import Registration, TeamsSettings
from bot.playground.teams_stand_in import GestureError
from core.context_card import Letter, describe
from core.deliveries import Failed, Lane, Sent
from core.errors import PlatformAway
from core.people import Caller, Identity
from tests.adapters.teams.bot_framework import Login
from tests.adapters.teams.connector_server import ConnectorServer
from tests.adapters.teams.contexts import OPEN
from tests.adapters.teams.keys_kept import MemoryKeyring
from tests.adapters.teams.scene import DANA, OLGA, OTHER_APP, OTHER_TENANT, ROOM, THEIRS, Scene

CARD = describe(OPEN)
THEIR_ROOM = Lane("teams", OTHER_TENANT, THEIRS, private=False)
TO_OLGA = Lane("teams", OTHER_TENANT, OLGA.aad_object_id, private=True)
LETTER = Letter("Dana picked up your escalation.", "", "")


async def test_every_tenant_is_reached_where_it_is_served_as_its_own_bot(scene: Scene):
    await scene.others.installed(OLGA.id, THEIRS)
    assert isinstance(await scene.outgoing.post(ROOM, CARD, "k"), Sent)
    assert isinstance(await scene.outgoing.post(THEIR_ROOM, CARD, "k"), Sent)
    assert isinstance(await scene.outgoing.tell(TO_OLGA, LETTER, "k"), Sent)
    assert [message.channel for message in scene.microsoft.messages] == [ROOM.address]
    created = [call for call in scene.elsewhere.calls if call.route == "create" and call.target == THEIRS]
    assert all(call.ok and call.body["bot"] == {"id": f"28:{OTHER_APP}"} for call in created)
    assert created
    assert [call.route for call in scene.elsewhere.calls if not call.ok] == []


@pytest.mark.parametrize("tenant", ["", "a-tenant-without-a-registration"])
async def test_a_tenant_without_a_registration_is_told_nothing(
    tenant: str, outgoing: TeamsOutgoing, connector: ConnectorServer, login: Login, keyring: MemoryKeyring
):
    room, person = (Lane("teams", tenant, ROOM.address, private=private) for private in (False, True))
    refused = Failed("not installed")
    assert await outgoing.post(room, CARD, "k") == refused
    assert await outgoing.correct(room, f"{ROOM.address};messageid=1|1", CARD) == refused
    assert await outgoing.tell(person, LETTER, "k") == refused
    assert (connector.calls, login.asked, keyring.asked) == ([], [], 0)


async def test_a1_a_token_for_one_registration_vouches_for_no_other_tenant(scene: Scene):
    place = await scene.post_card()
    press = scene.people.execute_activity(DANA.id, *place, "baton.claimed")
    foreign = scene.others.mint({"serviceurl": scene.microsoft.service_url})
    assert (await scene.people.deliver(press, foreign)).status == 403
    # Neither does a sender who is a tenant of ours choose another one by what the body says.
    moved = {**press, "channelData": {**press["channelData"], "tenant": {"id": OTHER_TENANT}}}
    assert (await scene.people.deliver(moved)).status == 403
    assert (await scene.others.deliver({**moved, "recipient": {"id": f"28:{OTHER_APP}"}})).status == 403
    assert scene.desk.clicks == []
    assert (await scene.people.deliver(press)).status == 200


async def test_a1_a_person_of_another_tenant_learns_nothing_of_a_handoff(scene: Scene):
    place = await scene.post_card()
    scene.elsewhere.add_channel(replace(scene.elsewhere.directory.channels[THEIRS], id=ROOM.address))
    with pytest.raises(GestureError):
        scene.others.execute_activity(OLGA.id, *place, "baton.claimed")
    press = scene.people.execute_activity(DANA.id, *place, "baton.claimed")
    theirs = {
        **press,
        "serviceUrl": scene.elsewhere.service_url,
        "from": {"id": OLGA.id, "name": OLGA.name, "aadObjectId": OLGA.aad_object_id},
        "recipient": {"id": f"28:{OTHER_APP}"},
        "conversation": {**press["conversation"], "tenantId": OTHER_TENANT},
        "channelData": {**press["channelData"], "tenant": {"id": OTHER_TENANT}},
    }
    reply = await scene.others.deliver(theirs)
    assert (reply.status, reply.body["value"]) == (200, "Baton doesn't know this handoff. It may have been removed.")
    assert scene.desk.clicks[0].by == Caller(
        Identity("teams", OTHER_TENANT, OLGA.aad_object_id), OLGA.name, ROOM.address
    )


async def test_every_registration_is_vouched_for(settings: TeamsSettings, session: aiohttp.ClientSession, login: Login):
    both = replace(settings, registrations=(*settings.registrations, Registration("app-2", "password-2", "tenant-2")))
    outgoing = TeamsOutgoing(both, session, MemoryKeyring())
    await outgoing.vouch()
    assert [(form["client_id"], form["client_secret"]) for form in login.forms] == [
        (settings.registrations[0].app_id, "canary-password"),
        ("app-2", "password-2"),
    ]
    assert login.asked == [f"token of {settings.registrations[0].tenant_id}", "token of tenant-2"]
    login.token_answer = (503, "")
    with pytest.raises(PlatformAway):
        await TeamsOutgoing(both, session, MemoryKeyring()).vouch()
