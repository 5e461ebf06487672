"""People in front of Teams: what their gestures send, and what each of them then sees."""

import pytest

from bot.playground.teams_stand_in import GestureError

from .conftest import DANA, GUEST, OUTSIDE, ROOM, SAM, answer, block, card, execute, message

NOTE = {"type": "Input.Text", "id": "note", "label": "Note", "maxLength": 10, "isRequired": True}
TOAST = {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Too late."}
RESOLVE = {"type": "Action.ShowCard", "title": "Resolve", "card": card(execute("baton.resolved"), body=[NOTE])}
OLD_WAY = {"type": "Action.Submit", "title": "Pick Up", "data": {"verb": "baton.claimed", "handoff": "1"}}


@pytest.fixture
async def posted(call):
    """A card in the room: conversation and message id."""
    begun = await call.thread(message(card(execute(data={"handoff": "1"}, fallback=OLD_WAY), RESOLVE)))
    return begun["id"], begun["activityId"]


async def test_a_press_has_the_shape_of_the_real_one(standin, people, baton, posted):
    await people.execute(SAM, *posted, "baton.claimed")
    sent = baton.activity()
    conversation, root = posted
    assert sent["type"] == "invoke"
    assert sent["name"] == "adaptiveCard/action"
    assert sent["value"]["trigger"] == "manual"
    assert sent["value"]["action"]["verb"] == "baton.claimed"
    assert sent["value"]["action"]["data"] == {"handoff": "1"}
    assert (sent["channelId"], sent["serviceUrl"], sent["replyToId"]) == ("msteams", standin.service_url, root)
    assert sent["from"] == {"id": "29:1sam", "name": "Sam Okafor", "aadObjectId": SAM}
    assert sent["recipient"]["id"] == f"28:{standin.app_id}"
    where = {"isGroup": True, "conversationType": "channel", "tenantId": standin.tenant_id, "id": conversation}
    assert sent["conversation"] == where
    assert sent["channelData"]["channel"] == {"id": ROOM}
    assert sent["channelData"]["tenant"] == {"id": standin.tenant_id}
    assert sent["entities"][0]["timezone"] == sent["localTimezone"] == "Europe/Berlin"
    assert (sent["timestamp"], sent["localTimestamp"]) == ("2026-11-23T09:00:00.000Z", "2026-11-23T10:00:00.000+01:00")
    assert baton.token() == standin.login.bearer(standin.service_url)


async def test_the_answer_is_seen_by_the_clicker_alone_until_the_message_is_updated(
    standin, people, baton, call, posted
):
    before = standin.view_of(SAM, *posted)
    mine = card(execute("baton.released", "Release"), body=[block("It is yours")])
    baton.answers = [answer(mine)]
    outcome = await people.execute(SAM, *posted, "baton.claimed")
    assert outcome.ok
    assert outcome.card == people.view_of(SAM, *posted) == mine
    assert standin.view_of(DANA, *posted) == before
    assert standin.view_of(GUEST, *posted) is None
    with pytest.raises(GestureError):
        people.execute_activity(SAM, *posted, "baton.claimed")
    assert people.execute_activity(SAM, *posted, "baton.released")
    newest = card(body=[block("Sam has it")])
    await call("PUT", posted[0], "activities", posted[1], body=message(newest))
    assert standin.view_of(SAM, *posted) == standin.view_of(DANA, *posted) == newest


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (500, "failed"),
        (200, "failed"),
        ("ok", "failed"),
        ({"statusCode": 200}, "failed"),
        ({**TOAST, "value": ""}, "failed"),
        ({**answer(card()), "statusCode": 201}, "failed"),
        (answer(card(version="2.0")), "bad_card"),
        ({"statusCode": 400, "type": "application/vnd.microsoft.error", "value": {"message": "No."}}, "refused"),
    ],
)
async def test_answers_that_teams_does_not_take(people, baton, posted, given, error):
    baton.answers = [given]
    before = people.view_of(SAM, *posted)
    outcome = await people.execute(SAM, *posted, "baton.claimed")
    assert outcome.error == error
    assert not outcome.ok
    assert people.view_of(SAM, *posted) == before


async def test_a_sentence_as_answer(people, baton, posted):
    baton.answers = [TOAST]
    assert (await people.execute(SAM, *posted, "baton.claimed")).text == "Too late."


async def test_inputs_on_a_card_behind_a_button(people, baton, posted):
    baton.answers = [TOAST]
    await people.execute(SAM, *posted, "baton.resolved", {"note": "Done"})
    assert baton.activity()["value"]["action"]["data"] == {"note": "Done"}


