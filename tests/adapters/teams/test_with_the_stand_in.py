"""The adapter against the strict stand-in of the playground: another reading of the same rules."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import aiohttp
import pytest

from adapters.teams import wording
from adapters.teams.credentials import Credentials
from adapters.teams.directory import TeamsDirectory
from adapters.teams.incoming import TeamsIncoming
from adapters.teams.outgoing import TeamsOutgoing
from adapters.teams.render import render, render_letter
from adapters.teams.settings import TeamsSettings
from adapters.teams.tokens import TokenCheck
from bot.playground.teams_stand_in import Channel, TeamsClient, TeamsStandIn, User, problems_of
from core.context_card import Letter, describe
from core.deliveries import Failed, Gone, Lane, Sent
from core.people import Caller, Identity, Profile
from tests.adapters.real_desk import WatchedDesk
from tests.adapters.teams.bot_framework import TENANT
from tests.adapters.teams.conftest import serve
from tests.adapters.teams.connector_server import CHANNEL
from tests.adapters.teams.contexts import CONTEXTS

ROOM = Lane("teams", TENANT, CHANNEL, private=False)
DANA = User("d0000000-0000-4000-8000-00000000000d", "Dana Ruiz", "dana@acme.example")
GUEST = User("60000000-0000-4000-8000-000000000006", "Gus Guest", "gus@else.example", is_guest=True)


@dataclass
class Scene:
    """Everything between a person in front of Teams and the desk."""

    microsoft: TeamsStandIn
    people: TeamsClient
    outgoing: TeamsOutgoing
    incoming: TeamsIncoming
    desk: WatchedDesk

    async def post_card(self) -> tuple[str, str]:
        """The card in the channel, as (conversation, message)."""
        sent = await self.outgoing.post(ROOM, describe(await self.desk.handoff()), "card")
        assert isinstance(sent, Sent)
        conversation, message = sent.copy.split("|")
        return conversation, message


@pytest.fixture
async def scene(session: aiohttp.ClientSession, desk: WatchedDesk) -> AsyncIterator[Scene]:
    microsoft = TeamsStandIn(tenant_id=TENANT)
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
    incoming = TeamsIncoming(settings, TokenCheck(settings, session), outgoing, desk)
    client = await serve(incoming)
    async with TeamsClient(microsoft, str(client.make_url("/"))) as people:
        yield Scene(microsoft, people, outgoing, incoming, desk)
    await incoming.drain()
    await client.close()
    await microsoft.stop()


@pytest.mark.parametrize("name", CONTEXTS)
def test_every_card_passes_the_stand_ins_own_reading(name: str):
    assert problems_of(render(CONTEXTS[name])) == []


def test_a_letter_passes_too():
    assert problems_of(render_letter(Letter("Text", "https://teams.microsoft.com/l/message/1/2", "Open"))) == []


async def test_pick_up_release_and_resolve_from_the_button_to_the_shared_card(scene: Scene):
    place = await scene.post_card()
    claimed = await scene.people.execute(DANA.id, *place, "baton.claimed")
    assert (claimed.status, claimed.error) == (200, None)
    assert "It's yours" in str(claimed.card)
    await scene.people.execute(DANA.id, *place, "baton.released")
    await scene.people.execute(DANA.id, *place, "baton.claimed")
    await scene.people.execute(DANA.id, *place, "baton.resolved", {"note": "Cleared the cache."})
    assert (await scene.desk.handoff()).resolution == "Cleared the cache."
    assert scene.desk.clicks[0].seen.copy == "|".join(place)
    corrected = await scene.outgoing.correct(ROOM, "|".join(place), describe(await scene.desk.handoff()))
    assert isinstance(corrected, Sent)
    (message,) = scene.microsoft.messages
    assert "Cleared the cache." in str(message.card)
    assert "actions" not in message.card


async def test_an_old_client_hears_it_in_its_own_chat(scene: Scene):
    place = await scene.post_card()
    assert (await scene.people.submit(DANA.id, *place, "baton.claimed")).status == 200
    await scene.incoming.drain()
    card, private = scene.microsoft.messages
    assert private.activity["summary"].startswith("It's yours: you picked this up.\nEscalation from Jane")
    assert scene.microsoft.visible_to(GUEST.id) == [card]


async def test_words_in_the_channel_and_in_the_chat_are_answered(scene: Scene):
    await scene.people.message(DANA.id, CHANNEL, "<at>Baton</at> hello?")
    await scene.people.message(DANA.id, None, "help")
    said = [message.activity["text"] for message in scene.microsoft.messages if message.by_bot]
    assert said == [wording.HELP, wording.HELP]


async def test_m12_a_new_key_of_bot_frameworks_is_taken_when_it_is_published_before_its_use(scene: Scene):
    scene.microsoft.rotate_keys(keep_old=True)
    place = await scene.post_card()
    assert (await scene.people.execute(DANA.id, *place, "baton.claimed")).status == 200


async def test_who_somebody_is(scene: Scene):
    directory = TeamsDirectory(scene.outgoing.connector)

    def caller(user: User) -> Caller:
        return Caller(Identity("teams", TENANT, user.aad_object_id), user.name, CHANNEL)

    assert await directory.profile(caller(DANA)) == Profile("Dana Ruiz", "dana@acme.example", member=True)
    assert (await directory.profile(caller(GUEST))).member is False


async def test_l14_a_card_that_was_deleted_by_hand_is_gone(scene: Scene):
    place = await scene.post_card()
    scene.microsoft.remove(*place)
    answer = await scene.outgoing.correct(ROOM, "|".join(place), CONTEXTS["open"])
    assert isinstance(answer, Gone)


async def test_l13_a_team_without_the_app_and_a_person_who_blocked_it_fail_for_good(scene: Scene):
    private = Lane("teams", TENANT, DANA.aad_object_id, private=True)
    letter = Letter("Dana picked up your escalation.", "", "Open the card")
    assert isinstance(await scene.outgoing.tell(private, letter, "k"), Sent)
    scene.microsoft.directory.find(DANA.id).blocked = True
    assert await scene.outgoing.tell(private, letter, "k") == Failed("403 MessageWritesBlocked")
    await scene.people.uninstalled(DANA.id, CHANNEL)
    assert isinstance(await scene.outgoing.post(ROOM, CONTEXTS["open"], "k"), Failed)
