"""What stands in the fields of a modal or message, and what Slack's client lets a person type into them."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.playground.slack_stand_in.blocks import interactive
from bot.playground.slack_stand_in.composition import offered
from bot.playground.slack_stand_in.records import Json

# Per element type: the key of its value in ``state.values``, and the key of what it starts with.
FIELDS = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_LISTS = ("selected_options", "selected_users")
_OPTIONS = ("static_select", "radio_buttons", "checkboxes", "multi_static_select")


def fields(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every block with an element of its that carries a value."""
    for block in blocks:
        for element in interactive(block):
            if element["type"] in FIELDS:
                yield block, element


def initial_values(blocks: list[Json]) -> Json:
    """``state.values`` before anybody touched a field."""
    values: Json = {}
    for block, element in fields(blocks):
        key, initial = FIELDS[element["type"]]
        start = element.get(initial, [] if key in _LISTS else None)
        values.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], key: start}
    return values


def carried_over(fresh: Json, typed: Json) -> Json:
    """Fresh values, but with what was typed where the field is still the same."""
    for block_id, actions in fresh.items():
        for action_id, value in actions.items():
            old = typed.get(block_id, {}).get(action_id)
            if old and old["type"] == value["type"]:
                actions[action_id] = old
    return fresh


def value_of(element: Json, given: Any) -> Json:
    """The ``state.values`` entry after somebody chose or typed ``given``; ``LookupError`` for what is not offered."""
    key, _ = FIELDS[element["type"]]
    if key in _LISTS:
        given = list(given or [])
    if element["type"] in _OPTIONS and given is not None:
        offers = {option["value"]: option for option in offered(element)}
        given = [offers[value] for value in given] if isinstance(given, list) else offers[given]
    elif element["type"] == "plain_text_input" and isinstance(given, str) and not element.get("multiline"):
        # A field of one line turns pasted line breaks into spaces.
        given = " ".join(given.splitlines())
    return {"type": element["type"], key: None if given == "" else given}


def fill_in(blocks: list[Json], values: Json, given: Mapping[str, Any]) -> Json:
    """``state.values`` after a person filled fields in, named by block id or action id; ``LookupError`` for others."""
    unused, filled = set(given), {block_id: dict(actions) for block_id, actions in values.items()}
    for block, element in fields(blocks):
        for name in (block["block_id"], element["action_id"]):
            if name in given:
                filled[block["block_id"]][element["action_id"]] = value_of(element, given[name])
                unused.discard(name)
    if unused:
        raise LookupError(f"no such field in the form: {sorted(unused)}")
    return filled


def client_errors(blocks: list[Json], values: Json) -> dict[str, str]:
    """What Slack's own client says at the fields before it sends a form: block id → sentence."""
    found = {}
    for block, element in fields(blocks):
        if block["type"] != "input":
            continue
        key, _ = FIELDS[element["type"]]
        value = values[block["block_id"]][element["action_id"]][key]
        if what := _wrong(block, element, value):
            found[block["block_id"]] = what
    return found


def _wrong(block: Json, element: Json, value: Any) -> str | None:
    if not value:
        return None if block.get("optional") else "Please complete this required field."
    if element["type"] == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if len(value) > most:
            return f"Your answer must be less than {most} characters."
        if len(value) < least:
            return f"Your answer must be at least {least} characters."
    if element["type"] == "email_text_input" and "@" not in value:
        return "Please enter a valid email address."
    if element["type"] == "url_text_input" and "://" not in value:
        return "Please enter a valid URL."
    if element["type"] == "number_input":
        return _wrong_number(element, value)
    return None


def _wrong_number(element: Json, value: str) -> str | None:
    try:
        number = float(value) if element["is_decimal_allowed"] else int(value)
    except ValueError:
        return "Please enter a valid number."
    if not float(element.get("min_value", "-inf")) <= number <= float(element.get("max_value", "inf")):
        return "Please enter a number in the allowed range."
    return None
