"""Reading the arguments of a Web API call, however they were encoded."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from bot.playground.slack_stand_in.records import Refused


def read(content_type: str, body: bytes, query: Mapping[str, str]) -> dict[str, Any]:
    """The arguments of a call from its query and its form or JSON body; ``Refused`` for what can't be read."""
    found: dict[str, Any] = dict(query)
    if content_type == "application/json" and body:
        try:
            sent = json.loads(body)
        except ValueError:
            raise Refused("invalid_json") from None
        if not isinstance(sent, dict):
            raise Refused("json_not_object")
        return found | sent
    if content_type == "application/x-www-form-urlencoded":
        try:
            return found | dict(parse_qsl(body.decode(), keep_blank_values=True))
        except UnicodeDecodeError:
            raise Refused("invalid_form_data") from None
    return found


class Arguments:
    """The arguments of one call, by kind."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given

    def text(self, name: str, default: str = "") -> str:
        """A string; a missing one is the default."""
        value = self.given.get(name)
        if value is None:
            return default
        if not isinstance(value, str | int | float):
            raise _invalid(f"[ERROR] must be a string [json-pointer:/{name}]")
        return str(value)

    def needed(self, name: str) -> str:
        """A string that must be there."""
        if not (value := self.text(name)):
            raise _invalid(f"[ERROR] missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        """A yes or no, as JSON or as a form writes it; a missing one is no."""
        return str(self.given.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """A whole number; a missing one is the default."""
        try:
            return int(self.given.get(name, default))
        except (TypeError, ValueError):
            raise _invalid(f"[ERROR] must be an integer [json-pointer:/{name}]") from None

    def json(self, name: str, broken: str = "invalid_arguments") -> Any:
        """A structure, which forms carry as a JSON string; None if missing. ``broken`` is the code if it isn't JSON."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise Refused(broken) from None

    def refuse_unsimulated(self, *names: str) -> None:
        """Say loudly that the stand-in can't do this, instead of ignoring it."""
        for name in names:
            if self.given.get(name) is not None:
                raise Refused("not_simulated", response_metadata={"messages": [f"[ERROR] not simulated: {name}"]})


def _invalid(message: str) -> Refused:
    return Refused("invalid_arguments", response_metadata={"messages": [message]})
