"""The golden cards and forms, one JSON file for every state. UPDATE_GOLDEN=1 draws them anew: look at the changes."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.slack import answers, forms, render, wording
from adapters.slack.draft import Draft, read
from bot.playground.slack_stand_in import Channel, SlackStandIn
from core.context_card import Letter, describe
from core.handoff import Priority, Seen
from core.orders import Said
from core.snapshot import Field, Invalid, Reason, Snapshot
from tests.adapters.slack import cards
from tests.adapters.slack.block_limits import violations

GOLDEN = Path(__file__).parents[2] / "cards" / "slack"
HUGE = "word 🔥 " * 8_000
TYPED = "Outlook &lt;fails&gt; #12345 !high <@U0SAM0001|sam>\nRestarted it"
FULL = Draft(Snapshot("Outlook fails", "Restarted it", "Contoso", "#12345"), Priority.HIGH, "U0SAM0001", "sam")

Drawn = dict[str, Any]

MESSAGES: dict[str, Callable[[], Drawn]] = {
    "card_open": lambda: render.card(describe(cards.open_plain())),
    "card_open_with_everything": lambda: render.card(describe(cards.open_full())),
    "card_claimed": lambda: render.card(describe(cards.claimed())),
    "card_resolved_with_note": lambda: render.card(describe(cards.resolved())),
    "card_with_a_notice": lambda: render.card(describe(cards.claimed(), "Already picked up by Dana, 2 min ago.")),
    "card_hostile": lambda: render.card(describe(cards.hostile())),
    "card_strange": lambda: render.card(describe(cards.strange())),
    "card_huge": lambda: render.card(describe(cards.huge())),
    "letter_with_link": lambda: render.letter(Letter("Dana picked it up. <!channel>", "https://x.example/p1", "Open")),
    "letter_without_link": lambda: render.letter(Letter("Your escalation is up.", "", "Open the card")),
    "answer_sentence": lambda: answers.said("Already picked up by <!channel>, 2 min ago."),
    "answer_help": lambda: answers.said(wording.HELP),
    "answer_not_recorded": lambda: answers.not_recorded(["That is too long."], cards.HOSTILE),
    "answer_list": lambda: answers.listed(Said("2 people.", ("Jane Doe: owner", "<!channel> & Sam: engineer"))),
    "answer_list_huge": lambda: answers.listed(Said(HUGE, tuple(f"{n} {cards.HOSTILE}" for n in range(200)))),
    "answer_offer": lambda: answers.offer(Said("Shall this channel show escalations? <!channel>", ("!high",))),
    "answer_form_failed": lambda: answers.form_failed(read(TYPED)),
    "answer_form_failed_empty": lambda: answers.form_failed(read("")),
    "answer_form_failed_huge": lambda: answers.form_failed(read(HUGE)),
}

VIEWS: dict[str, Callable[[], Drawn]] = {
    "form_empty": lambda: forms.escalation(Draft(Snapshot(""))),
    "form_filled": lambda: forms.escalation(FULL, wording.shown_in(["#seniors", "Seniors"])),
    "form_hostile": lambda: forms.escalation(Draft(Snapshot(*[cards.HOSTILE] * 4)), cards.HOSTILE),
    "form_huge": lambda: forms.escalation(Draft(Snapshot(*[HUGE] * 4)), HUGE),
    "resolve": lambda: forms.resolution("01h0000000000000000000000a", Seen("C0SENIORS:1.2", 2)),
    "resolve_from_a_private_copy": lambda: forms.resolution("01h0000000000000000000000a", None),
    "said": lambda: forms.said("Recorded: Escalation from Jane. It is being shown in #seniors."),
    "said_with_the_note_back": lambda: forms.said("Already resolved by Dana, 2 min ago.", cards.HOSTILE),
    "said_huge": lambda: forms.said(HUGE, HUGE),
}

SUBMISSIONS: dict[str, Callable[[], Drawn]] = {
    "submission_errors": lambda: forms.errors(
        [
            Invalid(Field.PROBLEM, Reason.EMPTY),
            Invalid(Field.TICKET, Reason.UNKNOWN_FORMAT),
            Invalid(Field.TARGET, Reason.YOURSELF),
        ]
    ),
    "submission_storage_away": lambda: forms.error(Field.PROBLEM, "Baton can't reach its records right now."),
}

EVERYTHING = MESSAGES | VIEWS | SUBMISSIONS


@pytest.mark.parametrize("name", EVERYTHING)
def test_golden(name: str) -> None:
    path = GOLDEN / f"{name}.json"
    drawn = json.dumps(EVERYTHING[name](), indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8"), "if the change is meant: UPDATE_GOLDEN=1, and look at it"


def test_no_golden_file_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(EVERYTHING)


@pytest.mark.parametrize("name", MESSAGES | VIEWS)
def test_the_limits_hold(name: str) -> None:
    assert violations(EVERYTHING[name]()) == []


@pytest.mark.parametrize("name", MESSAGES)
async def test_another_reading_of_slacks_rules_takes_every_message(slack: SlackStandIn, outgoing, name: str) -> None:
    slack.add_channel(Channel("C0GOLDEN1", "golden"))
    drawn = MESSAGES[name]()
    message = {"channel": "C0GOLDEN1", "text": drawn["text"], "blocks": drawn["blocks"]}
    answer = await outgoing.api.call("T0BATON01", "chat.postMessage", message)
    assert slack.calls[-1].ok, answer


@pytest.mark.parametrize("name", [name for name in VIEWS if name != "form_filled"])
async def test_another_reading_of_slacks_rules_takes_every_view(slack: SlackStandIn, outgoing, name: str) -> None:
    trigger = slack.workspace.trigger_for("U0JANE001")
    answer = await outgoing.api.call("T0BATON01", "views.open", {"trigger_id": trigger, "view": VIEWS[name]()})
    assert slack.calls[-1].ok, answer


def test_a_list_that_is_cut_says_how_much_is_missing() -> None:
    lines = tuple(f"line {n} {'x' * 90}" for n in range(200))
    *shown, more = answers.listed(Said("200 lines.", lines))["blocks"][1:]
    written = [line for block in shown for line in block["text"]["text"].split("\n")]
    assert written == list(lines[: len(written)]) and 80 < len(written) < 200
    assert more["elements"][0]["text"] == f"… and {200 - len(written)} more"


def test_what_is_cut_is_cut_visibly() -> None:
    blocks = render.card(describe(cards.huge()))["blocks"]
    assert blocks[0]["text"]["text"].endswith("…")
    tried = next(block for block in blocks if block["block_id"].startswith("tried"))
    assert tried["elements"][1]["elements"][0]["text"].endswith("…")
