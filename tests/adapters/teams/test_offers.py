"""The offer to show escalations in a room: its button, pressed by those who may and those who may not."""

import json
import os

import pytest

from adapters.teams.render import render_offer
from bot.playground.teams_stand_in import problems_of
from core.people import Role
from tests.adapters.real_desk import ACCOUNT
from tests.adapters.teams.card_limits import violations
from tests.adapters.teams.scene import DANA, GROUP, GUEST, SAM, Scene
from tests.adapters.teams.test_render import TESTS, check_schema

VERB = "baton.show_here"


@pytest.fixture
async def offer(scene: Scene) -> tuple[str, str]:
    """The offer in the group chat, as (conversation, message)."""
    await scene.people.installed(DANA.id, GROUP)
    await scene.incoming.drain()
    (message,) = scene.microsoft.messages
    return message.conversation, message.id


async def rooms(scene: Scene) -> list[str]:
    return [room.lane.address for room in await scene.desk._records.open(ACCOUNT).rooms() if not room.configured]


def test_golden_card():
    golden, drawn = (
        TESTS / "cards" / "teams" / "offer.json",
        render_offer("Shall escalations be shown here?"),
    )
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(json.dumps(drawn, indent=2, ensure_ascii=False) + "\n", "utf-8")
    assert drawn == json.loads(golden.read_text("utf-8"))
    check_schema(drawn)
    assert violations(drawn) == []
    assert problems_of(drawn) == []


async def test_an_admin_accepts_and_the_offer_says_what_became_of_it(scene: Scene, offer: tuple[str, str]):
    await scene.role(DANA, Role.ADMIN)
    answer = await scene.people.execute(DANA.id, *offer, VERB)
    assert (answer.ok, bool(answer.text)) == (True, True)
    await scene.incoming.drain()
    assert await rooms(scene) == [GROUP]
    card = scene.people.view_of(SAM.id, *offer)
    assert "actions" not in card
    assert answer.text in str(card)


@pytest.mark.parametrize("user", [SAM.id, GUEST.id])
async def test_a5_whoever_may_not_is_told_so_alone_and_the_offer_stands(
    user: str, scene: Scene, offer: tuple[str, str]
):
    answer = await scene.people.execute(user, *offer, VERB)
    assert "You may not" in answer.text
    await scene.incoming.drain()
    assert await rooms(scene) == []
    assert [action["verb"] for action in scene.people.view_of(DANA.id, *offer)["actions"]] == [VERB]


async def test_an_old_client_accepts_too_and_is_answered_in_its_own_chat(scene: Scene, offer: tuple[str, str]):
    await scene.role(DANA, Role.ADMIN)
    assert (await scene.people.submit(DANA.id, *offer, VERB)).ok
    await scene.incoming.drain()
    assert await rooms(scene) == [GROUP]
    assert "actions" not in scene.people.view_of(SAM.id, *offer)
    assert scene.microsoft.messages[-1].channel.startswith("a:")


async def test_pressed_twice_it_is_done_once(scene: Scene, offer: tuple[str, str]):
    await scene.role(DANA, Role.ADMIN)
    await scene.people.execute(DANA.id, *offer, VERB)
    assert (await scene.people.resend()).status == 200
    await scene.incoming.drain()
    assert await rooms(scene) == [GROUP]


async def test_an_offer_that_was_deleted_meanwhile_is_accepted_nevertheless(scene: Scene, offer: tuple[str, str]):
    await scene.role(DANA, Role.ADMIN)
    press = scene.people.execute_activity(DANA.id, *offer, VERB)
    scene.microsoft.remove(*offer)
    assert (await scene.people.deliver(press)).status == 200
    await scene.incoming.drain()
    assert await rooms(scene) == [GROUP]


async def test_while_storage_is_away_the_offer_stands(scene: Scene, offer: tuple[str, str]):
    await scene.role(DANA, Role.ADMIN)
    with scene.desk.away():
        answer = await scene.people.execute(DANA.id, *offer, VERB)
        assert "can't reach its records" in answer.text
        await scene.incoming.drain()
    assert "actions" in scene.people.view_of(DANA.id, *offer)
