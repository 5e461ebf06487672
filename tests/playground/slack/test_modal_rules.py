"""The rules of modals: each broken once, through views.open."""

import pytest

from .conftest import actions, button, field, modal, plain

BROKEN = {
    "title": (modal(title=plain("a" * 25)), "must be less than 25 characters"),
    "no title": ({"type": "modal", "blocks": []}, "missing required field: title"),
    "no blocks": ({"type": "modal", "title": plain("a")}, "missing required field: blocks"),
    "home": (modal(type="home"), "must be one of: modal"),
    "submit": (modal(submit=plain("a" * 25)), "must be less than 25 characters"),
    "metadata": (modal(private_metadata="a" * 3001), "must be less than 3001 characters"),
    "callback id": (modal(callback_id="a" * 256), "must be less than 256 characters"),
    "unknown key": (modal(hash="1"), "invalid additional property: hash"),
    "101 blocks": (modal(*[{"type": "divider"}] * 101), "no more than 100 items allowed"),
    "no submit": ({"type": "modal", "title": plain("a"), "blocks": [field("a")]}, "`submit` is required"),
    "two focused": (
        modal(
            field("a", action_id="1", focus_on_load=True),
            field("b", action_id="2", focus_on_load=True),
        ),
        "only one element can have focus_on_load",
    ),
    "lengths": (modal(field("a", min_length=5, max_length=4)), "min_length must not exceed max_length"),
    "max length": (modal(field("a", max_length=3001)), "must be an integer from 1 to 3000"),
    "initial value": (modal(field("a", initial_value="a" * 3001)), "must be less than 3001 characters"),
    "label": (modal({**field("a"), "label": plain("a" * 2001)}), "must be less than 2001 characters"),
    "bounds": (
        modal(field("a", type="number_input", is_decimal_allowed=True, min_value="2", max_value="1")),
        "min_value must not exceed max_value",
    ),
    "button in input": (modal({**field("a"), "element": button()}), "button is not allowed here"),
}


@pytest.mark.parametrize("broken", BROKEN)
async def test_a_modal_is_refused(broken, standin, call):
    view, expected = BROKEN[broken]
    trigger = standin.workspace.trigger_for("UJANE")
    answer = await call("views.open", trigger_id=trigger, view=view)
    assert answer["error"] == "invalid_arguments"
    assert any(expected in message for message in answer["response_metadata"]["messages"]), answer
    assert standin.view_of("UJANE") is None


async def test_a_modal_that_is_right_opens_with_all_ids(standin, call):
    view = modal(field("problem"), actions({"type": "button", "text": plain("a")}), {"type": "divider"})
    trigger = standin.workspace.trigger_for("UJANE")
    answer = await call("views.open", trigger_id=trigger, view=view)
    assert answer["ok"]
    assert all(block["block_id"] for block in answer["view"]["blocks"])
    assert answer["view"]["state"]["values"] == {"problem": {"value": {"type": "plain_text_input", "value": None}}}


async def test_a_modal_of_over_250_kb_is_refused(standin, call):
    text = {"type": "plain_text", "text": "a" * 3000}
    view = modal(*[{"type": "section", "text": text}] * 90)
    answer = await call("views.open", trigger_id=standin.workspace.trigger_for("UJANE"), view=view)
    assert answer["error"] == "view_too_large"
