"""Baton is put into a team, a chat or a person's apps, and taken away: through the door, to the records."""

import pytest

from adapters.teams import wording
from bot.playground.teams_stand_in import Channel
from core.account_wording import OFFER
from core.changes import Changed, ShowRoom
from core.deliveries import Lane
from core.events import Event
from core.people import Caller, Identity, Role
from tests.adapters.real_desk import ACCOUNT, WatchedDesk
from tests.adapters.teams.bot_framework import TENANT
from tests.adapters.teams.conftest import Post
from tests.adapters.teams.connector_server import CHANNEL, ConnectorServer
from tests.adapters.teams.keys_kept import MemoryKeyring
from tests.adapters.teams.payloads import payload
from tests.adapters.teams.scene import DANA, GROUP, OLGA, OTHER_TENANT, THEIRS, Scene

HERS = Identity("teams", OTHER_TENANT, OLGA.aad_object_id)
SECOND = "19:second@thread.tacv2"
PRIVATE = "19:private@thread.tacv2"


async def account_of(scene: Scene, tenant: str) -> str | None:
    return await scene.desk._records.registry.account_of("teams", tenant)


async def rooms_of(scene: Scene) -> set[str]:
    return {room.name for room in await scene.desk._records.open(ACCOUNT).rooms()}


async def shown(scene: Scene, address: str, name: str, place: str = "") -> None:
    """Have an admin show escalations in a room."""
    await scene.role(DANA, Role.ADMIN)
    dana = Caller(Identity("teams", TENANT, DANA.aad_object_id), DANA.name)
    room = ShowRoom(dana, scene.desk.clock.now(), Lane("teams", TENANT, address, private=False), name, place)
    assert isinstance(await scene.desk._records.open(ACCOUNT).change(room), Changed)


async def test_a_new_tenant_gets_an_account_whose_owner_put_baton_there(scene: Scene):
    assert await account_of(scene, OTHER_TENANT) is None
    assert [reply.status for reply in await scene.others.installed(OLGA.id, THEIRS)] == [200, 200]
    theirs = await account_of(scene, OTHER_TENANT)
    assert theirs not in (None, ACCOUNT)
    owner = await scene.desk._records.open(theirs).who(HERS)
    assert (owner.person.name, owner.person.role) == (OLGA.name, Role.OWNER)
    (tenant,) = await scene.desk._records.open(theirs).workspaces()
    assert (tenant.workspace, tenant.name) == (OTHER_TENANT, "Support")
    kept = await scene.desk._records.open(theirs).installation("teams", OTHER_TENANT)
    assert kept.facts == {"service_url": scene.elsewhere.service_url}


async def test_installed_by_one_person_for_themselves_it_makes_no_account_and_no_owner(scene: Scene):
    assert [reply.status for reply in await scene.others.installed(OLGA.id)] == [200, 200]
    await scene.incoming.drain()
    assert await account_of(scene, OTHER_TENANT) is None
    assert scene.elsewhere.messages == []
    await scene.others.installed(OLGA.id, THEIRS)
    theirs = scene.desk._records.open(await account_of(scene, OTHER_TENANT))
    assert (await theirs.who(HERS)).person.role is Role.OWNER


async def test_whoever_adds_baton_to_a_tenant_that_has_it_owns_nothing(scene: Scene):
    for room in (CHANNEL, GROUP, None):
        await scene.people.uninstalled(DANA.id, room)
        await scene.people.installed(DANA.id, room)
    await scene.incoming.drain()
    ours = scene.desk._records.open(ACCOUNT)
    assert await ours.who(Identity("teams", TENANT, DANA.aad_object_id)) is None
    assert [one.name for one in await ours.workspaces()] != ["Support"]


