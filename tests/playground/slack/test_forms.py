"""Forms: what a person can type, what is sent, and what the answer does to the screen."""

import pytest

from bot.playground.slack_stand_in import GestureError

from .conftest import actions, button, field, modal, plain

LOW, HIGH = ({"text": plain(name), "value": name} for name in ("low", "high"))
FORM = modal(
    field("problem", action_id="p", max_length=10),
    field("tried", action_id="t", multiline=True, optional=True),
    field("priority", type="static_select", action_id="s", options=[LOW, HIGH], initial_option=LOW),
    field("target", type="users_select", action_id="u", optional=True),
    actions(button("more", value="1")),
    private_metadata="secret state",
    callback_id="escalate",
    notify_on_close=True,
)


@pytest.fixture
async def opened(standin, call):
    trigger = standin.workspace.trigger_for("UJANE")
    assert (await call("views.open", trigger_id=trigger, view=FORM))["ok"]
    return standin.view_of("UJANE")


async def test_a_submission_as_slack_writes_it(people, opened, baton, standin):
    outcome = await people.submit("UJANE", opened.id, {"problem": "It\nbroke", "priority": "high", "u": "USAM"})
    payload = baton.payload()
    assert payload["type"] == "view_submission"
    view = payload["view"]
    assert (view["id"], view["private_metadata"], view["callback_id"]) == (opened.id, "secret state", "escalate")
    assert view["hash"] == opened.hash and view["root_view_id"] == opened.id
    assert view["state"]["values"] == {
        "problem": {"p": {"type": "plain_text_input", "value": "It broke"}},
        "tried": {"t": {"type": "plain_text_input", "value": None}},
        "priority": {"s": {"type": "static_select", "selected_option": HIGH}},
        "target": {"u": {"type": "users_select", "selected_user": "USAM"}},
    }
    assert outcome.ok and outcome.view is None and standin.view_of("UJANE") is None
    with pytest.raises(GestureError):
        await people.submit("UJANE", opened.id)


@pytest.mark.parametrize("problem", ["", "a" * 11])
async def test_slacks_own_client_holds_a_bad_form_back(problem, people, opened, baton):
    outcome = await people.submit("UJANE", opened.id, {"problem": problem})
    assert outcome.error == "client" and set(outcome.errors) == {"problem"}
    assert baton.received == []


async def test_a_field_or_option_that_is_not_there(people, opened):
    for values in ({"nothing": "a"}, {"priority": "urgent"}):
        with pytest.raises(GestureError):
            await people.submit("UJANE", opened.id, values)
    with pytest.raises(GestureError):
        await people.submit("USAM", opened.id, {"problem": "a"})


async def test_errors_stand_at_their_fields_and_the_words_stay(people, opened, baton):
    baton.answers = [{"response_action": "errors", "errors": {"problem": "Say more."}}]
    outcome = await people.submit("UJANE", opened.id, {"problem": "short"})
    assert outcome.errors == opened.errors == {"problem": "Say more."}
    assert outcome.view is opened
    assert opened.values["problem"]["p"]["value"] == "short"
    assert (await people.submit("UJANE", opened.id)).ok


BROKEN = [
    {"response_action": "errors", "errors": {"nowhere": "a"}},
    {"response_action": "errors", "errors": {}},
    {"response_action": "update", "view": {"type": "modal"}},
    {"response_action": "dance"},
    {"text": "hello"},
    "hello",
]


@pytest.mark.parametrize("answer", BROKEN)
async def test_an_answer_that_slack_cannot_use(answer, people, opened, baton):
    baton.answers = [answer]
    outcome = await people.submit("UJANE", opened.id, {"problem": "a"})
    assert outcome.error == "invalid_view_response" and outcome.view is opened


async def test_update_push_and_clear(people, opened, baton, standin):
    baton.answers = [
        {"response_action": "update", "view": {**FORM, "callback_id": "second"}},
        {"response_action": "push", "view": {**FORM, "callback_id": "third"}},
        {"response_action": "clear"},
    ]
    outcome = await people.submit("UJANE", opened.id, {"problem": "kept"})
    assert outcome.view is opened and opened.content["callback_id"] == "second"
    assert opened.values["problem"]["p"]["value"] == "kept"
    pushed = (await people.submit("UJANE", opened.id)).view
    assert pushed.previous == opened.id and pushed.root == opened.id
    assert (await people.submit("UJANE", pushed.id, {"problem": "a"})).view is None
    assert not opened.open


async def test_an_update_keeps_what_was_typed(people, opened, call):
    people.fill_in("UJANE", opened.id, {"problem": "typed"})
    answer = await call("views.update", view_id=opened.id, view={**FORM, "title": plain("Full")})
    assert answer["view"]["state"]["values"]["problem"]["p"]["value"] == "typed"


async def test_a_button_in_a_form_and_closing_it(people, opened, baton):
    await people.click_in_view("UJANE", opened.id, "more")
    assert baton.payload()["container"] == {"type": "view", "view_id": opened.id}
    outcome = await people.close_view("UJANE", opened.id)
    assert (baton.payload()["type"], baton.payload()["is_cleared"]) == ("view_closed", False)
    assert outcome.ok and not opened.open