@pytest.mark.parametrize("note", ["", "longer than ten"])
async def test_the_client_holds_back_what_is_filled_in_wrongly(people, baton, posted, note):
    outcome = await people.execute(SAM, *posted, "baton.resolved", {"note": note})
    assert outcome.error == "client"
    assert set(outcome.errors) == {"note"}
    assert baton.received == []


async def test_what_is_not_on_the_screen_cannot_be_done(people, baton, posted, call):
    plain = await call.thread({"type": "message", "text": "No card"})
    impossible = [
        (SAM, *posted, "baton.reopened"),
        (GUEST, *posted, "baton.claimed"),
        ("nobody", *posted, "baton.claimed"),
        (SAM, posted[0], "1", "baton.claimed"),
        (SAM, plain["id"], plain["activityId"], "baton.claimed"),
        (SAM, *posted, "baton.resolved", {"other": "x"}),
    ]
    for gesture in impossible:
        with pytest.raises(GestureError):
            await people.execute(*gesture)
    assert baton.received == []


async def test_an_old_client_sends_the_fallback_as_a_message(people, baton, posted):
    assert (await people.submit(SAM, *posted, "baton.claimed")).ok
    sent = baton.activity()
    assert (sent["type"], sent["replyToId"], sent["value"]) == ("message", posted[1], OLD_WAY["data"])
    assert "text" not in sent
    with pytest.raises(GestureError):
        await people.submit(SAM, *posted, "baton.resolved", {"note": "x"})


async def test_a_message_in_a_channel_mentions_the_bot(standin, people, baton):
    assert (await people.message(SAM, ROOM, "hello?")).ok
    sent, said = baton.activity(), standin.messages[0]
    assert (sent["id"], sent["conversation"]["id"]) == (said.id, said.conversation)
    assert sent["text"] == "<at>Baton</at> hello?"
    assert sent["entities"][1]["mentioned"]["id"] == standin.bot_id
    assert not said.by_bot


async def test_a_message_in_ones_chat(standin, people, baton):
    await people.message(DANA, None, "<hello>")
    sent = baton.activity()
    assert sent["conversation"]["conversationType"] == "personal"
    assert (sent["text"], "channel" in sent["channelData"]) == ("<hello>", False)
    assert "&lt;hello&gt;" in sent["attachments"][0]["content"]
    assert standin.visible_to(DANA) == standin.messages


async def test_installing_and_taking_away(standin, people, baton, call):
    await people.installed(SAM, OUTSIDE)
    assert [baton.activity(n)["type"] for n in (0, 1)] == ["conversationUpdate", "installationUpdate"]
    assert baton.activity()["action"] == "add"
    assert standin.directory.channels[OUTSIDE].bot_installed
    await people.uninstalled(SAM, OUTSIDE)
    assert baton.activity()["action"] == "remove"
    assert not standin.directory.channels[OUTSIDE].bot_installed
    await people.installed(GUEST)
    assert (await call("POST", body=call.new_chat(GUEST)))["id"] == baton.activity()["conversation"]["id"]


async def test_no_answer_in_time(people, baton, posted):
    people.patience, baton.silent = 0.05, 1
    assert (await people.execute(SAM, *posted, "baton.claimed")).error == "timeout"


async def test_the_client_tries_the_same_invoke_twice_more(people, baton, posted):
    people.patience, people.retries, baton.silent = 0.05, 2, 2
    baton.answers = [TOAST]
    assert (await people.execute(SAM, *posted, "baton.claimed")).text == "Too late."
    assert len(baton.received) == 3
    assert len({body for body, _ in baton.received}) == 1


async def test_the_same_bytes_again_and_a_request_without_sending(people, baton, posted):
    request = people.signed(people.execute_activity(SAM, *posted, "baton.claimed"))
    assert baton.received == []
    await people.send(request)
    await people.resend()
    assert [body for body, _ in baton.received] == [request.body] * 2


async def test_any_activity_with_any_token(people, baton):
    await people.deliver({"type": "anything"}, token=people.mint({"aud": "other"}))
    assert baton.activity() == {"type": "anything"}
    await people.deliver({"type": "anything"}, token="")
    assert "Authorization" not in baton.received[-1][1]


async def test_nobody_at_the_other_end(people, baton, posted):
    await baton.stop()
    assert (await people.execute(SAM, *posted, "baton.claimed")).error == "unreachable"
    await baton.start()
