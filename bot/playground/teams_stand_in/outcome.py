"""What comes back from Baton after a gesture, and what the person sees of it."""

from dataclasses import dataclass, field
from typing import Any

from bot.playground.teams_stand_in.cards import problems_of
from bot.playground.teams_stand_in.connector import MOST_BYTES, size_of
from bot.playground.teams_stand_in.records import CARD, Json

TOAST = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"


@dataclass(frozen=True, slots=True)
class Reply:
    """Baton's answer to one request: JSON, text or None as ``body``. ``error``: timeout or unreachable without one."""

    status: int | None
    body: Any
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A gesture and all that the person saw of it by the time it was answered.

    ``status`` and ``body`` are Baton's answer (None if there was none, or nothing was sent). ``error``: timeout,
    unreachable, failed (not the answer that Teams wants), bad_card, refused (``text`` says why), or ``client`` when
    Teams itself held the form back, with ``errors`` at its inputs (input id → sentence). ``card`` is the card that the
    person now has instead of the message's, ``text`` the sentence shown for a moment.
    """

    status: int | None
    body: Any
    error: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    card: Json | None = None
    text: str = ""
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the person got an answer, and no complaint."""
        return self.error is None and not self.errors


def seen_of(reply: Reply) -> Outcome:
    """What the client makes of the answer to a button (msteams-docs, Work-with-universal-actions)."""
    status, body = reply.status, reply.body
    if reply.error or status != 200 or not isinstance(body, dict):
        return Outcome(status, body, reply.error or "failed")
    value = body.get("value")
    match body.get("statusCode"), body.get("type"):
        case 200, str(kind) if kind == CARD:
            problems = problems_of(value)
            if not problems and size_of(body) > MOST_BYTES:
                problems = ["card: too large"]
            if problems:
                return Outcome(status, body, "bad_card", problems=tuple(problems))
            return Outcome(status, body, card=value)
        case 200, str(kind) if kind == TOAST and isinstance(value, str) and value:
            return Outcome(status, body, text=value)
        case 400 | 500, str(kind) if (
            kind == ERROR and isinstance(value, dict) and isinstance(value.get("message"), str)
        ):
            return Outcome(status, body, "refused", text=value["message"])
    return Outcome(status, body, "failed")
