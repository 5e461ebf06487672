"""The state of the simulated workspace, and the look-ups that everything else shares."""

import itertools
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from bot.playground.feed import Feed
from bot.playground.slack_stand_in import forms
from bot.playground.slack_stand_in.records import (
    Call,
    Channel,
    Enterprise,
    Hook,
    Json,
    Message,
    Refused,
    Team,
    Trigger,
    User,
    View,
)

TRIGGER_LIFE = timedelta(seconds=3)
HOOK_LIFE = timedelta(minutes=30)
HOOK_USES = 5
MOST_VIEWS = 3


class Workspace:
    """One Slack workspace with one app in it, whose bot was granted ``scopes`` and reads ``page`` messages at a time.

    ``token`` is the bot's, "" where the app is not installed. ``org_wide`` says that it is installed for the whole
    ``enterprise``, whose workspaces then have the same token. ``messages`` and ``views`` are in the order of arrival,
    and so are ``calls``, which are those of all workspaces.
    """

    def __init__(
        self,
        team: Team,
        clock: Callable[[], datetime],
        page: int,
        feed: Feed,
        calls: list[Call],
        number: int = 1,
        enterprise: Enterprise | None = None,
    ) -> None:
        self.team, self.clock, self.page, self.feed, self.calls = team, clock, page, feed, calls
        self.enterprise, self.org_wide = enterprise, False
        self.token, self.scopes = "", frozenset[str]()
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: list[Message] = []
        self._by_place: dict[tuple[str, str], Message] = {}
        self.views: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.hooks: dict[str, Hook] = {}
        self.app_id, self.bot_id = "A0BATON01", f"B0BATON{number:02}"
        self.bot = User(f"U0BATON{number:02}", "baton", "Baton", is_bot=True)
        self.users[self.bot.id] = self.bot
        self._last_ts = 0
        self._numbers = itertools.count(1)

    @property
    def url(self) -> str:
        """The workspace's address."""
        return f"https://{self.team.domain}.slack.com/"

    @property
    def installed_for(self) -> str:
        """What the app is installed for: this team, or all of its enterprise."""
        return self.enterprise.id if self.enterprise and self.org_wide else self.team.id

    def add_user(self, user: User) -> User:
        """Let someone into the workspace."""
        self.users[user.id] = user
        return user

    def add_channel(self, channel: Channel) -> Channel:
        """Open a channel."""
        self.channels[channel.id] = channel
        return channel

    def next_ts(self) -> str:
        """A time stamp in Slack's form ("1712345678.000100"), later than every other, also while the clock stands."""
        self._last_ts = max(int(self.clock().timestamp() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        """A new id: views "V…", events "Ev…", envelopes."""
        return f"{prefix}{next(self._numbers):04d}{secrets.token_hex(4).upper()}"

    def trigger_for(self, user: str) -> str:
        """A trigger id for something that this user did just now."""
        trigger = f"{next(self._numbers)}.{int(self.clock().timestamp())}.{secrets.token_hex(16)}"
        self.triggers[trigger] = Trigger(user, self.clock())
        return trigger

    def spend_trigger(self, trigger_id: str) -> Trigger:
        """Exchange a trigger, or ``Refused``: invalid_trigger_id, exchanged_trigger_id, expired_trigger_id."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self.clock() - trigger.at > TRIGGER_LIFE:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger

    def direct(self, user: str) -> Channel:
        """The direct message between the bot and someone, opened if it is new."""
        found = f"D{user[1:]}"
        return self.channels.get(found) or self.add_channel(Channel(found, "directmessage", im_with=user))

    def member_channel(self, channel_id: str, *, writing: bool = True) -> Channel:
        """A channel that the bot may use, or ``Refused``: channel_not_found, not_in_channel, is_archived."""
        channel = self.channels.get(channel_id)
        if channel is None or (channel.is_private and not channel.bot_is_member):
            raise Refused("channel_not_found")
        if not channel.bot_is_member:
            raise Refused("not_in_channel")
        if writing and channel.is_archived:
            raise Refused("is_archived")
        return channel

    def message(self, channel: str, ts: str) -> Message | None:
        """A message that still stands, ephemeral ones as well."""
        found = self._by_place.get((channel, ts))
        return None if found is None or found.deleted else found

    def add_message(self, message: Message) -> Message:
        """Append a message."""
        self.messages.append(message)
        self._by_place[message.channel, message.ts] = message
        self.feed.changed()
        return message

    def visible_to(self, user: str, channel: str | None = None) -> list[Message]:
        """What someone sees, oldest first, in all of their channels or in one."""
        return [
            m
            for m in self.messages
            if not m.deleted
            and channel in (None, m.channel)
            and self.channels[m.channel].has(user)
            and m.ephemeral_to in (None, user)
        ]

    def view_of(self, user: str) -> View | None:
        """The modal on top of someone's screen."""
        return next((view for view in reversed(self.views.values()) if view.user == user and view.open), None)

    def stack_of(self, root: str) -> list[View]:
        """The open modals of one stack, the lowest first."""
        return [view for view in self.views.values() if view.root == root and view.open]

    def show_view(self, user: str, content: Json, below: View | None = None) -> View:
        """Open a modal, alone or on top of another; ``Refused``: push_limit_reached."""
        if below and len(self.stack_of(below.root)) >= MOST_VIEWS:
            raise Refused("push_limit_reached")
        view_id = self.next_id("V")
        root, previous = (below.root, below.id) if below else (view_id, None)
        view = View(view_id, user, content, self.next_hash(), root, previous)
        view.values = forms.initial_values(content["blocks"])
        self.views[view_id] = view
        self.feed.changed()
        return view

    def next_hash(self) -> str:
        """A new hash for a view that was opened or changed."""
        return f"{int(self.clock().timestamp())}.{secrets.token_hex(4)}"

    def open_hook(self, base: str, user: str, channel: str, ts: str | None = None) -> str:
        """A new response URL under ``base``."""
        name = secrets.token_hex(12)
        self.hooks[name] = Hook(user, channel, self.clock(), ts)
        return f"{base}{name}"


def moment(ts: str) -> Decimal:
    """A time stamp as a number, for comparing; ``decimal.InvalidOperation`` if it is none."""
    return Decimal(ts)
