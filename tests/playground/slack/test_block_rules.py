"""The Block Kit validator: what it lets through, and each rule broken once."""

import pytest

from bot.playground.slack_stand_in.blocks import problems_of

from .conftest import actions, button, field, plain

MRKDWN = {"type": "mrkdwn", "text": "*Hello*", "verbatim": True}
OPTION = {"text": plain("Low"), "value": "low"}
CARD = [
    {"type": "header", "text": plain("Escalation from Jane")},
    {
        "type": "section",
        "block_id": "facts",
        "text": plain("Problem"),
        "fields": [MRKDWN],
        "accessory": button("x", value="v"),
    },
    {"type": "divider"},
    {
        "type": "context",
        "elements": [plain("Priority"), {"type": "image", "alt_text": "a", "image_url": "https://a/b"}],
    },
    {"type": "image", "alt_text": "chart", "slack_file": {"id": "F12345678"}},
    {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "a", "style": {"bold": True}}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "trace"}]},
        ],
    },
    actions(
        button("claim", style="primary", value="v"),
        {"type": "static_select", "action_id": "s", "options": [OPTION], "initial_option": OPTION},
        {"type": "overflow", "action_id": "o", "options": [OPTION]},
    ),
]


def test_a_full_card_passes():
    assert problems_of(CARD, "message") == []


def test_a_full_form_passes():
    blocks = [
        {"type": "alert", "text": plain("Careful"), "level": "warning"},
        field("problem", max_length=200, focus_on_load=True),
        field("number", type="number_input", is_decimal_allowed=False, action_id="n"),
        field("who", type="users_select", action_id="u", placeholder=plain("Anyone")),
        field("how", type="radio_buttons", action_id="r", options=[OPTION], initial_option=OPTION),
    ]
    for index, block in enumerate(blocks[1:]):
        block["element"]["action_id"] = f"a{index}"
    assert problems_of(blocks, "modal") == []


def section(**parts):
    return {"type": "section", "text": plain("a"), **parts}


def select(**parts):
    return {"type": "static_select", "action_id": "s", "options": [OPTION], **parts}


BROKEN = {
    "51 blocks": ([{"type": "divider"}] * 51, "no more than 50 items allowed"),
    "not an object": (["section"], "must be an object"),
    "unknown block": ([{"type": "chart"}], "unsupported type: chart"),
    "type missing": ([{"text": plain("a")}], "unsupported type: None"),
    "unknown key": ([section(color="red")], "invalid additional property: color"),
    "required key": ([{"type": "header"}], "missing required field: text"),
    "empty section": ([{"type": "section"}], "must have text or fields"),
    "empty text": ([section(text=plain(""))], "must be more than 0 characters"),
    "section text": ([section(text=plain("a" * 3001))], "must be less than 3001 characters"),
    "11 fields": ([section(fields=[MRKDWN] * 11)], "no more than 10 items allowed"),
    "field text": ([section(fields=[plain("a" * 2001)])], "must be less than 2001 characters"),
    "header text": ([{"type": "header", "text": plain("a" * 151)}], "must be less than 151 characters"),
    "header mrkdwn": ([{"type": "header", "text": MRKDWN}], "unsupported type: mrkdwn"),
    "emoji in mrkdwn": ([section(text={**MRKDWN, "emoji": True})], "invalid additional property: emoji"),
    "verbatim in plain": ([section(text={**plain("a"), "verbatim": True})], "invalid additional property: verbatim"),
    "text no string": ([section(text=plain(7))], "must be a string"),
    "lone surrogate": ([section(text=plain("\ud83d"))], "must be valid unicode"),
    "11 in context": ([{"type": "context", "elements": [MRKDWN] * 11}], "no more than 10 items allowed"),
    "button in context": ([{"type": "context", "elements": [button()]}], "unsupported type: button"),
    "no elements": ([actions()], "must have at least 1 items"),
    "26 buttons": ([actions(*(button(str(n)) for n in range(26)))], "no more than 25 items allowed"),
    "button text": ([actions(button(text=plain("a" * 76)))], "must be less than 76 characters"),
    "button value": ([actions(button(value="a" * 2001))], "must be less than 2001 characters"),
    "button style": ([actions(button(style="green"))], "must be one of: primary, danger"),
    "button key": ([actions(button(verb="claim"))], "invalid additional property: verb"),
    "action id": ([actions(button("a" * 256))], "must be less than 256 characters"),
    "block id": ([section(block_id="a" * 256)], "must be less than 256 characters"),
    "same block id": ([section(block_id="a"), section(block_id="a")], "`block_id` a already exists"),
    "same action id": ([actions(button("a")), actions(button("a"))], "`action_id` a already exists"),
    "option value": ([actions(select(options=[{**OPTION, "value": "a" * 151}]))], "must be less than 151 characters"),
    "101 options": ([actions(select(options=[OPTION] * 101))], "no more than 100 items allowed"),
    "neither list": ([actions({"type": "static_select"})], "must have options or option_groups"),
    "initial option": (
        [actions(select(initial_option={**OPTION, "value": "high"}))],
        "initial option is not among the options",
    ),
    "6 in overflow": ([actions({"type": "overflow", "options": [OPTION] * 6})], "no more than 5 items allowed"),
    "confirm": ([actions(button(confirm={"title": plain("Sure?")}))], "missing required field: text"),
    "placeholder": ([actions(select(placeholder=plain("a" * 151)))], "must be less than 151 characters"),
    "input in actions": ([actions({"type": "plain_text_input"})], "plain_text_input is not allowed here"),
    "number in message": ([field("n", type="number_input", is_decimal_allowed=True)], "is not allowed here"),
    "alert in message": ([{"type": "alert", "text": plain("a")}], "unsupported type: alert"),
    "two images": (
        [{"type": "image", "alt_text": "a", "image_url": "https://a", "slack_file": {}}],
        "must have image_url or slack_file",
    ),
    "rich text part": ([{"type": "rich_text", "elements": [{"type": "text"}]}], "unsupported type: text"),
    "two tables": (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}] * 2,
        "only_one_table_allowed",
    ),
    "markdown total": ([{"type": "markdown", "text": "a" * 7000}] * 2, "less than 12001 characters in total"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_message_is_refused(broken):
    blocks, expected = BROKEN[broken]
    found = problems_of(blocks, "message")
    assert any(expected in problem for problem in found), found


def test_the_place_is_named():
    assert problems_of([section(), section(text=plain(""))], "message") == [
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/1/text/text]"
    ]


@pytest.mark.parametrize("message_only", [{"type": "markdown", "text": "a"}, {"type": "table", "rows": [[]]}])
def test_a_modal_refuses_what_only_messages_hold(message_only):
    assert any("unsupported type" in problem for problem in problems_of([message_only], "modal"))
