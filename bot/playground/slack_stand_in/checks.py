"""The parts that Block Kit's rules are written with: each check looks at one value and names what is wrong with it."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

Problems = list[str]
Check = Callable[[Any, str, Problems], None]


def wrong(problems: Problems, path: str, what: str) -> None:
    """Note a problem the way Slack words them in ``response_metadata.messages``."""
    problems.append(f"[ERROR] {what} [json-pointer:{path}]")


def anything(_value: Any, _path: str, _problems: Problems) -> None:
    """Whatever it is, it passes."""


def string(most: int, least: int = 1) -> Check:
    """A string of ``least`` to ``most`` code points, without lone surrogates."""

    def check(value: Any, path: str, problems: Problems) -> None:
        if not isinstance(value, str):
            wrong(problems, path, "must be a string")
        elif len(value) < least:
            wrong(problems, path, f"must be more than {least - 1} characters")
        elif len(value) > most:
            wrong(problems, path, f"must be less than {most + 1} characters")
        elif any("\ud800" <= character <= "\udfff" for character in value):
            wrong(problems, path, "must be valid unicode")

    return check


def boolean(value: Any, path: str, problems: Problems) -> None:
    """True or false."""
    if not isinstance(value, bool):
        wrong(problems, path, "must be a boolean")


def integer(least: int, most: int) -> Check:
    """A whole number in a range."""

    def check(value: Any, path: str, problems: Problems) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            wrong(problems, path, f"must be an integer from {least} to {most}")

    return check


def one_of(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: Any, path: str, problems: Problems) -> None:
        if value not in allowed:
            wrong(problems, path, f"must be one of: {', '.join(allowed)}")

    return check


def items(check_item: Check, most: int, least: int = 1) -> Check:
    """A list of ``least`` to ``most`` items."""

    def check(value: Any, path: str, problems: Problems) -> None:
        if not isinstance(value, list):
            wrong(problems, path, "must be an array")
            return
        if len(value) < least:
            wrong(problems, path, f"must have at least {least} items")
        if len(value) > most:
            wrong(problems, path, f"no more than {most} items allowed")
        for index, item in enumerate(value):
            check_item(item, f"{path}/{index}", problems)

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these keys and no others. ``type`` may always be there: whoever chose the record has read it."""
    known = {**required, **(optional or {})}

    def check(value: Any, path: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            wrong(problems, path, "must be an object")
            return
        for key in required:
            if key not in value:
                wrong(problems, path, f"missing required field: {key}")
        for key, part in value.items():
            if key in known:
                known[key](part, f"{path}/{key}", problems)
            elif key != "type":
                wrong(problems, path, f"invalid additional property: {key}")

    return check


def by_type(kinds: Mapping[str, Check], allowed: Collection[str] | None = None) -> Check:
    """An object whose ``type`` says which check it must pass; ``allowed`` narrows the types for this place."""

    def check(value: Any, path: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            wrong(problems, path, "must be an object")
            return
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in kinds:
            wrong(problems, f"{path}/type", f"unsupported type: {kind}")
        elif allowed is not None and kind not in allowed:
            wrong(problems, f"{path}/type", f"{kind} is not allowed here")
        else:
            kinds[kind](value, path, problems)

    return check


def also(check: Check, rule: Callable[[dict[str, Any]], str | None]) -> Check:
    """A check followed by a rule over the whole object, which answers what is wrong or None."""

    def both(value: Any, path: str, problems: Problems) -> None:
        check(value, path, problems)
        if isinstance(value, dict) and (what := rule(value)):
            wrong(problems, path, what)

    return both
