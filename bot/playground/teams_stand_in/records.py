"""What is kept of all that happened: messages, and the log of calls; and how a call is refused."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]
CARD = "application/vnd.microsoft.card.adaptive"


@dataclass(slots=True)
class Message:
    """A message as it stands. ``edits`` holds what it said before each update, oldest first.

    ``conversation`` is "19:…@thread.tacv2;messageid=<root>" in a channel, "19:…@thread.v2" in a group chat, and "a:…"
    between the bot and one person.
    ``sender`` is the bot's id "28:…" or a person's "29:…".
    """

    conversation: str
    id: str
    sender: str
    activity: Json
    at: datetime
    edits: list[Json] = field(default_factory=list)
    edited_at: datetime | None = None
    deleted: bool = False

    @property
    def by_bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.sender.startswith("28:")

    @property
    def channel(self) -> str:
        """The conversation without its thread."""
        return base_of(self.conversation)

    @property
    def card(self) -> Json | None:
        """The first Adaptive Card of the message as it stands."""
        return _card(self.activity)

    @property
    def cards(self) -> list[Json]:
        """Its first Adaptive Card as it stands and as it stood before each update, newest first."""
        return [card for activity in (self.activity, *reversed(self.edits)) if (card := _card(activity))]


@dataclass(slots=True)
class Call:
    """One call to Microsoft's side, in the order of arrival.

    ``route`` is token, metadata, keys, create, send, update, delete, members or channels; ``target`` the conversation
    that it is about, without its thread (for a new one: the channel or the person; for channels: the team).
    ``answered`` is the JSON that was given, or a word on the fault that took its place; None while it is under way.
    """

    route: str
    method: str
    path: str
    target: str | None
    body: Any
    at: datetime
    status: int | None = None
    answered: Json | str | None = None

    @property
    def ok(self) -> bool:
        """Whether the caller was told that it worked."""
        return self.status is not None and self.status < 300


@dataclass(slots=True)
class Answer:
    """What a call is answered with."""

    body: Json | None
    status: int = 200


class Refused(Exception):
    """The call is refused: HTTP status, code and message as the Bot Connector puts them; ``after`` in seconds."""

    def __init__(self, status: int, code: str, message: str, after: int | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message, self.after = status, code, message, after

    @property
    def body(self) -> Json:
        """The error as JSON."""
        return {"error": {"code": self.code, "message": self.message}}


class WritesBlocked(Refused):
    """Somebody has blocked the bot: the code hides in a text (msteams-docs, send-proactive-messages.md)."""

    def __init__(self) -> None:
        super().__init__(403, "MessageWritesBlocked", "Thread is blocked from message writes.")

    @property
    def body(self) -> Json:
        """The error as JSON."""
        told = f'{{\r\n  "subCode": "{self.code}",\r\n  "details": "{self.message}",\r\n  "errorCode": null\r\n}}'
        return {"errorCode": 209, "message": told}


class LoginRefused(Refused):
    """The login refuses: its errors have another shape (learn.microsoft.com, "OAuth 2.0 client credentials flow")."""

    def __init__(self, status: int, code: str, number: int, message: str) -> None:
        super().__init__(status, code, message)
        self.number = number

    @property
    def body(self) -> Json:
        """The error as JSON."""
        ids = "00000000-0000-0000-0000-000000000000"
        return {
            "error": self.code,
            "error_description": f"AADSTS{self.number}: {self.message}",
            "error_codes": [self.number],
            "trace_id": ids,
            "correlation_id": ids,
        }


def base_of(conversation: str) -> str:
    """A conversation's id without its thread."""
    return conversation.partition(";")[0]


def _card(activity: Json) -> Json | None:
    for attachment in activity.get("attachments") or ():
        if attachment.get("contentType") == CARD:
            found: Json = attachment["content"]
            return found
    return None
