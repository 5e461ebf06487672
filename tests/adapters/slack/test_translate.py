"""Real payloads, named by what happened, and what they become."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import translate
from adapters.slack.draft import read
from adapters.slack.translate import Unreadable
from core.desk import Click
from core.handoff import Priority, Seen
from core.people import Caller, Identity
from core.snapshot import Snapshot
from core.use_cases.escalate import Escalation

PAYLOADS = Path(__file__).parents[2] / "payloads" / "slack"
JANE = Caller(Identity("slack", "T0BATON01", "U0JANE001"), "jane")
JANE_IN_HELPDESK = Caller(JANE.identity, "jane", "C0HELPDESK")
DANA = Caller(Identity("slack", "T0BATON01", "U0DANA001"), "dana")
SAM = Identity("slack", "T0BATON01", "U0SAM0001")
HANDOFF = "01h0000000000000000000000a"


def happened(what: str) -> dict[str, Any]:
    return json.loads((PAYLOADS / f"{what}.json").read_text(encoding="utf-8"))


def test_a_command_with_everything() -> None:
    payload = happened("command_typed_with_everything")
    escalation = translate.escalation_now(payload, read(payload["text"]).draft)
    assert escalation == Escalation(
        JANE_IN_HELPDESK,
        "command:13345224609.738474920.8088930838d88f008e0",
        Snapshot("Outlook not syncing", "", "", "#12345"),
        Priority.HIGH,
        Caller(SAM, "sam", "C0HELPDESK"),
    )


def test_now_with_markup() -> None:
    draft = read(happened("command_now_typed_with_markup")["text"]).draft
    problem = "Login fails for <admin> & co in #helpdesk see status.example.com"
    assert draft.snapshot == Snapshot(problem, "Cleared the cache\nRestarted it")


def test_a_form_with_everything() -> None:
    assert translate.escalation_submitted(happened("form_sent_with_everything")) == Escalation(
        JANE,
        "view:V0FORM0001",
        Snapshot("Outlook not syncing", "Restarted Outlook.\nRebuilt the profile.", "Contoso", "#12345"),
        Priority.HIGH,
        Caller(SAM, "U0SAM0001"),
    )


def test_a_form_with_the_problem_alone() -> None:
    escalation = translate.escalation_submitted(happened("form_sent_with_the_problem_alone"))
    assert escalation == Escalation(JANE, "view:V0FORM0002", Snapshot("Outlook not syncing"))


def test_a_press() -> None:
    assert translate.click(happened("pick_up_pressed")) == Click(
        "claimed",
        HANDOFF,
        Caller(DANA.identity, "dana", "C0SENIORS"),
        "action:13345224611.738474920.7088930838d88f008e2",
        Seen("C0SENIORS:1763717400.000100", 1),
    )


def test_the_form_asked_for_again_has_the_words_that_the_button_carries() -> None:
    pressed = translate.action(happened("open_the_form_pressed_on_a_private_answer"))
    assert read(translate.text(pressed, "value")).draft.snapshot == Snapshot("Outlook not syncing", "", "", "#12345")


def test_a_note() -> None:
    seen = Seen("C0SENIORS:1763717400.000100", 2)
    expected = Click("resolved", HANDOFF, DANA, "view:V0NOTE0001", seen, "Rebuilt the profile.")
    assert translate.resolution_submitted(happened("note_sent")) == expected


@pytest.mark.parametrize(
    ("what", "teams", "whole_enterprise"),
    [
        ("command_typed_with_everything", {"T0BATON01"}, False),
        ("form_sent_with_everything", {"T0BATON01"}, False),
        ("pick_up_pressed", {"T0BATON01"}, False),
        ("pick_up_pressed_by_a_guest_in_a_shared_channel", {"T0FOREIGN"}, False),
        ("pick_up_pressed_in_a_whole_enterprise", {"T0BATON01"}, True),
    ],
)
def test_which_workspaces_it_names(what: str, teams: set[str], whole_enterprise: bool) -> None:
    payload = happened(what)
    assert translate.teams(payload) == teams
    assert translate.whole_enterprise(payload) is whole_enterprise


def test_a_private_copy_is_none_that_can_be_corrected() -> None:
    payload = happened("pick_up_pressed")
    payload["container"]["is_ephemeral"] = True
    assert translate.click(payload).seen is None


@pytest.mark.parametrize("path", [("actions",), ("trigger_id",), ("user",), ("team",), ("actions", 0, "value")])
def test_a_press_with_a_part_missing_is_unreadable(path: tuple[Any, ...]) -> None:
    payload = happened("pick_up_pressed")
    inner: Any = payload
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    with pytest.raises(Unreadable):
        translate.click(payload)


@pytest.mark.parametrize(
    "value", ["", "v0:old", "[" * 2_000, "7", '{"handoff": ""}', '{"handoff": ["x"]}', "1" * 5_000]
)
def test_a_button_of_another_make_is_unreadable(value: str) -> None:
    payload = happened("pick_up_pressed")
    payload["actions"][0]["value"] = value
    with pytest.raises(Unreadable):
        translate.click(payload)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet=st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = ["user", "team", "view", "actions", "container", "channel", "message", "trigger_id", "state", "text"]


@given(st.dictionaries(st.sampled_from([*NAMES, "user_id", "team_id", "is_enterprise_install"]), junk))
def test_nothing_but_unreadable_comes_out_of_junk(payload: dict[str, Any]) -> None:
    for read_it in (translate.click, translate.escalation_submitted, translate.resolution_submitted, translate.caller):
        try:
            read_it(payload)
        except Unreadable:
            continue
    translate.teams(payload)
    translate.whole_enterprise(payload)
