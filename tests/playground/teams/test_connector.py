"""The Bot Connector: what it does, and every code that it refuses with."""

import pytest

from .conftest import DANA, GUEST, OUTSIDE, ROOM, SAM, card, execute, message, text


async def test_a_thread_is_begun_answered_and_corrected(standin, call):
    begun = await call.thread(message(card()))
    root = begun["activityId"]
    assert call.status == 201
    assert begun == {"id": f"{ROOM};messageid={root}", "activityId": root, "serviceUrl": standin.service_url}
    reply = await call("POST", begun["id"], "activities", body=text("An answer"))
    assert call.status == 201
    corrected = message(card(body=[{"type": "TextBlock", "text": "Now"}]))
    assert await call("PUT", begun["id"], "activities", root, body=corrected) == {"id": root}
    first, second = standin.messages
    assert (first.id, second.id) == (root, reply["id"])
    assert second.conversation == first.conversation == begun["id"]
    assert first.card["body"][0]["text"] == "Now"
    assert len(first.edits) == 1
    assert [logged.route for logged in standin.calls] == ["token", "create", "send", "update"]
    assert all(logged.ok for logged in standin.calls)


async def test_a_bare_channel_begins_a_new_thread_each_time(standin, call):
    await call("POST", ROOM, "activities", body=text())
    await call("POST", ROOM, "activities", body=text())
    assert len({sent.conversation for sent in standin.messages}) == 2


async def test_only_a_threads_root_makes_a_thread(standin, call):
    begun = await call.thread(text())
    reply = await call("POST", begun["id"], "activities", body=text())
    nested = f"{ROOM};messageid={reply['id']}"
    assert await call.refused("POST", nested, "activities", body=text()) == (404, "ConversationNotFound")


async def test_the_cards_of_a_channel_are_found_by_what_their_buttons_carry(standin, call):
    def about(handoff):
        return message(card(execute(data={"handoff": handoff})))

    first, second, third = [await call.thread(about(handoff)) for handoff in ("one", "two", "one")]
    await call("PUT", first["id"], "activities", first["activityId"], body=message(card()))
    await call.thread(message(card()))
    await call.thread(text())
    standin.remove(second["id"], second["activityId"])
    found = standin.cards_by("handoff", ROOM)
    ids = {handoff: [hanging.id for hanging in cards] for handoff, cards in found.items()}
    assert ids == {"one": [first["activityId"], third["activityId"]], "": [standin.messages[3].id]}
    assert "actions" not in found["one"][0].card
    assert standin.cards_by("handoff", OUTSIDE) == {}


async def test_a_reply_names_what_it_answers(standin, call):
    begun = await call.thread(text())
    await call("POST", begun["id"], "activities", "f:1", body=text())
    assert standin.messages[-1].activity["replyToId"] == "f:1"


@pytest.mark.parametrize("name", [DANA, "29:1sam"])
async def test_a_chat_with_one_person_is_always_the_same(standin, call, name):
    first = await call("POST", body=call.new_chat(name))
    again = await call("POST", body=call.new_chat(name))
    assert first["id"] == again["id"]
    assert first["id"].startswith("a:")
    await call("POST", first["id"], "activities", body=text())
    assert [sent.activity["text"] for sent in standin.visible_to(name)] == ["Hello"]
    assert standin.visible_to(GUEST) == []


async def test_a_deleted_message_is_gone(standin, call):
    begun = await call.thread(message(card()))
    where = (begun["id"], "activities", begun["activityId"])
    assert await call("DELETE", *where) is None
    assert call.status == 200
    assert standin.messages[0].deleted
    assert await call.refused("PUT", *where, body=message(card())) == (404, "ActivityNotFoundInConversation")
    assert (await call("POST", begun["id"], "activities", body=text()))["id"]


async def test_a_message_deleted_by_hand(standin, call):
    begun = await call.thread(message(card()))
    standin.remove(begun["id"], begun["activityId"])
    refused = await call.refused("PUT", begun["id"], "activities", begun["activityId"], body=message(card()))
    assert refused == (404, "ActivityNotFoundInConversation")


async def test_only_the_bots_own_messages_can_be_changed(call, people, standin):
    await people.message(SAM, ROOM, "hello?")
    his = standin.messages[0]
    refused = await call.refused("PUT", his.conversation, "activities", his.id, body=text())
    assert refused == (403, "Forbidden")
    begun = await call.thread(text())
    refused = await call.refused("PUT", his.conversation, "activities", begun["activityId"], body=text())
    assert refused == (404, "ActivityNotFoundInConversation")


