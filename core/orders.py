"""What is said to Baton in words, apart from escalating: the orders that it takes, the same on every platform."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.account import looks_like_a_code, tidy_code
from core.deliveries import Lane
from core.handoff import Priority
from core.people import Caller, Role


@dataclass(frozen=True, slots=True)
class Help:
    """What can be said."""


@dataclass(frozen=True, slots=True)
class WhoAmI:
    """Who the asker is to Baton: identities, role, and what they may do."""


@dataclass(frozen=True, slots=True)
class ListPeople:
    """Everybody and their roles."""


@dataclass(frozen=True, slots=True)
class NameRole:
    """Give somebody a role."""

    whom: Caller
    role: Role


@dataclass(frozen=True, slots=True)
class AskCode:
    """A one-time code that joins another workspace to this account."""


@dataclass(frozen=True, slots=True)
class AskOwnCode:
    """A one-time code by which the asker's identity elsewhere becomes theirs."""


@dataclass(frozen=True, slots=True)
class TypeCode:
    """A code that came from somewhere else. ``code`` is tidied."""

    code: str


@dataclass(frozen=True, slots=True)
class Unlink:
    """Part a workspace from this account, by its name; "" lists them."""

    name: str


@dataclass(frozen=True, slots=True)
class UnlinkMe:
    """Make the identity that says so a person of its own again."""


@dataclass(frozen=True, slots=True)
class ListRooms:
    """Where escalations are shown."""


@dataclass(frozen=True, slots=True)
class ShowHere:
    """Show escalations of this priority and above where this is said."""

    least: Priority = Priority.LOW


@dataclass(frozen=True, slots=True)
class HideHere:
    """Show nothing more where this is said."""


@dataclass(frozen=True, slots=True)
class ListSettings:
    """What admins can choose, and what they chose."""


@dataclass(frozen=True, slots=True)
class Choose:
    """Give a setting another value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ListHistory:
    """What was changed in the account lately."""


@dataclass(frozen=True, slots=True)
class ListQueue:
    """What waits to be picked up."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nothing that Baton knows; ``usage`` is how the nearest order is written, "" if none is near."""

    usage: str = ""


@dataclass(frozen=True, slots=True)
class Here:
    """The room in which something was said, as its adapter knows it.

    ``place`` is what holds the room on its platform ("" if nothing does). ``inside`` is False where Baton is no member
    of the room, and so can't show anything there; None where the platform was not asked.
    """

    lane: Lane
    name: str
    place: str = ""
    inside: bool | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What an order is answered with: a sentence, and perhaps a list. ``private`` is for who asked alone."""

    sentence: str
    lines: tuple[str, ...] = ()
    private: bool = True


Order = (
    Help
    | WhoAmI
    | ListPeople
    | NameRole
    | AskCode
    | AskOwnCode
    | TypeCode
    | Unlink
    | UnlinkMe
    | ListRooms
    | ShowHere
    | HideHere
    | ListSettings
    | Choose
    | ListHistory
    | ListQueue
    | Unclear
)

# How each order is written and what it does, in the order in which people are likely to need them.
USAGE: Sequence[tuple[str, str]] = (
    ("whoami", "who you are to Baton, your role, and why you can or can't pick up"),
    ("queue", "what waits to be picked up"),
    ("rooms", "where escalations are shown"),
    ("show-here", "show escalations in this channel; show-here !high shows only high and critical ones"),
    ("hide-here", "show nothing more in this channel"),
    ("people", "everybody and their roles"),
    ("role @somebody viewer|engineer|admin|owner", "give somebody a role"),
    ("link me", "a code that makes you one person here and on another platform"),
    ("link", "a code that joins another workspace to this account"),
    ("link CODE", "type a code that you were given elsewhere"),
    ("unlink NAME", "part a workspace from this account; without a name, list them"),
    ("unlink me", "undo a link of yours"),
    ("settings", "what admins can choose"),
    ("set NAME VALUE", "choose it"),
    ("audit", "what was changed in this account lately"),
    ("help", "this"),
)
_PLAIN: dict[tuple[str, ...], Order] = {
    (): Help(),
    ("help",): Help(),
    ("?",): Help(),
    ("whoami",): WhoAmI(),
    ("who", "am", "i"): WhoAmI(),
    ("people",): ListPeople(),
    ("rooms",): ListRooms(),
    ("show-here",): ShowHere(),
    ("hide-here",): HideHere(),
    ("link",): AskCode(),
    ("link", "me"): AskOwnCode(),
    ("unlink",): Unlink(""),
    ("unlink", "me"): UnlinkMe(),
    ("settings",): ListSettings(),
    ("audit",): ListHistory(),
    ("queue",): ListQueue(),
}
_WORD = re.compile(r"\S+")


def read(said: Sequence[str | Caller]) -> Order:
    """What was said: text in pieces, with the people it mentions between them. Anything is taken; nothing raises."""
    parts: list[str | Caller] = []
    for piece in said:
        parts += [piece] if isinstance(piece, Caller) else _WORD.findall(piece)
    if all(isinstance(part, str) for part in parts):
        words = tuple(part for part in parts if isinstance(part, str))
        plain = tuple(word.lower().rstrip(".!?") or word for word in words)
        return _PLAIN.get(plain) or _with_words(words)
    match parts:
        case [str() as first, Caller() as whom, str() as role] if first.lower() == "role":
            if role.upper() in Role.__members__:
                return NameRole(whom, Role[role.upper()])
    return Unclear(_nearest(parts[0]) if isinstance(parts[0], str) else "")


def _with_words(words: Sequence[str]) -> Order:
    first, rest = words[0].lower(), words[1:]
    match first, rest:
        case "link", _ if looks_like_a_code("".join(rest)):
            return TypeCode(tidy_code("".join(rest)))
        case "unlink", _:
            return Unlink(" ".join(rest))
        case "show-here", [least] if least.lower().removeprefix("!").upper() in Priority.__members__:
            return ShowHere(Priority[least.lower().removeprefix("!").upper()])
        case "set", [name, *value] if value:
            return Choose(name.lower(), " ".join(value))
    return Unclear(_nearest(first))


def _nearest(first: str) -> str:
    return next((usage for usage, _ in USAGE if usage.split()[0] == first.lower()), "")