@pytest.mark.parametrize(("address", "name"), [(SECOND, "Second line"), (GROUP, wording.CHAT_NAME)])
async def test_a_room_that_baton_is_added_to_is_offered_once(address: str, name: str, scene: Scene):
    scene.microsoft.add_channel(Channel(SECOND, "Second line"))
    await scene.people.installed(DANA.id, address)
    await scene.incoming.drain()
    (offer,) = scene.microsoft.messages
    assert offer.channel == address
    assert offer.activity["summary"] == OFFER
    assert [action["title"] for action in offer.card["actions"]] == [wording.SHOW_HERE]
    await scene.role(DANA, Role.ADMIN)
    await scene.people.execute(DANA.id, offer.conversation, offer.id, "baton.show_here")
    assert await rooms_of(scene) == {"Seniors", name}


async def test_a_private_channel_is_offered_too(scene: Scene):
    scene.microsoft.add_channel(Channel(PRIVATE, "War room", private=True, bot_installed=False))
    await scene.people.installed(DANA.id, PRIVATE)
    await scene.incoming.drain()
    assert [message.channel for message in scene.microsoft.messages] == [PRIVATE]


async def test_a_room_that_shows_escalations_is_not_offered_again(scene: Scene):
    await scene.people.installed(DANA.id, CHANNEL)
    await scene.incoming.drain()
    assert scene.microsoft.messages == []


async def test_a_team_that_baton_left_takes_its_rooms_along(scene: Scene):
    scene.microsoft.add_channel(Channel(SECOND, "Second line"))
    await shown(scene, SECOND, "Second line", "19:general@thread.tacv2")
    await shown(scene, GROUP, "Night watch")
    await scene.people.uninstalled(DANA.id, SECOND)
    assert "Second line" not in await rooms_of(scene)
    assert "Night watch" in await rooms_of(scene)
    await scene.people.uninstalled(DANA.id, GROUP)
    assert "Night watch" not in await rooms_of(scene)
    history = await scene.desk._records.open(ACCOUNT).history(20)
    assert sorted(entry.subject for entry in history if entry.event is Event.ROOM_LOST) == [
        "Night watch",
        "Second line",
    ]


async def test_a_channel_that_was_deleted_is_lost(scene: Scene):
    scene.microsoft.add_channel(Channel(SECOND, "Second line"))
    await shown(scene, SECOND, "Second line", "19:general@thread.tacv2")
    assert (await scene.people.delete_channel(DANA.id, SECOND)).status == 200
    assert await rooms_of(scene) == {"Seniors"}


async def test_a_person_who_takes_baton_away_takes_it_from_nobody_else(scene: Scene):
    await shown(scene, GROUP, "Night watch")
    await scene.people.uninstalled(DANA.id)
    assert await rooms_of(scene) == {"Seniors", "Night watch"}


@pytest.mark.parametrize("name", ["the-app-is-installed", "the-app-is-removed", "a-channel-is-deleted"])
async def test_while_storage_is_away_teams_is_told_that_it_was_not_taken(name: str, post: Post, desk: WatchedDesk):
    with desk.away():
        assert (await post(payload(name))).status == 503
    assert (await post(payload(name))).status == 200


@pytest.mark.parametrize("name", ["a-member-leaves", "a-channel-is-renamed", "the-app-is-removed-by-one-person"])
async def test_nothing_follows_from_the_rest(name: str, post: Post, connector: ConnectorServer, keyring: MemoryKeyring):
    keyring.away = True
    assert (await post(payload(name))).status == 200
    assert connector.calls == []


async def test_an_offer_that_can_not_be_made_is_no_trouble(
    post: Post, connector: ConnectorServer, desk: WatchedDesk, incoming, caplog: pytest.LogCaptureFixture
):
    connector.script.append("drop")
    activity = payload("the-app-is-installed")
    activity["channelData"]["settings"]["selectedChannel"]["id"] = SECOND
    assert (await post(activity)).status == 200
    with desk.away():
        await incoming.drain()
    assert [line for line in caplog.records if line.levelname != "INFO"] == []
