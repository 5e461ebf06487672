"""The rules of Block Kit's elements, and which element may stand where."""

from typing import Any

from bot.playground.slack_stand_in.checks import Check, also, anything, boolean, integer, items, one_of, record, string
from bot.playground.slack_stand_in.composition import (
    ACTION_ID,
    CONFIRM,
    GROUP,
    LINK_OPTION,
    OPTION,
    PLACEHOLDER,
    RICH_OPTION,
    choosing,
    one_list,
    plain,
)

URL = string(3000)

_COMMON: dict[str, Check] = {"action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": boolean}
_SELECT: dict[str, Check] = {**_COMMON, "placeholder": PLACEHOLDER}
_MULTI: dict[str, Check] = {**_SELECT, "max_selected_items": integer(1, 1000)}
_FILTER = record(
    {}, {"include": items(string(20), 4), "exclude_external_shared_channels": boolean, "exclude_bot_users": boolean}
)
_SINGLE_CHOICE: dict[str, Check] = {"response_url_enabled": boolean}
_TYPED: dict[str, Check] = {
    "action_id": ACTION_ID,
    "placeholder": PLACEHOLDER,
    "focus_on_load": boolean,
    "dispatch_action_config": record(
        {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)}
    ),
}
_LISTS: dict[str, Check] = {"options": items(OPTION, 100), "option_groups": items(GROUP, 100)}
_ID = string(30)


def _lengths(element: dict[str, Any]) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if isinstance(least, int) and isinstance(most, int) and least > most:
        return "min_length must not exceed max_length"
    return None


def _bounds(element: dict[str, Any]) -> str | None:
    try:
        low, high = float(element.get("min_value", "-inf")), float(element.get("max_value", "inf"))
    except (TypeError, ValueError):
        return "min_value and max_value must be numbers in strings"
    return None if low <= high else "min_value must not exceed max_value"


ELEMENTS: dict[str, Check] = {
    "button": record(
        {"text": plain(75)},
        {
            "action_id": ACTION_ID,
            "value": string(2000),
            "url": URL,
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "image": record({"alt_text": string(2000), "image_url": URL}),
    "static_select": choosing(also(record({}, {**_SELECT, **_LISTS, "initial_option": OPTION}), one_list)),
    "multi_static_select": choosing(
        also(record({}, {**_MULTI, **_LISTS, "initial_options": items(OPTION, 100)}), one_list)
    ),
    "external_select": record({}, {**_SELECT, "initial_option": OPTION, "min_query_length": integer(0, 100)}),
    "users_select": record({}, {**_SELECT, "initial_user": _ID}),
    "multi_users_select": record({}, {**_MULTI, "initial_users": items(_ID, 1000)}),
    "channels_select": record({}, {**_SELECT, **_SINGLE_CHOICE, "initial_channel": _ID}),
    "conversations_select": record(
        {},
        {
            **_SELECT,
            **_SINGLE_CHOICE,
            "initial_conversation": _ID,
            "default_to_current_conversation": boolean,
            "filter": _FILTER,
        },
    ),
    "overflow": record({"options": items(LINK_OPTION, 5)}, {"action_id": ACTION_ID, "confirm": CONFIRM}),
    "checkboxes": choosing(
        record({"options": items(RICH_OPTION, 10)}, {**_COMMON, "initial_options": items(RICH_OPTION, 10)})
    ),
    "radio_buttons": choosing(record({"options": items(RICH_OPTION, 10)}, {**_COMMON, "initial_option": RICH_OPTION})),
    "datepicker": record({}, {**_SELECT, "initial_date": string(10, 10)}),
    "timepicker": record({}, {**_SELECT, "initial_time": string(5, 5), "timezone": string(100)}),
    "datetimepicker": record({}, {**_COMMON, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}),
    "plain_text_input": also(
        record(
            {},
            {
                **_TYPED,
                "initial_value": string(3000, 0),
                "multiline": boolean,
                "min_length": integer(0, 3000),
                "max_length": integer(1, 3000),
            },
        ),
        _lengths,
    ),
    "email_text_input": record({}, {**_TYPED, "initial_value": string(3000)}),
    "url_text_input": record({}, {**_TYPED, "initial_value": string(3000)}),
    "number_input": also(
        record(
            {"is_decimal_allowed": boolean},
            {**_TYPED, "initial_value": string(100), "min_value": string(100), "max_value": string(100)},
        ),
        _bounds,
    ),
    "rich_text_input": record({}, {**_TYPED, "initial_value": anything}),
}

_SINGLE = {"static_select", "external_select", "users_select", "channels_select", "conversations_select"}
_PICKED = {*_SINGLE, "checkboxes", "radio_buttons", "datepicker", "timepicker"}
_SEVERAL = {"multi_static_select", "multi_users_select"}
ACCESSORIES = {*_PICKED, *_SEVERAL, "button", "image", "overflow"}
ACTIONS = {*_PICKED, "button", "overflow", "datetimepicker"}
_MODAL_INPUTS = {"email_text_input", "url_text_input", "number_input", "rich_text_input"}
INPUTS = {
    "message": {*_PICKED, *_SEVERAL, "plain_text_input", "datetimepicker"},
    "modal": {*_PICKED, *_SEVERAL, "plain_text_input", "datetimepicker", *_MODAL_INPUTS},
}
