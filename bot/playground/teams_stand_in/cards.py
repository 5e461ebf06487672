"""The strict reader of Adaptive Cards: everything that is wrong with a card, or nothing."""

import re
from urllib.parse import urlsplit

from bot.playground.teams_stand_in.card_rules import (
    ACTIONS,
    RULES,
    Buttons,
    Choice,
    Fallback,
    Kind,
    Many,
    One,
    Plain,
    Texts,
)
from bot.playground.teams_stand_in.records import Json

NEWEST = (1, 5)
MOST_PRIMARY = 6
_LINKS = ("https", "http", "mailto", "tel", "msteams")
# Where a bare text stands for a whole part.
_SHORT = {"TextRun": "text", "TargetElement": "elementId", "BackgroundImage": "url"}


def problems_of(card: object) -> list[str]:
    """What Teams would not take or not show, each as "path: reason"; empty for a card that is right."""
    reader = _Reader()
    version = card.get("version") if isinstance(card, dict) else None
    if isinstance(version, str) and re.fullmatch(r"1\.\d", version):
        reader.version = (1, int(version[2:]))
        if reader.version > NEWEST:
            reader.complain("card.version", f"Teams renders up to 1.5, not {version}")
    elif isinstance(version, str) and version:
        reader.complain("card.version", 'this must be like "1.5"')
    reader.one("card", card, ("AdaptiveCard",), named=True)
    return reader.problems


class _Reader:
    def __init__(self) -> None:
        self.problems: list[str] = []
        self.version = NEWEST
        self._ids: set[str] = set()
        self._in_fallback = 0

    def complain(self, where: str, reason: str) -> None:
        self.problems.append(f"{where}: {reason}")

    # Parts.

    def one(self, where: str, part: object, types: tuple[str, ...], named: bool) -> None:
        if isinstance(part, str) and types[0] in _SHORT:
            part = {_SHORT[types[0]]: part}
            named = False
        if not isinstance(part, dict):
            return self.complain(where, f"this must be an object, not {type(part).__name__}")
        told = part.get("type", None if named else types[0])
        kind = "shown card" if types == ("shown card",) and told == "AdaptiveCard" else told
        if kind not in types:
            return self.complain(f"{where}.type", f"{told!r} is unknown here")
        self._keys(where, str(kind), part)
        return None

    def _keys(self, where: str, kind: str, part: Json) -> None:
        rule = RULES[kind]
        if rule.since > self.version:
            self.complain(where, f"{kind} came with version {rule.since[0]}.{rule.since[1]}")
        for name in rule.required:
            if part.get(name) in (None, ""):
                self.complain(f"{where}.{name}", f"{kind} must have this")
        for name, value in part.items():
            if name not in rule.keys:
                self.complain(f"{where}.{name}", f"{kind} knows no such key")
            else:
                self._value(f"{where}.{name}", rule.keys[name], value)
        if kind in ACTIONS or kind.startswith("Input.") or "isVisible" in rule.keys:
            self._id(where, part.get("id"))
        if kind == "Input.ChoiceSet":
            self._chosen(where, part)

    def _id(self, where: str, value: object) -> None:
        if not isinstance(value, str) or self._in_fallback:
            return
        if value in self._ids:
            self.complain(f"{where}.id", f"{value!r} is used twice")
        self._ids.add(value)

    def _chosen(self, where: str, part: Json) -> None:
        choices = part.get("choices")
        known = {c.get("value") for c in choices if isinstance(c, dict)} if isinstance(choices, list) else set()
        value = part.get("value")
        chosen = [v for v in value.split(",") if v] if isinstance(value, str) else []
        if not known.issuperset(chosen if part.get("isMultiSelect") else chosen and [value]):
            self.complain(f"{where}.value", "this is none of the choices")

    # Values.

    def _value(self, where: str, kind: Kind, value: object) -> None:
        match kind:
            case One(types, named):
                self.one(where, value, types, named)
            case Many(types, named):
                for place, item in self._listed(where, value):
                    self.one(place, item, types, named)
            case Buttons():
                self._buttons(where, value)
            case Fallback(types):
                self._fallback(where, value, types)
            case Texts(most):
                self._texts(where, value, most)
            case Choice(words):
                if not isinstance(value, str) or value.lower() not in [word.lower() for word in words]:
                    self.complain(where, f"this must be one of {', '.join(words)}")
            case str():
                self._plain(where, kind, value)

    def _plain(self, where: str, kind: Plain, value: object) -> None:
        if reason := _CHECKS[kind](value):
            self.complain(where, reason)

    def _texts(self, where: str, value: object, most: int) -> None:
        listed = self._listed(where, value)
        if len(listed) > most or not all(isinstance(item, str) for _, item in listed):
            self.complain(where, f"this must be at most {most} texts")

    def _listed(self, where: str, value: object) -> list[tuple[str, object]]:
        if not isinstance(value, list) or not value:
            self.complain(where, "this must be a list that is not empty")
            return []
        return [(f"{where}[{number}]", item) for number, item in enumerate(value)]

    def _buttons(self, where: str, value: object) -> None:
        primary = 0
        for place, item in self._listed(where, value):
            self.one(place, item, ACTIONS, named=True)
            self._titled(place, item)
            primary += not (isinstance(item, dict) and str(item.get("mode", "")).lower() == "secondary")
        if primary > MOST_PRIMARY:
            self.complain(where, f"{primary} primary actions; Teams shows {MOST_PRIMARY}")

    def _titled(self, where: str, item: object) -> None:
        if not isinstance(item, dict):
            return
        if not item.get("title"):
            self.complain(f"{where}.title", "a button must have this")
        if isinstance(item.get("fallback"), dict):
            self._titled(f"{where}.fallback", item["fallback"])

    def _fallback(self, where: str, value: object, types: tuple[str, ...]) -> None:
        if isinstance(value, str):
            if value.lower() != "drop":
                self.complain(where, 'this must be an object or "drop"')
            return
        # Only one of the two is ever shown, so both may have the same ids; and it is there for older clients.
        self._in_fallback += 1
        self.one(where, value, types, named=True)
        self._in_fallback -= 1


