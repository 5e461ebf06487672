"""Pick Up, Release and Resolve in Slack, as the presser sees it; and buttons that are old, foreign or broken."""

import json

import pytest

from adapters.slack import wording as slack_wording
from bot.playground.slack_stand_in import Error, Hang, Status
from core import wording
from core.handoff import Seen
from core.handoff import Status as Standing
from tests.adapters.slack import cards
from tests.adapters.slack.conftest import DANA, JANE, SAM, SENIORS, Stage


async def test_the_winner_is_told_privately_and_within_the_click(stage: Stage) -> None:
    ts = await stage.escalated()
    outcome = await stage.client.click(DANA, SENIORS, ts, "baton.claimed")
    assert outcome.status == 200 and not outcome.body
    assert await stage.told(DANA) == "It's yours: you picked this up."
    assert (await stage.desk.handoff()).status is Standing.CLAIMED
    assert stage.desk.clicks[0].seen == Seen(f"{SENIORS}:{ts}", 1)
    assert stage.desk.clicks[0].request.startswith("action:")
    assert stage.private_answers(SAM) == []


async def test_the_loser_hears_who_was_first_and_when(stage: Stage) -> None:
    ts = await stage.escalated()
    await stage.client.click(DANA, SENIORS, ts, "baton.claimed")
    await stage.incoming.drain()
    stage.desk.clock.move(minutes=2)
    await stage.client.click(SAM, SENIORS, ts, "baton.claimed")
    assert await stage.told(SAM) == "Already picked up by dana, 2 min ago."


async def test_the_card_itself_is_left_to_the_worker(stage: Stage) -> None:
    ts = await stage.escalated()
    await stage.client.click(DANA, SENIORS, ts, "baton.claimed")
    await stage.incoming.drain()
    assert stage.slack.workspace.message(SENIORS, ts).edited_ts is None


async def test_m2_a_double_click_is_told_twice_that_it_is_theirs(stage: Stage) -> None:
    ts = await stage.escalated()
    await stage.client.click(DANA, SENIORS, ts, "baton.claimed")
    await stage.incoming.drain()
    stage.desk.clock.move(minutes=2)
    await stage.client.click(DANA, SENIORS, ts, "baton.claimed")
    assert await stage.told(DANA) == "It's already yours: you picked this up, 2 min ago."


async def test_m16_a_press_replayed_is_one_gesture(stage: Stage) -> None:
    ts = await stage.escalated()
    await stage.client.click(DANA, SENIORS, ts, "baton.claimed")
    await stage.client.resend()
    await stage.incoming.drain()
    first, second = stage.desk.clicks
    assert first.request == second.request
    assert set(stage.private_answers(DANA)) == {"It's yours: you picked this up."}


async def test_nobody_picks_up_their_own(stage: Stage) -> None:
    ts = await stage.escalated()
    await stage.client.click(JANE, SENIORS, ts, "baton.claimed")
    assert await stage.told(JANE) == "You escalated this yourself, so somebody else has to pick it up."


async def test_release_is_answered(stage: Stage) -> None:
    await stage.escalated()
    ts = await _claimed_card(stage)
    await stage.client.click(DANA, SENIORS, ts, "baton.released")
    assert await stage.told(DANA) == "You released this. It is waiting to be picked up again."


async def test_resolve_asks_for_a_note_first_and_touches_no_storage(stage: Stage) -> None:
    await stage.escalated()
    ts = await _claimed_card(stage)
    with stage.desk.away():
        outcome = await stage.client.click(DANA, SENIORS, ts, "baton.resolved")
    assert outcome.view.content["callback_id"] == "baton.resolve"
    assert [click.verb for click in stage.desk.clicks] == ["claimed"]
    sent = await stage.client.submit(DANA, outcome.view.id, {"note": "Rebuilt the profile."})
    assert sent.view.content["blocks"][0]["text"]["text"] == "You resolved this."
    assert (await stage.desk.handoff()).resolution == "Rebuilt the profile."
    assert stage.desk.clicks[-1].seen == Seen(f"{SENIORS}:{ts}", 2)
    assert stage.desk.clicks[-1].request == f"view:{outcome.view.id}"


