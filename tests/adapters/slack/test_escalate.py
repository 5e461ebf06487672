"""Escalating in Slack, as a person sees it: the form, the fields, `now`, and what happens when something is away."""

from contextlib import nullcontext

import pytest

from adapters.slack import wording as slack_wording
from bot.playground.slack_stand_in import DropBefore, Error, Hang, Status
from core import wording
from core.desk import Receipt
from core.handoff import Priority
from core.pace import BURST
from core.people import Caller, Identity
from core.snapshot import Snapshot
from core.use_cases.escalate import Escalation
from tests.adapters.slack.conftest import JANE, SAM, SENIORS, TEAM, Stage

EVERYTHING = "Outlook not syncing #12345 !high @sam"
BY_JANE = Caller(Identity("slack", TEAM, JANE), "jane")


async def escalate_too_much(stage: Stage) -> None:
    """Jane records as many as one person may at once."""
    for number in range(BURST):
        answer = await stage.desk.escalate(Escalation(BY_JANE, f"before:{number}", Snapshot("Outlook fails")))
        assert isinstance(answer, Receipt)


async def test_the_command_opens_the_form_filled_in_and_then_says_where_it_will_be_shown(stage: Stage) -> None:
    outcome = await stage.client.command(JANE, "/escalate", EVERYTHING, SENIORS)
    assert outcome.ok and outcome.view is not None
    assert stage.slack.calls[1].method == "views.open"  # the first was the introduction
    await stage.incoming.drain()
    view = stage.slack.view_of(JANE)
    shown = view.content["blocks"][-1]["elements"][0]["text"]
    assert shown == "It will be shown in #seniors."
    sent = await stage.client.submit(JANE, view.id, {"tried": "Restarted it twice."})
    assert sent.ok
    [escalation] = stage.desk.escalations
    assert escalation.snapshot == Snapshot("Outlook not syncing", "Restarted it twice.", "", "#12345")
    assert escalation.priority is Priority.HIGH
    assert escalation.by == BY_JANE
    assert escalation.target.identity == Identity("slack", TEAM, SAM)
    assert escalation.request == f"view:{view.id}"


async def test_what_was_typed_meanwhile_survives_the_line_that_comes_late(stage: Stage) -> None:
    outcome = await stage.client.command(JANE, "/escalate", "", SENIORS)
    stage.client.fill_in(JANE, outcome.view.id, {"problem": "Typed at once"})
    await stage.incoming.drain()
    assert (await stage.client.submit(JANE, outcome.view.id)).ok
    assert stage.desk.escalations[0].snapshot.problem == "Typed at once"


async def test_the_form_turns_into_the_receipt(stage: Stage) -> None:
    outcome = await stage.client.command(JANE, "/escalate", "Outlook fails", SENIORS)
    sent = await stage.client.submit(JANE, outcome.view.id)
    assert sent.view.content["blocks"][0]["text"]["text"].startswith("Recorded: Escalation from jane: Outlook fails.")


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"ticket": "not a ticket"}, "ticket", "That doesn't look like a ticket number."),
        ({"problem": "x" * 301}, "problem", "That is too long. Shorten it to 300 characters."),
        ({"customer": "x" * 101}, "customer", "That is too long. Shorten it to 100 characters."),
        ({"target": JANE}, "target", "You can't aim an escalation at yourself."),
        ({"problem": "\x00\x01"}, "problem", "Say in one line what the problem is."),
    ],
)
async def test_a_field_that_cannot_be_taken_is_answered_there(stage: Stage, values, field, sentence) -> None:
    outcome = await stage.client.command(JANE, "/escalate", "Outlook fails", SENIORS)
    sent = await stage.client.submit(JANE, outcome.view.id, values)
    assert sent.errors[field].startswith(sentence)
    assert stage.slack.views[outcome.view.id].open
    assert await stage.desk.recorded() == 0


async def test_a_form_corrected_after_an_error_is_taken(stage: Stage) -> None:
    outcome = await stage.client.command(JANE, "/escalate", "Outlook fails", SENIORS)
    assert (await stage.client.submit(JANE, outcome.view.id, {"ticket": "??"})).errors
    assert (await stage.client.submit(JANE, outcome.view.id, {"ticket": "77"})).ok
    assert (await stage.desk.handoff()).snapshot.ticket == "#77"


async def test_with_the_database_away_the_form_says_so_and_keeps_every_word(stage: Stage) -> None:
    outcome = await stage.client.command(JANE, "/escalate", "Outlook fails", SENIORS)
    with stage.desk.away():
        sent = await stage.client.submit(JANE, outcome.view.id, {"tried": "Everything"})
    assert sent.errors == {"problem": wording.AWAY_FORM}
    assert (await stage.client.submit(JANE, outcome.view.id)).ok
    assert (await stage.desk.handoff()).snapshot.tried == "Everything"


async def test_a_refusal_is_said_in_the_form(stage: Stage) -> None:
    outcome = await stage.client.command(JANE, "/escalate", "Outlook fails", SENIORS)
    await escalate_too_much(stage)
    assert (await stage.client.submit(JANE, outcome.view.id)).errors == {"problem": wording.SLOW_DOWN}


