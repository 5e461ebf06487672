"""What comes back from Baton after a gesture, and what the person sees of it."""

from dataclasses import dataclass, field
from typing import Any

from bot.playground.slack_stand_in.records import Message, View


@dataclass(frozen=True, slots=True)
class Reply:
    """Baton's answer to one delivery: JSON, text or None as ``body``. ``error``: what Slack makes of a missing one."""

    status: int | None
    body: Any
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A gesture and all that the person saw of it by the time it was answered.

    ``status`` and ``body`` are Baton's answer (None if there was none, or nothing was sent). ``error`` is what Slack
    shows instead: operation_timeout, dispatch_failed, invalid_command_response, or ``client`` when Slack's own
    client held the form back. ``errors`` stand at the fields of the form (block id → sentence), ``seen`` are the
    messages for this person alone, ``view`` is the modal now on top of their screen.
    """

    status: int | None
    body: Any
    error: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    seen: list[Message] = field(default_factory=list)
    view: View | None = None

    @property
    def ok(self) -> bool:
        """Whether the person got an answer, and no complaint."""
        return self.error is None and not self.errors

    @property
    def text(self) -> str:
        """The private answer in plain words; empty if there was none."""
        return "\n".join(message.text for message in self.seen)