async def test_a_refused_note_is_given_back_with_the_reason(stage: Stage) -> None:
    await stage.escalated()
    ts = await _claimed_card(stage)
    outcome = await stage.client.click(SAM, SENIORS, ts, "baton.resolved")
    sent = await stage.client.submit(SAM, outcome.view.id, {"note": "My long note"})
    assert "dana picked this up" in sent.view.content["blocks"][0]["text"]["text"]
    assert "My long note" in json.dumps(sent.view.content["blocks"])


async def test_with_the_database_away_the_note_stays_in_the_form(stage: Stage) -> None:
    await stage.escalated()
    ts = await _claimed_card(stage)
    outcome = await stage.client.click(DANA, SENIORS, ts, "baton.resolved")
    with stage.desk.away():
        assert (await stage.client.submit(DANA, outcome.view.id, {"note": "x"})).errors == {"note": wording.AWAY_FORM}


async def test_a_note_past_the_limit_is_answered_at_its_field(stage: Stage) -> None:
    await stage.escalated()
    ts = await _claimed_card(stage)
    outcome = await stage.client.click(DANA, SENIORS, ts, "baton.resolved")
    sent = await stage.client.submit(DANA, outcome.view.id, {"note": "x" * 2001})
    assert sent.errors == {"note": "That is too long. Shorten it to 2,000 characters."}


async def test_m7_a_note_form_that_did_not_open_is_said(stage: Stage) -> None:
    await stage.escalated()
    ts = await _claimed_card(stage)
    stage.slack.faults("views.open", [Error("expired_trigger_id")])
    await stage.client.click(DANA, SENIORS, ts, "baton.resolved")
    assert await stage.told(DANA) == slack_wording.RESOLVE_FAILED


async def test_with_the_database_away_a_press_is_answered_in_words(stage: Stage) -> None:
    ts = await stage.escalated()
    with stage.desk.away():
        await stage.client.click(DANA, SENIORS, ts, "baton.claimed")
        assert await stage.told(DANA) == wording.AWAY


@pytest.mark.parametrize("fault", [Status(500), Status(404), Hang()])
async def test_the_answer_finds_another_way_when_the_response_url_fails(stage: Stage, fault, monkeypatch) -> None:
    monkeypatch.setattr("adapters.slack.private.ANSWER_SECONDS", 0.2)
    ts = await stage.escalated()
    stage.slack.faults("hook", [fault])
    await stage.client.click(DANA, SENIORS, ts, "baton.claimed")
    assert await stage.told(DANA) == "It's yours: you picked this up."
    assert stage.slack.calls[-1].method == "chat.postEphemeral"


async def test_a_card_whose_handoff_is_gone_answers_in_words(stage: Stage) -> None:
    ts = await stage.post_card(cards.open_plain())
    await stage.client.click(DANA, SENIORS, ts, "baton.claimed")
    assert await stage.told(DANA) == wording.UNKNOWN


@pytest.mark.parametrize(
    ("action_id", "value"),
    [
        ("baton.claimed", "v0:old-style"),
        ("baton.claimed", "[1]"),
        ("baton.claimed", '{"handoff": 7}'),
        ("baton.parked", '{"handoff": "h0", "version": 1}'),
        ("somebody.elses", "x"),
    ],
)
async def test_an_old_or_unknown_button_answers_in_words(stage: Stage, action_id: str, value: str) -> None:
    ts = await stage.escalated()
    payload = stage.client.click_payload(DANA, SENIORS, ts, "baton.claimed")
    payload["actions"][0] |= {"action_id": action_id, "value": value}
    assert (await stage.client.deliver("interactive", payload)).status == 200
    assert await stage.told(DANA) == slack_wording.OLD_BUTTON
    assert stage.desk.clicks == []


async def test_a_link_button_does_nothing_more(stage: Stage) -> None:
    ts = await stage.escalated()
    payload = stage.client.click_payload(DANA, SENIORS, ts, "baton.claimed")
    payload["actions"][0]["action_id"] = "baton.link"
    assert (await stage.client.deliver("interactive", payload)).status == 200
    await stage.incoming.drain()
    assert stage.private_answers(DANA) == []


async def _claimed_card(stage: Stage) -> str:
    await stage.client.click(DANA, SENIORS, stage.slack.messages[-1].ts, "baton.claimed")
    await stage.incoming.drain()
    return await stage.post_card()
