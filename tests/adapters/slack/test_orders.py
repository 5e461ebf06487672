"""What is typed behind /baton: where it is said, what it is answered with, and what happens when somebody is slow."""

import asyncio

import pytest

from bot.playground.slack_stand_in import Channel, Error, Hang, Message, Status
from core import wording as product
from core.errors import StorageUnsure
from core.orders import Here, Order, Said
from core.people import Caller
from tests.adapters.slack.conftest import DANA, JANE, SENIORS, Shop, Stage

SECRET = "G0SECRET1"


@pytest.fixture
async def installed(shop: Shop) -> Shop:
    """Installed by Jane; Baton is in the seniors' channel."""
    await shop.browser.install(shop.begin, "T0BATON01", JANE)
    shop.slack.workspace.channels[SENIORS].bot_is_member = True
    return shop


async def types(shop: Shop, user: str, text: str, channel: str | None = SENIORS) -> str:
    """What somebody is answered: the sentence, and the list under it."""
    async with shop.people() as people:
        outcome = await people.command(user, "/baton", text, channel)
        assert outcome.ok
        return shown(outcome.seen[-1])


def shown(message: Message) -> str:
    texts = [block.get("text") or block["elements"][0] for block in message.blocks]
    return "\n".join(text["text"] for text in texts)


async def test_whoami_says_who_somebody_is(installed: Shop) -> None:
    assert "owner" in await types(installed, JANE, "whoami")
    assert "engineer" in await types(installed, DANA, "whoami")


async def test_a_role_is_given_to_whoever_is_mentioned(installed: Shop) -> None:
    assert "admin" in await types(installed, JANE, "role @dana admin")
    assert "admin" in await types(installed, DANA, "whoami")
    assert "You may not" in await types(installed, DANA, "role @jane viewer")
    assert "role @somebody" in await types(installed, JANE, "role nobody admin")


async def test_a_room_is_chosen_listed_and_left_by_chat(installed: Shop) -> None:
    assert "#seniors" in await types(installed, JANE, "show-here !high")
    assert "#seniors" in await types(installed, JANE, "rooms")
    await types(installed, JANE, "hide-here")
    assert await installed.rooms() == []


@pytest.mark.parametrize(
    "channel",
    [
        Channel(SECRET, "secret", is_private=True, bot_is_member=False, members={JANE}),
        Channel("C0OUTSIDE", "outside", bot_is_member=False),
    ],
)
async def test_a_channel_that_baton_is_not_in_can_not_show_anything(installed: Shop, channel: Channel) -> None:
    installed.slack.add_channel(channel)
    assert "is not in this room" in await types(installed, JANE, "show-here", channel.id)
    assert await installed.rooms() == []
    channel.bot_is_member = True
    await types(installed, JANE, "show-here", channel.id)
    assert await installed.rooms() == [(channel.id, f"#{channel.name}")]


async def test_a_private_conversation_is_no_room(installed: Shop) -> None:
    assert "here is none" in await types(installed, JANE, "show-here", None)
    assert "owner" in await types(installed, JANE, "whoami", None)
    assert await installed.rooms() == []


@pytest.mark.parametrize("is_private", [True, False])
async def test_nor_is_one_among_several_people(installed: Shop, is_private: bool) -> None:
    group = Channel("G0PEOPLE1", "mpdm-jane--dana-1", is_private=is_private, is_mpim=True)
    installed.slack.add_channel(group)
    assert "here is none" in await types(installed, JANE, "show-here", group.id)
    assert await installed.rooms() == []


async def test_no_order_but_those_about_the_room_costs_a_call(installed: Shop) -> None:
    await types(installed, JANE, "whoami")
    before = len(installed.slack.calls)
    for order in ("whoami", "people", "rooms", "queue", "settings", "audit", "link", "nonsense", ""):
        await types(installed, JANE, order)
    assert len(installed.slack.calls) == before


@pytest.mark.parametrize("fault", [Status(502), Hang()])
async def test_a_room_is_not_chosen_blindly_but_hidden_all_the_same(installed: Shop, fault, monkeypatch) -> None:
    monkeypatch.setattr("adapters.slack.orders.ASK_SECONDS", 0.2)
    installed.slack.faults("conversations.info", [fault])
    assert "Slack didn't say in time" in await types(installed, JANE, "show-here")
    assert await installed.rooms() == []
    await types(installed, JANE, "show-here")
    installed.slack.faults("conversations.info", [fault])
    await types(installed, JANE, "hide-here")
    assert await installed.rooms() == []


async def test_without_the_right_to_ask_the_channel_is_called_what_the_command_calls_it(installed: Shop) -> None:
    installed.slack.faults("conversations.info", [Error("missing_scope")])
    await types(installed, JANE, "show-here")
    assert await installed.rooms() == [(SENIORS, "#seniors")]


async def test_a_code_is_told_to_who_asked_alone(installed: Shop) -> None:
    async with installed.people() as people:
        outcome = await people.command(JANE, "/baton", "link", SENIORS)
    assert outcome.body["response_type"] == "ephemeral"
    assert [message.ephemeral_to for message in installed.slack.messages] == [JANE]


async def test_what_people_are_called_can_not_act(installed: Shop) -> None:
    installed.slack.workspace.users[DANA].name = "<!channel> & co"
    answer = await types(installed, JANE, "people")
    async with installed.people() as people:
        payload = people.command_payload(DANA, "/baton", "whoami", SENIORS)
        assert (await people.deliver("slash_commands", payload)).status == 200
        outcome = await people.command(JANE, "/baton", "people", SENIORS)
    assert answer and "<!channel>" in shown(outcome.seen[-1])
    assert {block["text"]["type"] for block in outcome.seen[-1].blocks} == {"plain_text"}
    assert "<!channel>" not in outcome.seen[-1].text


async def test_an_answer_that_takes_long_comes_afterwards(installed: Shop, monkeypatch) -> None:
    monkeypatch.setattr("adapters.slack.orders.ANSWER_SECONDS", 0.05)
    go_on, order = asyncio.Event(), installed.desk.order

    async def slow(said: Order, by: Caller, here: Here | None = None) -> Said:
        await go_on.wait()
        return await order(said, by, here)

    monkeypatch.setattr(installed.desk, "order", slow)
    async with installed.people() as people:
        outcome = await people.command(JANE, "/baton", "whoami", SENIORS)
        assert outcome.ok and outcome.seen == [] and outcome.body is None
        go_on.set()
        await installed.incoming.drain()
    [message] = installed.slack.messages
    assert message.ephemeral_to == JANE and "owner" in shown(message)


@pytest.mark.parametrize("unsure", [False, True])
async def test_records_that_are_away_are_said(installed: Shop, monkeypatch, unsure: bool) -> None:
    if unsure:

        async def lost(*_: object) -> Said:
            raise StorageUnsure

        monkeypatch.setattr(installed.desk, "order", lost)
        assert await types(installed, JANE, "whoami") == product.UNSURE
        return
    with installed.desk.away():
        assert await types(installed, JANE, "whoami") == product.AWAY


async def test_baton_and_escalate_are_told_apart(stage: Stage) -> None:
    escalate = await stage.client.command(JANE, "/escalate", "help", SENIORS)
    baton = await stage.client.command(JANE, "/baton", "help", SENIORS)
    assert "/escalate now" in escalate.text and "/baton help" in escalate.text
    assert "whoami" in shown(baton.seen[-1]) and "now" not in baton.text
