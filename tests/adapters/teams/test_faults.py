"""What Teams alone decides when it misbehaves, through the real adapter and the strict stand-in."""

import asyncio

import pytest

from adapters.teams.keys import RENEW_SECONDS
from bot.playground.faults import (
    DropAfterTaking,
    DropBefore,
    Error,
    Fault,
    Hang,
    SlowBytes,
    Status,
    WrongJson,
)
from core.context_card import Letter, describe
from core.deliveries import Failed, Gone, Lane, Sent, TryLater, Unsure
from tests.adapters.teams.connector_server import CHANNEL
from tests.adapters.teams.contexts import CONTEXTS, HANDOFF, OPEN
from tests.adapters.teams.scene import DANA, ROOM, TO_DANA, Scene
from tests.journeys.watching import LoopWatch

CARD = describe(OPEN)
LETTER = Letter("Dana picked up your escalation.", "", "Open the card")
NOT_DONE = {
    "502 in HTML": Status(502),
    "500 in JSON": Error("ServiceError", 500),
    "503 with an empty body": Status(503, ""),
    "504": Status(504),
    "dropped": DropBefore(),
    "silence": Hang(),
}
DONE = {"dropped after it was taken": DropAfterTaking(), "wrong JSON": WrongJson(), "silence": Hang(taken=True)}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.teams.connector.CALL_SECONDS", 0.3)
    monkeypatch.setattr("adapters.teams.outgoing.CALL_SECONDS", 0.3)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("fault", [*NOT_DONE.values(), *DONE.values()], ids=[*NOT_DONE, *DONE])
async def test_l12_after_nonsense_or_silence_a_post_is_unsure_and_a_correction_is_tried_again(
    fault: Fault, scene: Scene
):
    copy = "|".join(await scene.post_card())
    # What can be repeated, aiohttp repeats by itself when a connection that it kept turns out to be broken.
    dropped = isinstance(fault, DropBefore | DropAfterTaking)
    scene.microsoft.faults("update", [fault] * (2 if dropped else 1))
    assert isinstance(await scene.outgoing.correct(ROOM, copy, CONTEXTS["claimed"]), TryLater)
    assert isinstance(await scene.outgoing.correct(ROOM, copy, CONTEXTS["claimed"]), Sent)
    scene.microsoft.faults("create", [fault], CHANNEL)
    assert isinstance(await scene.outgoing.post(ROOM, CARD, "card"), Unsure)
    assert isinstance(await scene.outgoing.post(ROOM, CARD, "card"), Sent)
    assert isinstance(await scene.outgoing.tell(TO_DANA, LETTER, "say"), Sent)
    scene.microsoft.faults("send", [fault])
    assert isinstance(await scene.outgoing.tell(TO_DANA, LETTER, "say"), Unsure)
    assert isinstance(await scene.outgoing.tell(TO_DANA, LETTER, "say"), Sent)
    assert scene.microsoft.faults_left == 0


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("fault", [*NOT_DONE.values(), *DONE.values()], ids=[*NOT_DONE, *DONE])
async def test_l12_opening_a_chat_is_tried_again_and_opens_the_same(
    fault: Fault, scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("adapters.teams.outgoing.OPEN_SECONDS", 0.2)
    scene.microsoft.faults("create", [fault])
    assert isinstance(await scene.outgoing.tell(TO_DANA, LETTER, "say"), TryLater)
    assert scene.microsoft.messages == []
    assert isinstance(await scene.outgoing.tell(TO_DANA, LETTER, "say"), Sent)
    assert len(scene.microsoft.messages) == 1


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("fault", DONE.values(), ids=DONE)
async def test_l2_a_lost_answer_costs_one_repeat_and_both_buttons_work(fault: Fault, scene: Scene):
    scene.microsoft.faults("create", [fault])
    assert isinstance(await scene.outgoing.post(ROOM, CARD, "card"), Unsure)
    await scene.post_card()
    orphan, recorded = scene.microsoft.cards_by("handoff", CHANNEL)[HANDOFF]
    claimed = await scene.people.execute(DANA.id, orphan.conversation, orphan.id, "baton.claimed")
    assert "It's yours" in str(claimed.card)
    # The orphan is never corrected, but whoever presses its button is answered with the card as it stands.
    again = await scene.people.execute(DANA.id, recorded.conversation, recorded.id, "baton.claimed")
    assert "already yours" in str(again.card)
    assert (await scene.desk.handoff()).version == 2


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("BotDisabledByAdmin", 403),
        ("BotNotInConversationRoster", 403),
        ("ConversationBlockedByUser", 403),
        ("NotEnoughPermissions", 403),
        ("ConversationNotFound", 404),
    ],
)
async def test_l13_what_teams_will_never_take_fails_for_good(code: str, status: int, scene: Scene):
    copy, refused = "|".join(await scene.post_card()), Failed(f"{status} {code}")
    scene.microsoft.faults("create", [Error(code, status)] * 2)
    # What closes the conversation loses the room; the others are about this message, or about the whole tenant.
    lost = code in ("BotNotInConversationRoster", "ConversationBlockedByUser", "ConversationNotFound")
    assert await scene.outgoing.post(ROOM, CARD, "card") == Failed(f"{status} {code}", lost)
    assert await scene.outgoing.tell(TO_DANA, LETTER, "say") == refused
    scene.microsoft.faults("update", [Error(code, status)])
    assert await scene.outgoing.correct(ROOM, copy, CARD) == refused
    scene.microsoft.faults("send", [Error(code, status)])
    assert await scene.outgoing.tell(ROOM, LETTER, "say", under=copy) == refused


