"""What people say to Baton in Teams, from their words to the answer they read."""

from dataclasses import replace

import pytest

from adapters.teams import wording
from adapters.teams.incoming import TeamsIncoming
from bot.playground.teams_stand_in import Channel, Error, GestureError, Hang
from core import account_wording as say
from core.handoff import Priority
from core.orders import USAGE
from core.people import Identity, Role
from core.wording import AWAY
from tests.adapters.real_desk import ACCOUNT, WatchedDesk
from tests.adapters.teams.bot_framework import TENANT
from tests.adapters.teams.conftest import Post
from tests.adapters.teams.connector_server import CHANNEL, ConnectorServer
from tests.adapters.teams.payloads import payload
from tests.adapters.teams.scene import DANA, GROUP, GUEST, SAM, Scene

GENERAL, SECOND, PRIVATE = "19:general@thread.tacv2", "19:second@thread.tacv2", "19:private@thread.tacv2"


async def asked(scene: Scene, conversation: str | None, words: str, *mentions: str) -> list[str]:
    """What the bot answers Dana, once all is said."""
    before = len(scene.said())
    assert (await scene.people.message(DANA.id, conversation, words, mentions)).ok
    await scene.incoming.drain()
    return scene.said()[before:]


async def role_of(scene: Scene, user: str) -> Role:
    return (await scene.desk._records.open(ACCOUNT).who(Identity("teams", TENANT, user))).person.role


async def rooms(scene: Scene) -> list[tuple[str, str, Priority]]:
    found = await scene.desk._records.open(ACCOUNT).rooms()
    return sorted((room.lane.address, room.name, room.least) for room in found if not room.configured)


async def test_help_tells_every_order_and_what_the_buttons_do(scene: Scene):
    for conversation in (CHANNEL, GROUP, None):
        (answer,) = await asked(scene, conversation, "help")
        assert answer.startswith(say.HELP)
        assert all(usage in answer for usage, _ in USAGE)
        assert answer.endswith(f"{wording.MENTION_ME}\n{wording.BUTTONS}")


async def test_an_answer_for_everybody_is_given_in_the_thread(scene: Scene):
    await asked(scene, CHANNEL, "help")
    question, answer = scene.microsoft.messages
    assert answer.conversation == question.conversation
    assert (answer.activity["textFormat"], answer.activity["replyToId"]) == ("plain", question.id)
    assert answer.activity["text"].splitlines()[0] == "What Baton understands here:"


async def test_an_answer_for_one_person_is_given_in_their_own_chat(scene: Scene):
    alone, note = await asked(scene, CHANNEL, "whoami")
    question, private, told = scene.microsoft.messages
    assert "engineer" in str(private.card)
    assert alone == private.activity["summary"]
    assert private.conversation == scene.microsoft.directory.chat_of(scene.microsoft.directory.find(DANA.id))
    assert (note, told.conversation) == (wording.ANSWERED_PRIVATELY, question.conversation)
    assert private not in scene.microsoft.visible_to(SAM.id)


async def test_in_ones_own_chat_everything_is_answered_there(scene: Scene):
    (answer,) = await asked(scene, None, "whoami")
    assert "engineer" in answer
    (answer,) = await asked(scene, None, "link 7K3M-P9QX")
    assert answer.startswith("This code doesn't work")


async def test_whoever_can_not_be_written_to_is_told_so_without_the_answer(scene: Scene):
    scene.microsoft.faults("create", [Error("BotNotInConversationRoster", 403), Error("ServiceError", 500)])
    assert await asked(scene, CHANNEL, "whoami") == [wording.NOT_ANSWERED]
    assert await asked(scene, CHANNEL, "whoami") == [wording.NOT_ANSWERED_NOW]


@pytest.mark.parametrize("words", ["hello?", "role Sam admin", "", "show-here now", "'; drop table rooms"])
async def test_what_makes_no_sense_is_answered_too(words: str, scene: Scene):
    (answer,) = await asked(scene, None, words)
    assert answer


async def test_a_role_is_given_to_whoever_is_mentioned(scene: Scene):
    await scene.role(DANA, Role.OWNER)
    answer, _ = await asked(scene, CHANNEL, f"role @{SAM.name} admin", SAM.id)
    assert SAM.name in answer
    assert await role_of(scene, SAM.aad_object_id) is Role.ADMIN
    asks = [call.path for call in scene.microsoft.calls if call.route == "members"]
    assert any("29%3A" in path for path in asks)


async def test_a5_a_guest_gives_nobody_a_role(scene: Scene):
    await scene.role(GUEST, Role.VIEWER)
    await scene.people.message(GUEST.id, CHANNEL, f"role @{SAM.name} owner", [SAM.id])
    await scene.incoming.drain()
    assert "You may not" in scene.said()[0]
    assert await scene.desk._records.open(ACCOUNT).who(Identity("teams", TENANT, SAM.aad_object_id)) is None


