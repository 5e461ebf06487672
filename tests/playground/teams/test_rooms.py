"""Rooms of all kinds: listed and private and deleted channels, group chats, and the app that comes and goes."""

import pytest

from bot.playground.teams_stand_in import Channel, GestureError, GroupChat

from .conftest import DANA, GUEST, OUTSIDE, ROOM, SAM, card, message, text

GROUP, GENERAL = "19:chat@thread.v2", "19:general@thread.tacv2"
PRIVATE, OTHER = "19:private@thread.tacv2", "19:other@thread.tacv2"


@pytest.fixture
def rooms(standin):
    standin.add_channel(Channel(PRIVATE, "War room", private=True, bot_installed=False))
    standin.add_group_chat(GroupChat(GROUP, members={"29:1sam", standin.directory.find(DANA).id}))


async def channels(call, session, standin, team):
    """What GET v3/teams/{team}/conversations answers."""
    await call("POST", body=call.new_chat(SAM))
    headers = {"Authorization": f"Bearer {call.token}"}
    async with session.get(f"{standin.service_url}v3/teams/{team}/conversations", headers=headers) as response:
        return response.status, await response.json()


@pytest.mark.usefixtures("rooms")
async def test_a_team_lists_its_channels_but_no_private_ones_and_no_name_of_the_general_one(standin, call, session):
    status, told = await channels(call, session, standin, GENERAL)
    assert (status, told) == (200, {"conversations": [{"id": GENERAL}, {"id": ROOM, "name": "Escalations"}]})
    assert standin.calls[-1].route == "channels"


async def test_a_team_without_the_app_tells_nothing(standin, call, session):
    status, told = await channels(call, session, standin, OTHER)
    assert (status, told["error"]["code"]) == (403, "BotNotInConversationRoster")
    status, told = await channels(call, session, standin, "19:nowhere@thread.tacv2")
    assert (status, told["error"]["code"]) == (404, "TeamNotFound")


@pytest.mark.usefixtures("rooms")
async def test_a_group_chat_has_no_threads(standin, people, baton, call):
    sent = await call("POST", GROUP, "activities", body=message(card()))
    await people.message(SAM, GROUP, "hello?")
    assert [one.conversation for one in standin.messages] == [GROUP, GROUP]
    told = baton.activity()
    where = {"isGroup": True, "conversationType": "groupChat", "tenantId": standin.tenant_id, "id": GROUP}
    assert told["conversation"] == where
    assert (told["text"], "team" in told["channelData"]) == ("<at>Baton</at> hello?", False)
    assert await call("PUT", GROUP, "activities", sent["id"], body=message(card())) == {"id": sent["id"]}
    assert (await call("GET", GROUP, "members", "29:1sam"))["aadObjectId"] == SAM
    assert await call.refused("GET", GROUP, "members", GUEST) == (404, "MemberNotFoundInConversation")
    assert await call.refused("POST", body=call.new_thread(text(), GROUP)) == (404, "ConversationNotFound")


@pytest.mark.usefixtures("rooms")
async def test_people_are_mentioned_where_they_are(standin, people, baton):
    await people.message(DANA, ROOM, "role @Sam Okafor admin", [SAM])
    told = baton.activity()
    assert told["text"] == "<at>Baton</at> role <at>Sam Okafor</at> admin"
    mentions = {one["text"]: one["mentioned"]["id"] for one in told["entities"] if one["type"] == "mention"}
    assert mentions == {"<at>Baton</at>": standin.bot_id, "<at>Sam Okafor</at>": "29:1sam"}
    for place, user, words in ((GROUP, GUEST, "@Gil Guest"), (None, SAM, "@Sam Okafor"), (ROOM, SAM, "Sam Okafor")):
        with pytest.raises(GestureError):
            await people.message(DANA, place, words, [user])


@pytest.mark.usefixtures("rooms")
async def test_the_app_comes_to_a_team_in_the_channel_that_was_chosen(standin, people, baton):
    await people.installed(SAM, OUTSIDE)
    change, update = (baton.activity(number) for number in (0, 1))
    assert change["membersAdded"] == [{"id": standin.bot_id}]
    assert change["channelData"]["eventType"] == "teamMemberAdded"
    assert change["from"] == {"id": "29:1sam"}
    assert update["from"]["aadObjectId"] == SAM
    assert {change["conversation"]["id"], update["conversation"]["id"]} == {OTHER}
    assert update["channelData"]["settings"] == {"selectedChannel": {"id": OUTSIDE}}
    assert update["channelData"]["team"]["name"] == "Support"


@pytest.mark.usefixtures("rooms")
async def test_the_app_comes_to_a_group_chat_and_leaves(standin, people, baton, call):
    await people.uninstalled(SAM, GROUP)
    assert [baton.activity(n)["type"] for n in (0, 1)] == ["conversationUpdate", "installationUpdate"]
    assert baton.activity(0)["membersRemoved"] == [{"id": standin.bot_id}]
    assert await call.refused("POST", GROUP, "activities", body=text()) == (403, "BotNotInConversationRoster")
    with pytest.raises(GestureError):
        await people.message(SAM, GROUP, "hello?")
    await people.installed(SAM, GROUP)
    await call("POST", GROUP, "activities", body=text())
    assert call.status == 201


@pytest.mark.usefixtures("rooms")
async def test_a_private_channel_has_the_app_by_itself_and_loses_it_with_its_team(people, baton, call):
    await people.installed(SAM, ROOM)
    assert await call.refused("POST", PRIVATE, "activities", body=text()) == (403, "BotNotInConversationRoster")
    baton.received.clear()
    await people.installed(SAM, PRIVATE)
    (change,) = (baton.activity(n) for n in range(len(baton.received)))
    assert change["channelData"]["eventType"] == "channelMemberAdded"
    assert change["channelData"]["channel"] == {"id": PRIVATE}
    assert change["conversation"]["id"] == PRIVATE
    await call("POST", PRIVATE, "activities", body=text())
    assert call.status == 201
    await people.uninstalled(SAM, ROOM)
    assert await call.refused("POST", PRIVATE, "activities", body=text()) == (403, "BotNotInConversationRoster")


async def test_a_deleted_channel_is_gone_for_everybody(standin, people, baton, call):
    begun = await call.thread(text())
    await people.delete_channel(SAM, ROOM)
    assert await call.refused("POST", begun["id"], "activities", body=text()) == (404, "ConversationNotFound")
    assert standin.visible_to(SAM) == []
    told = baton.activity()
    assert (told["channelData"]["eventType"], told["channelData"]["channel"]["id"]) == ("channelDeleted", ROOM)
    assert told["conversation"]["id"] == GENERAL


async def test_there_is_no_room_of_that_address(people):
    with pytest.raises(GestureError):
        await people.installed(SAM, "19:nowhere@thread.v2")
