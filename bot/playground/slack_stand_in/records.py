"""What a workspace holds: its people, channels, messages, views, and the log of calls."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Team:
    """The workspace itself; ``domain`` is the first part of its URL."""

    id: str = "T0BATON01"
    name: str = "Acme Support"
    domain: str = "acme-support"


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A company of several workspaces, in all of which an app can be installed at once."""

    id: str = "E0BIG0001"
    name: str = "Big Corporation"
    domain: str = "big-corporation"


@dataclass(slots=True)
class User:
    """Someone in the workspace. Guests are ``is_restricted`` (several channels) or ``is_ultra_restricted`` (one)."""

    id: str
    name: str
    real_name: str
    email: str | None = None
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_email_confirmed: bool = True
    deleted: bool = False
    tz: str = "America/New_York"


@dataclass(slots=True)
class Channel:
    """A conversation. ``im_with`` is the user of a direct message; ``members`` None means everybody.

    ``is_mpim`` makes it a direct message among several people.
    """

    id: str
    name: str
    bot_is_member: bool = True
    is_archived: bool = False
    is_private: bool = False
    members: set[str] | None = None
    im_with: str | None = None
    is_mpim: bool = False

    def has(self, user: str) -> bool:
        """Whether the user sees this conversation."""
        if self.im_with:
            return user == self.im_with
        return self.members is None or user in self.members


@dataclass(frozen=True, slots=True)
class Draft:
    """What a message said at one time."""

    text: str
    blocks: list[Json]
    metadata: Json | None


@dataclass(slots=True)
class Message:
    """A message as it stands; ``history`` holds what it said before each edit, ``blocks`` have all their ids.

    ``by_bot`` is whether our app wrote it; ``other_bot`` names the bot of another app that did.
    """

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    ephemeral_to: str | None = None
    by_bot: bool = True
    other_bot: str | None = None
    deleted: bool = False
    edited_ts: str | None = None
    history: list[Draft] = field(default_factory=list)

    def say(self, draft: Draft, at: str) -> None:
        """Replace what the message says."""
        self.history.append(Draft(self.text, self.blocks, self.metadata))
        self.text, self.blocks, self.edited_ts = draft.text, draft.blocks, at
        if draft.metadata is not None:
            self.metadata = draft.metadata


@dataclass(slots=True)
class View:
    """A modal in front of one person. ``values`` stand in its fields, ``errors`` are what Baton said about them."""

    id: str
    user: str
    content: Json
    hash: str
    root: str
    previous: str | None = None
    open: bool = True
    values: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """One call to the Web API (or to a response URL, as method ``hook``), in the order of arrival.

    ``answered`` is the JSON that was given, or a word on the fault that took its place; None while it is under way.
    ``team`` is the workspace whose token it came with, or whose response URL it is; "" for none.
    """

    method: str
    args: Json
    at: datetime
    answered: Json | str | None = None
    team: str = ""

    @property
    def ok(self) -> bool:
        """Whether the caller was told that it worked."""
        return isinstance(self.answered, dict) and self.answered.get("ok") is True


@dataclass(slots=True)
class Trigger:
    """The right to open a modal for someone, for 3 seconds and once."""

    user: str
    at: datetime
    used: bool = False


@dataclass(slots=True)
class Hook:
    """A response URL. ``ts`` is the message whose button was pressed; commands have none."""

    user: str
    channel: str
    at: datetime
    ts: str | None = None
    uses: int = 0


@dataclass(slots=True)
class Code:
    """What somebody allowed, to be exchanged for a token once and within 10 minutes. ``place`` is a team or a company.

    ``redirect_uri`` is where they were sent back, ``scopes`` what they allowed.
    """

    place: str
    user: str
    scopes: frozenset[str]
    redirect_uri: str
    at: datetime
    used: bool = False


class Refused(Exception):
    """Slack refuses the call. ``args[0]`` is the error code; ``extra`` is merged into the answer."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code, self.extra = code, extra