async def test_where_the_bot_may_not_be(standin, call):
    assert await call.refused("POST", "19:no@thread.tacv2", "activities", body=text()) == (404, "ConversationNotFound")
    unknown = f"{ROOM};messageid=1"
    assert await call.refused("POST", unknown, "activities", body=text()) == (404, "ConversationNotFound")
    outside = (403, "BotNotInConversationRoster")
    assert await call.refused("POST", OUTSIDE, "activities", body=text()) == outside
    assert await call.refused("POST", body=call.new_thread(text(), OUTSIDE)) == outside
    assert await call.refused("POST", body=call.new_chat(GUEST)) == outside


async def test_somebody_who_blocked_the_bot(standin, call):
    chat = await call("POST", body=call.new_chat(SAM))
    standin.directory.find(SAM).blocked = True
    refused = await call("POST", chat["id"], "activities", body=text())
    assert (call.status, refused["errorCode"]) == (403, 209)
    assert '"subCode": "MessageWritesBlocked"' in refused["message"]


async def test_an_app_taken_away_while_a_chat_is_open(standin, call):
    standin.directory.find(GUEST).app_installed = True
    chat = await call("POST", body=call.new_chat(GUEST))
    standin.directory.find(GUEST).app_installed = False
    refused = await call.refused("POST", chat["id"], "activities", body=text())
    assert refused == (403, "BotNotInConversationRoster")


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"type": "event", "text": "x"},
        {"type": "message"},
        {"type": "message", "text": 7},
        {"type": "message", "text": "x", "textFormat": "html"},
        {"type": "message", "attachments": {}},
        {"type": "message", "attachments": [{"contentType": "image/png"}]},
        {"type": "message", "text": "x", "attachments": [[]]},
        message(card(version="9.9")),
    ],
)
async def test_bad_activities(standin, call, body):
    assert await call.refused("POST", ROOM, "activities", body=body) == (400, "BadSyntax")
    assert standin.messages == []


async def test_bad_new_conversations(standin, call):
    thread, chat = call.new_thread(text()), call.new_chat(SAM)
    without = {name: value for name, value in thread.items() if name != "activity"}
    wrong = [
        without,
        {**thread, "channelData": {}},
        {**chat, "members": []},
        {**chat, "members": [{"id": "dana@acme.example"}]},
        {**chat, "tenantId": None},
        {**chat, "activity": text()},
    ]
    for body in wrong:
        assert await call.refused("POST", body=body) == (400, "BadSyntax"), body
    assert await call.refused("POST", body={**chat, "tenantId": "other"}) == (403, "Forbidden")


async def test_an_activity_that_is_not_the_one_in_the_address(call):
    begun = await call.thread(text())
    body = {**text(), "id": "1"}
    refused = await call.refused("PUT", begun["id"], "activities", begun["activityId"], body=body)
    assert refused == (400, "BadSyntax")


async def test_a_message_is_measured_in_utf_16(call):
    most = (100 * 1024 - 2 * len('{"type": "message", "text": ""}')) // 2
    await call("POST", ROOM, "activities", body=text("é" * most))
    assert call.status == 201
    assert await call.refused("POST", ROOM, "activities", body=text("é" * (most + 1))) == (413, "MessageSizeTooBig")


async def test_members(standin, call):
    dana = await call("GET", ROOM, "members", DANA)
    assert dana["email"] == dana["userPrincipalName"] == "dana@acme.example"
    assert (dana["aadObjectId"], dana["tenantId"], dana["userRole"]) == (DANA, standin.tenant_id, "user")
    assert (await call("GET", ROOM, "members", "29:1sam"))["name"] == "Sam Okafor"
    assert await call.refused("GET", ROOM, "members", GUEST) == (404, "MemberNotFoundInConversation")
    assert await call.refused("GET", OUTSIDE, "members", DANA) == (403, "BotNotInConversationRoster")
    standin.directory.channels[ROOM].members = None
    guest = await call("GET", ROOM, "members", GUEST)
    assert guest["userRole"] == "guest"
    assert "#EXT#" in guest["userPrincipalName"]


async def test_paged_members(call):
    first = await call("GET", ROOM, "pagedmembers", query="?pageSize=1")
    assert [one["name"] for one in first["members"]] == ["Dana Ruiz"]
    query = f"?pageSize=1&continuationToken={first['continuationToken']}"
    last = await call("GET", ROOM, "pagedmembers", query=query)
    assert [one["name"] for one in last["members"]] == ["Sam Okafor"]
    assert "continuationToken" not in last
    assert await call.refused("GET", ROOM, "pagedmembers", query="?pageSize=501") == (400, "BadSyntax")
