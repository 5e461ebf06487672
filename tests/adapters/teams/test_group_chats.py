"""Group chats as rooms: there are no threads in them, and nothing but the address tells them from channels."""

from core.context_card import Letter, describe
from core.deliveries import Failed, Lane, Sent, TryLater
from tests.adapters.teams.bot_framework import TENANT
from tests.adapters.teams.contexts import CONTEXTS, OPEN
from tests.adapters.teams.scene import DANA, GROUP, Scene

CHAT = Lane("teams", TENANT, GROUP, private=False)
CARD = describe(OPEN)


async def test_a_card_is_posted_corrected_and_pressed(scene: Scene):
    await scene.post_card()
    sent = await scene.outgoing.post(CHAT, CARD, "card")
    message = scene.microsoft.messages[-1]
    assert isinstance(sent, Sent)
    assert sent.copy == f"{GROUP}|{message.id}"
    where = f"19%3A0c0ffee0c0ffee%40thread.v2/{message.id}"
    assert sent.link == f"https://teams.microsoft.com/l/message/{where}?context=%7B%22contextType%22%3A%22chat%22%7D"
    pressed = await scene.people.execute(DANA.id, GROUP, message.id, "baton.claimed")
    assert "It's yours" in str(pressed.card)
    assert scene.desk.clicks[0].seen.copy == sent.copy
    assert await scene.outgoing.correct(CHAT, sent.copy, CONTEXTS["claimed"]) == sent


async def test_words_under_a_card_are_said_in_the_chat(scene: Scene):
    sent = await scene.outgoing.post(CHAT, CARD, "card")
    told = await scene.outgoing.tell(CHAT, Letter("Baton can't reach Jane.", "", ""), "say", under=sent.copy)
    assert isinstance(told, Sent)
    assert [message.conversation for message in scene.microsoft.messages] == [GROUP, GROUP]


async def test_l13_a_chat_that_baton_was_taken_out_of_is_lost(scene: Scene):
    sent = await scene.outgoing.post(CHAT, CARD, "card")
    await scene.people.uninstalled(DANA.id, GROUP)
    assert await scene.outgoing.post(CHAT, CARD, "card") == Failed("403 BotNotInConversationRoster", lost=True)
    # What hangs there can't be corrected any more, but a correction does not speak for the room.
    assert await scene.outgoing.correct(CHAT, sent.copy, CARD) == Failed("403 BotNotInConversationRoster")


async def test_l23_while_nobody_knows_where_the_tenant_is_served_nothing_is_sent(scene: Scene):
    scene.keyring.away = True
    assert isinstance(await scene.outgoing.post(CHAT, CARD, "card"), TryLater)
    assert scene.microsoft.calls == []
    scene.keyring.away = False
    assert isinstance(await scene.outgoing.post(CHAT, CARD, "card"), Sent)