async def test_a_mention_that_the_roster_can_not_explain_changes_nothing(scene: Scene):
    await scene.role(DANA, Role.OWNER)
    for fault, sentence in (
        (Error("MemberNotFoundInConversation", 404), wording.NOT_IN_ROSTER),
        (Error("ServiceError", 503), wording.ROSTER_AWAY),
        (Error("ConversationNotFound", 404), wording.ROSTER_AWAY),
    ):
        scene.microsoft.faults("members", [fault])
        answer, _ = await asked(scene, CHANNEL, f"role @{SAM.name} admin", SAM.id)
        assert answer == sentence
    assert await scene.desk._records.open(ACCOUNT).who(Identity("teams", TENANT, SAM.aad_object_id)) is None


async def test_in_ones_own_chat_nobody_can_be_mentioned(scene: Scene):
    with pytest.raises(GestureError):
        await scene.people.message(DANA.id, None, f"role @{SAM.name} admin", [SAM.id])


async def test_escalations_are_shown_in_channels_and_chats_under_their_names(scene: Scene):
    await scene.role(DANA, Role.ADMIN)
    scene.microsoft.add_channel(Channel(GENERAL, "General"))
    scene.microsoft.add_channel(Channel(SECOND, "Second line"))
    scene.microsoft.add_channel(Channel(PRIVATE, "War room", private=True))
    for address in (GENERAL, SECOND, PRIVATE):
        await asked(scene, address, "show-here")
    await asked(scene, GROUP, "show-here !high")
    assert await rooms(scene) == [
        (GROUP, wording.CHAT_NAME, Priority.HIGH),
        (GENERAL, wording.GENERAL, Priority.LOW),
        (PRIVATE, wording.ROOM_NAME, Priority.LOW),
        (SECOND, "Second line", Priority.LOW),
    ]
    for address in (SECOND, GROUP):
        await asked(scene, address, "hide-here")
    assert [address for address, _, _ in await rooms(scene)] == [GENERAL, PRIVATE]


async def test_said_in_a_thread_the_whole_channel_is_meant(scene: Scene):
    await scene.role(DANA, Role.ADMIN)
    scene.microsoft.add_channel(Channel(SECOND, "Second line"))
    await asked(scene, SECOND, "rooms")
    await asked(scene, scene.microsoft.messages[0].conversation, "show-here")
    assert [address for address, _, _ in await rooms(scene)] == [SECOND]


async def test_a_name_that_can_not_be_had_holds_nothing_up(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("adapters.teams.rooms.NAME_SECONDS", 0.1)
    await scene.role(DANA, Role.ADMIN)
    scene.microsoft.add_channel(Channel(SECOND, "Second line"))
    scene.microsoft.faults("channels", [Hang()])
    await asked(scene, SECOND, "show-here")
    assert await rooms(scene) == [(SECOND, wording.ROOM_NAME, Priority.LOW)]


async def test_only_those_who_have_to_know_it_ask_for_a_name(scene: Scene):
    await asked(scene, CHANNEL, "rooms")
    await asked(scene, None, "show-here")
    assert [call.route for call in scene.microsoft.calls if call.route in ("channels", "members")] == []


async def test_ones_own_chat_is_no_room(scene: Scene):
    await scene.role(DANA, Role.ADMIN)
    assert await asked(scene, None, "show-here") == [say.NO_ROOM_HERE]


async def test_storage_away_is_said(post: Post, desk: WatchedDesk, connector: ConnectorServer):
    with desk.away():
        assert (await post(payload("somebody-types-a-code-in-their-chat"))).status == 200
    (call,) = connector.calls
    assert call.body == {"type": "message", "text": AWAY, "textFormat": "plain"}


async def test_what_people_are_called_can_not_fire(scene: Scene):
    await scene.role(DANA, Role.ADMIN)
    scene.microsoft.add_channel(Channel(SECOND, "<at>everybody</at> {{DATE(2026-01-01, SHORT)}} [x](http://evil)"))
    (answer,) = await asked(scene, SECOND, "show-here")
    listed, _ = await asked(scene, SECOND, "rooms")
    for said in (answer, listed):
        assert "<at>" not in said
        assert "{{" not in said
        assert all("entities" not in m.activity for m in scene.microsoft.messages if m.by_bot)


async def test_somebody_whom_teams_does_not_name_is_told_so(post: Post, connector: ConnectorServer):
    activity = payload("somebody-mentions-the-bot")
    del activity["from"]["aadObjectId"]
    assert (await post(activity)).status == 200
    assert connector.calls[0].body["text"] == wording.NOBODY


async def test_two_bots_do_not_talk_to_each_other(post: Post, connector: ConnectorServer, incoming: TeamsIncoming):
    assert (await post(payload("another-bot-writes"))).status == 200
    await incoming.drain()
    assert connector.calls == []


async def test_an_answer_of_any_length_fits(scene: Scene):
    await scene.role(DANA, Role.OWNER)
    for number in range(60):
        await scene.role(replace(SAM, aad_object_id=f"person-{number}", name="𝔖" * 80), Role.ENGINEER)
    (answer,) = await asked(scene, None, "people")
    assert len(answer) <= 12_001