async def test_m1_the_same_form_delivered_three_times_makes_one_handoff(stage: Stage) -> None:
    outcome = await stage.client.command(JANE, "/escalate", "Outlook fails", SENIORS)
    await stage.client.submit(JANE, outcome.view.id)
    first = await stage.client.resend()
    second = await stage.client.resend()
    assert first.body == second.body and first.status == 200
    assert await stage.desk.recorded() == 1


async def test_the_form_opens_while_storage_is_away_and_says_that_the_rooms_are_unknown(stage: Stage) -> None:
    with stage.desk.away():
        assert (await stage.client.command(JANE, "/escalate", "Outlook fails", SENIORS)).view is not None
        await stage.incoming.drain()
    assert stage.slack.view_of(JANE).content["blocks"][-1]["elements"][0]["text"] == slack_wording.ROOMS_UNKNOWN


async def test_without_a_room_the_form_says_that_nobody_will_see_it(stage: Stage) -> None:
    await stage.desk.connect("slack", TEAM, {})
    await stage.client.command(JANE, "/escalate", "Outlook fails", SENIORS)
    await stage.incoming.drain()
    assert stage.slack.view_of(JANE).content["blocks"][-1]["elements"][0]["text"] == wording.NO_ROOM


async def test_several_rooms_are_all_named(stage: Stage) -> None:
    await stage.desk.connect("slack", TEAM, {"C0A": "A", "C0B": "B", "C0C": "C"})
    await stage.client.command(JANE, "/escalate", "x", SENIORS)
    await stage.incoming.drain()
    shown = stage.slack.view_of(JANE).content["blocks"][-1]["elements"][0]["text"]
    assert shown == "It will be shown in A, B and C."


@pytest.mark.parametrize(
    "fault",
    [Error("expired_trigger_id"), Error("trigger_expired"), Error("exchanged_trigger_id"), Status(502), DropBefore()],
)
async def test_m7_a_form_that_did_not_open_leaves_a_button_that_carries_the_words(stage: Stage, fault) -> None:
    stage.slack.faults("views.open", [fault])
    outcome = await stage.client.command(JANE, "/escalate", EVERYTHING + " & more", SENIORS)
    assert outcome.ok and outcome.view is None
    [message] = outcome.seen
    assert "/escalate now" in message.text
    assert EVERYTHING + " & more" in str(message.blocks)
    await stage.client.click(JANE, SENIORS, message.ts, "baton.form")
    view = stage.slack.view_of(JANE)
    assert view.values["problem"]["problem"]["value"] == "Outlook not syncing & more"
    assert view.values["target"]["target"]["selected_user"] == SAM


async def test_m7_a_silent_slack_is_given_up_inside_the_three_seconds(stage: Stage) -> None:
    stage.slack.faults("views.open", [Hang()])
    outcome = await stage.client.command(JANE, "/escalate", EVERYTHING, SENIORS)
    assert outcome.error is None and "/escalate now" in outcome.text


async def test_now_records_at_once(stage: Stage) -> None:
    outcome = await stage.client.command(JANE, "/escalate", "now Outlook fails #12345 !critical\nRestarted it", SENIORS)
    assert outcome.text.startswith("Recorded: Escalation from jane · #12345: Outlook fails.")
    handoff = await stage.desk.handoff()
    assert handoff.snapshot == Snapshot("Outlook fails", "Restarted it", "", "#12345")
    assert handoff.priority is Priority.CRITICAL
    assert stage.desk.escalations[0].request.startswith("command:")


async def test_m1_now_delivered_three_times_makes_one_handoff(stage: Stage) -> None:
    await stage.client.command(JANE, "/escalate", "now Outlook fails", SENIORS)
    assert (await stage.client.resend()).body == (await stage.client.resend()).body
    assert await stage.desk.recorded() == 1


async def test_now_without_words_says_what_to_do(stage: Stage) -> None:
    assert (await stage.client.command(JANE, "/escalate", "now", SENIORS)).text == slack_wording.NOTHING_SAID


@pytest.mark.parametrize(
    ("trouble", "length", "reason"),
    [("away", 200, wording.AWAY), ("slow_down", 200, wording.SLOW_DOWN), ("too_long", 400, "That is too long.")],
)
async def test_now_that_could_not_be_recorded_gives_the_words_back(stage: Stage, trouble, length, reason) -> None:
    if trouble == "slow_down":
        await escalate_too_much(stage)
    before = await stage.desk.recorded()
    words = "Outlook <fails> " + "x" * length
    with stage.desk.away() if trouble == "away" else nullcontext():
        [message] = (await stage.client.command(JANE, "/escalate", f"now {words}", SENIORS)).seen
    assert words in str(message.blocks)
    assert message.text.startswith(f"{slack_wording.NOT_RECORDED} {reason}")
    assert await stage.desk.recorded() == before


async def test_help_explains_all_of_it(stage: Stage) -> None:
    text = (await stage.client.command(JANE, "/escalate", "help", SENIORS)).text
    for part in ("/escalate now", "!critical", "#12345", "@sam", "Pick Up"):
        assert part in text