async def test_l13_a_team_without_the_app_and_a_person_who_blocked_it_fail_for_good(scene: Scene):
    assert isinstance(await scene.outgoing.tell(TO_DANA, LETTER, "say"), Sent)
    scene.microsoft.directory.find(DANA.id).blocked = True
    assert await scene.outgoing.tell(TO_DANA, LETTER, "say") == Failed("403 MessageWritesBlocked")
    copy = "|".join(await scene.post_card())
    await scene.people.uninstalled(DANA.id, CHANNEL)
    refused = Failed("403 BotNotInConversationRoster", lost=True)
    assert await scene.outgoing.post(ROOM, CARD, "card") == refused
    for sent in (
        await scene.outgoing.correct(ROOM, copy, CARD),
        await scene.outgoing.tell(ROOM, LETTER, "say", under=copy),
    ):
        assert sent == Failed("403 BotNotInConversationRoster")


async def test_l13_a_channel_that_is_no_more_fails_for_good(scene: Scene):
    nowhere = Lane("teams", ROOM.workspace, "19:gone@thread.tacv2", private=False)
    assert await scene.outgoing.post(nowhere, CARD, "card") == Failed("404 ConversationNotFound", lost=True)


async def test_l14_a_card_that_was_deleted_by_hand_is_gone_and_can_be_posted_anew(scene: Scene):
    place = await scene.post_card()
    scene.microsoft.remove(*place)
    assert await scene.outgoing.correct(ROOM, "|".join(place), CARD) == Gone("ActivityNotFoundInConversation")
    await scene.post_card()
    assert len(scene.microsoft.cards_by("handoff", CHANNEL)[HANDOFF]) == 1


async def test_l23_a_login_that_takes_a_second_holds_up_nothing_but_its_own_posts(scene: Scene):
    place = await scene.post_card()
    await scene.people.execute(DANA.id, *place, "baton.claimed")
    watch, released = LoopWatch(), asyncio.Event()
    scene.microsoft.faults("token", [Hang(released)])
    scene.microsoft.end_tokens()
    assert isinstance(await scene.outgoing.correct(ROOM, "|".join(place), CARD), TryLater)
    watch.start()
    correcting = asyncio.create_task(scene.outgoing.correct(ROOM, "|".join(place), CARD))
    asyncio.get_running_loop().call_later(1.0, released.set)
    while not released.is_set():
        await scene.people.execute(DANA.id, *place, "baton.released")
        await scene.people.execute(DANA.id, *place, "baton.claimed")
    assert isinstance(await correcting, Sent)
    await watch.stop()
    watch.check()


@pytest.mark.parametrize("fault", [Hang(), Status(503), SlowBytes(0.05)], ids=["silent", "dead", "slow"])
async def test_l23_clicks_are_checked_with_the_keys_held_while_the_key_endpoint_is(fault: Fault, scene: Scene):
    place = await scene.post_card()
    await scene.people.execute(DANA.id, *place, "baton.claimed")
    watch = LoopWatch()
    watch.start()
    asked = len(scene.microsoft.calls)
    for route in ("metadata", "keys"):
        scene.microsoft.faults(route, [fault])
    scene.clock.move(RENEW_SECONDS + 1)
    released = await scene.people.execute(DANA.id, *place, "baton.released")
    assert released.ok
    await scene.microsoft.wait_until(lambda: [c for c in scene.microsoft.calls[asked:] if c.route == "metadata"])
    assert (await scene.people.execute(DANA.id, *place, "baton.claimed")).ok
    await watch.stop()
    watch.check()
