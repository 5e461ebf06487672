"""The adapter against the strict stand-in of the playground: another reading of the same rules."""

import pytest

from adapters.teams.directory import TeamsDirectory
from adapters.teams.render import render, render_letter
from bot.playground.teams_stand_in import User, problems_of
from core.context_card import Letter, describe
from core.deliveries import Sent
from core.people import Caller, Identity, Profile
from tests.adapters.teams.bot_framework import TENANT
from tests.adapters.teams.connector_server import CHANNEL
from tests.adapters.teams.contexts import CONTEXTS
from tests.adapters.teams.scene import DANA, GUEST, ROOM, Scene


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


async def test_words_under_a_card_stay_in_its_thread(scene: Scene):
    copy = "|".join(await scene.post_card())
    told = await scene.outgoing.tell(ROOM, Letter("Baton can't reach Jane.", "", ""), "say:1", under=copy)
    assert isinstance(told, Sent)
    card, words = scene.microsoft.messages
    assert words.conversation == card.conversation
    assert words.activity["summary"] == "Baton can't reach Jane."