def _text(value: object) -> str | None:
    return None if isinstance(value, str) else "this must be a text"


def _flag(value: object) -> str | None:
    return None if isinstance(value, bool) else "this must be true or false"


def _number(value: object) -> str | None:
    return None if isinstance(value, int | float) and not isinstance(value, bool) else "this must be a number"


def _count(value: object) -> str | None:
    fine = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return None if fine else "this must be a whole number above 0"


def _object(value: object) -> str | None:
    return None if isinstance(value, dict) else "this must be an object"


def _data(value: object) -> str | None:
    return None if isinstance(value, dict | str) else "this must be an object or a text"


def _address(schemes: tuple[str, ...], value: object) -> str | None:
    if not isinstance(value, str):
        return "this must be an address"
    try:
        scheme, rest = urlsplit(value).scheme, value.partition(":")[2]
    except ValueError:
        return "this must be an address"
    return None if scheme in schemes and rest else f"the address must start with one of {', '.join(schemes)}"


def _size(value: object) -> str | None:
    fine = isinstance(value, str) and re.fullmatch(r"auto|stretch|\d+px", value, re.IGNORECASE)
    return None if fine else 'this must be a text like "80px"'


def _width(value: object) -> str | None:
    if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?", value):
        return None
    return _size(value) if isinstance(value, str) else _number(value)


_CHECKS = {
    "text": _text,
    "flag": _flag,
    "number": _number,
    "count": _count,
    "object": _object,
    "data": _data,
    "picture": lambda value: _address(("https", "data"), value),
    "link": lambda value: _address(_LINKS, value),
    "file": lambda value: _address(("https",), value),
    "size": _size,
    "width": _width,
}
