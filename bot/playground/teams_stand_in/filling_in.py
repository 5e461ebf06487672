"""Filling in the inputs of a card, and what Teams' own client holds back before anything is sent."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.playground.teams_stand_in.records import Json


class GestureError(Exception):
    """The person can't do that: it is not on their screen."""


def fill_in(inputs: Iterable[Json], given: Mapping[str, Any]) -> tuple[Json, dict[str, str]]:
    """What is sent of the inputs, and what the client complains of at which of them (input id → sentence).

    Inputs that stay empty are not sent.
    """
    there = list(inputs)
    if missing := set(given) - {one["id"] for one in there}:
        raise GestureError(f"there is no input {', '.join(sorted(missing))} to be filled in")
    values: Json = {}
    errors: dict[str, str] = {}
    for one in there:
        value = given.get(one["id"], one.get("value", ""))
        if one["type"] == "Input.Toggle":
            value = value or one.get("valueOff", "false")
        if complaint := _complaint(one, value):
            errors[one["id"]] = one.get("errorMessage") or complaint
        elif value != "":
            values[one["id"]] = value
    return values, errors


def _complaint(one: Json, value: Any) -> str | None:
    if value == "" or (one["type"] == "Input.Toggle" and value == one.get("valueOff", "false")):
        return "This is required." if one.get("isRequired") else None
    match one["type"]:
        case "Input.Text":
            return _text_complaint(one, str(value))
        case "Input.Number":
            inside = one.get("min", value) <= value <= one.get("max", value)
            return None if inside else "This is out of range."
        case "Input.ChoiceSet":
            chosen = str(value).split(",") if one.get("isMultiSelect") else [value]
            if not {choice["value"] for choice in one["choices"]}.issuperset(chosen):
                raise GestureError(f"{value!r} is none of the choices of {one['id']}")
    return None


def _text_complaint(one: Json, value: str) -> str | None:
    # The client counts as JavaScript does, in UTF-16 units.
    if len(value.encode("utf-16-le", "surrogatepass")) // 2 > one.get("maxLength", float("inf")):
        return f"At most {one['maxLength']} characters."
    if "regex" in one and not re.search(one["regex"], value):
        return "This has not the form that is wanted."
    return None
