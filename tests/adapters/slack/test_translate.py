"""Real payloads, named by what happened, and what they become."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import translate
from adapters.slack.directory import profile
from adapters.slack.draft import read
from adapters.slack.translate import Unreadable
from core.desk import Click
from core.handoff import Priority, Seen
from core.orders import Help, NameRole, Order, ShowHere, TypeCode, Unclear, Unlink, WhoAmI
from core.people import Caller, Identity, Profile, Role, Standing
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
    ("what", "workspace"),
    [
        ("command_typed_with_everything", "T0BATON01"),
        ("form_sent_with_everything", "T0BATON01"),
        ("pick_up_pressed", "T0BATON01"),
        ("pick_up_pressed_by_a_guest_in_a_shared_channel", "T0FOREIGN"),
        ("pick_up_pressed_in_a_whole_enterprise", "E0BIG0001"),
    ],
)
def test_which_workspace_it_was_made_in(what: str, workspace: str) -> None:
    assert translate.workspace(happened(what)) == workspace
    assert "view" in happened(what) or translate.caller(happened(what)).identity.workspace == workspace


def test_whoever_is_of_another_workspace_was_in_none_of_ours() -> None:
    payload = happened("pick_up_pressed")
    payload["user"]["team_id"] = "T0FOREIGN"
    assert translate.workspace(payload) == ""
    whole = happened("pick_up_pressed_in_a_whole_enterprise")
    whole["team"] = {"id": "T0OTHER01", "domain": "other"}
    assert translate.workspace(whole) == ""
    whole["user"]["team_id"] = "E0BIG0001"
    assert translate.workspace(whole) == "E0BIG0001"


def authorization(team: str | None, enterprise: str | None, whole: bool) -> dict[str, Any]:
    return {
        "team_id": team,
        "enterprise_id": enterprise,
        "user_id": "U1",
        "is_bot": True,
        "is_enterprise_install": whole,
    }


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([authorization("T1", None, False)], "T1"),
        ([authorization("T1", "E1", False)], "T1"),
        ([authorization(None, "E1", True)], "E1"),
        ([authorization("T1", "E1", True)], "E1"),
        ([], "T0SHARED1"),
        (None, "T0SHARED1"),
        (["x"], "T0SHARED1"),
    ],
)
def test_an_event_is_for_whom_it_is_authorized_and_not_for_the_channels_owner(given: Any, told: str) -> None:
    assert translate.told_to({"team_id": "T0SHARED1", "authorizations": given}) == told


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("baton_uninstalled", "T0BATON01"),
        ("baton_uninstalled_from_a_whole_enterprise", "E0BIG0001"),
        ("tokens_of_the_bot_revoked", "T0BATON01"),
        ("baton_invited", "T0BATON01"),
        ("a_channel_archived_that_another_company_shares", "T0BATON01"),
        ("somebody_was_deactivated", "T0BATON01"),
    ],
)
def test_which_workspace_an_event_is_told_to(what: str, told: str) -> None:
    assert translate.told_to(happened(what)) == told


def test_somebody_who_was_deactivated_is_no_member_and_can_not_act() -> None:
    user = happened("somebody_was_deactivated")["event"]["user"]
    gone = Profile("Dana Lee", "dana@acme.example", member=False, standing=Standing.DEACTIVATED)
    assert profile(user, "T0BATON01") == gone


def test_an_order_in_an_enterprise_is_the_enterprises() -> None:
    sam = Caller(Identity("slack", "E0BIG0001", "U0SAM0001"), "sam", "C0HELPDESK")
    assert translate.order(happened("order_typed_with_a_mention")) == NameRole(sam, Role.ADMIN)


def test_an_uninstalled_enterprise_is_told_apart_also_without_authorizations() -> None:
    payload = {"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": True}
    assert translate.told_to(payload) == "E1"
    assert translate.told_to(payload | {"is_enterprise_install": False}) == "T1"


def test_an_event_of_a_second_happened_by_its_end() -> None:
    told = translate.happened_at({"event_time": 1763717400})
    assert told == datetime(2025, 11, 21, 9, 30, 0, 999_999, tzinfo=UTC)
    for odd in (None, "1763717400", -1, 2**60, 1.5):
        with pytest.raises(Unreadable):
            translate.happened_at({"event_time": odd})


def typed(text: str) -> Order:
    return translate.order(happened("command_typed_with_everything") | {"command": "/baton", "text": text})


def test_an_order_names_people_by_their_ids() -> None:
    sam = Caller(SAM, "sam", "C0HELPDESK")
    assert typed("role <@U0SAM0001|sam> admin") == NameRole(sam, Role.ADMIN)
    assert typed(" Role <@U0SAM0001> ENGINEER") == NameRole(Caller(SAM, "U0SAM0001", "C0HELPDESK"), Role.ENGINEER)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("", Help()),
        ("whoami", WhoAmI()),
        ("show-here !high", ShowHere(Priority.HIGH)),
        ("link 7k3m-p9qx", TypeCode("7K3MP9QX")),
        ("unlink Fish &amp; Chips &lt;Ltd&gt;", Unlink("Fish & Chips <Ltd>")),
        ("role sam admin", Unclear("role @somebody viewer|engineer|admin|owner")),
        ("<!channel> <https://evil.example|x>", Unclear()),
    ],
)
def test_an_order_is_read_as_it_was_typed(text: str, order: Order) -> None:
    assert typed(text) == order


def test_a_private_copy_is_none_that_can_be_corrected() -> None:
    payload = happened("pick_up_pressed")
    payload["container"]["is_ephemeral"] = True
    assert translate.click(payload).seen is None


@pytest.mark.parametrize("path", [("actions",), ("trigger_id",), ("user",), ("actions", 0, "value")])
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
NAMES = [
    "authorizations",
    "event_time",
    "enterprise",
    "user",
    "team",
    "view",
    "actions",
    "container",
    "channel",
    "message",
    "trigger_id",
    "state",
    "text",
]


@given(st.dictionaries(st.sampled_from([*NAMES, "user_id", "team_id", "is_enterprise_install"]), junk))
def test_nothing_but_unreadable_comes_out_of_junk(payload: dict[str, Any]) -> None:
    for read_it in (
        translate.click,
        translate.escalation_submitted,
        translate.resolution_submitted,
        translate.caller,
        translate.order,
        translate.happened_at,
    ):
        try:
            read_it(payload)
        except Unreadable:
            continue
    assert isinstance(translate.workspace(payload), str)
    assert isinstance(translate.told_to(payload), str)
