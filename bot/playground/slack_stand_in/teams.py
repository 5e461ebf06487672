"""The workspaces of the stand-in, the tokens that our app has in them, and which of them a call is about."""

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from bot.playground.feed import Feed
from bot.playground.slack_stand_in.pace import PUBLISHED, Pace, PaceKeeper
from bot.playground.slack_stand_in.records import Call, Enterprise, Json, Refused, Team
from bot.playground.slack_stand_in.workspace import Workspace


class Teams:
    """Every workspace, and every token there ever was; one that is dead stays known, with what Slack says of it."""

    def __init__(self, clock: Callable[[], datetime], pace: Pace | None) -> None:
        self._clock, self._pace = clock, pace
        self.feed, self.calls = Feed(), list[Call]()
        self.all: list[Workspace] = []
        self._dead: dict[str, str] = {}
        self._keepers: dict[str, PaceKeeper] = {}

    def add(self, team: Team, enterprise: Enterprise | None) -> Workspace:
        """A new workspace, in which our app is not installed yet."""
        page = (self._pace or PUBLISHED).page
        workspace = Workspace(team, self._clock, page, self.feed, self.calls, len(self.all) + 1, enterprise)
        self.all.append(workspace)
        if self._pace:
            self._keepers[team.id] = PaceKeeper(self._pace, self._clock)
        return workspace

    def of(self, place: str) -> list[Workspace]:
        """The workspaces of a place: a team, or all of an enterprise; ``LookupError`` if there is none."""
        found = [w for w in self.all if place in (w.team.id, w.enterprise.id if w.enterprise else None)]
        if not found:
            raise LookupError(f"there is no {place}")
        return found

    def install(self, place: str, scopes: Iterable[str], token: str = "") -> str:
        """Install the app in a team or an enterprise; scopes add up, and a token that lives stays. Answers the token.

        In an enterprise the bot is one and the same user everywhere.
        """
        workspaces = self.of(place)
        token = workspaces[0].token or token or f"xoxb-{place}-{secrets.token_hex(12)}"
        for workspace in workspaces:
            workspace.scopes |= frozenset(scopes)
            workspace.token, workspace.org_wide = token, place != workspace.team.id
            if workspace.org_wide:
                del workspace.users[workspace.bot.id]
                workspace.bot, workspace.bot_id = workspaces[0].bot, workspaces[0].bot_id
                workspace.users[workspace.bot.id] = workspace.bot
        self.feed.changed()
        return token

    def remove(self, place: str, error: str) -> None:
        """Take the app out of a team or an enterprise: its token is dead from now on, and its bot leaves every room."""
        for workspace in self.of(place):
            if workspace.token:
                self._dead[workspace.token] = error
            workspace.token, workspace.scopes = "", frozenset()
            for channel in workspace.channels.values():
                channel.bot_is_member = bool(channel.im_with)
        self.feed.changed()

    def called(self, token: str, args: Json) -> Workspace:
        """The workspace that a call with this token is about; ``Refused`` for a token that is dead or never was.

        The token of an enterprise works in all of its workspaces: what a call names is looked for in each.
        """
        if token in self._dead:
            raise Refused(self._dead[token])
        found = [workspace for workspace in self.all if token and workspace.token == token]
        if not found:
            raise Refused("invalid_auth")
        return next((workspace for workspace in found if _names(workspace, args)), found[0])

    def wait(self, workspace: Workspace, method: str, channel: str) -> int:
        """Take one call of the workspace's pace: 0 if it may pass, else the seconds to wait."""
        keeper = self._keepers.get(workspace.team.id)
        return keeper.wait(method, channel) if keeper else 0

    def with_hook(self, name: str) -> Workspace:
        """The workspace that gave this response URL out; the first for one that nobody did."""
        return next((workspace for workspace in self.all if name in workspace.hooks), self.all[0])


def _names(workspace: Workspace, args: Json) -> bool:
    """Whether a call names anything of this workspace."""

    def names(argument: str, known: Any) -> bool:
        value = args.get(argument)
        return isinstance(value, str) and value in known

    return (
        names("channel", workspace.channels)
        or names("channel", workspace.users.keys() - {workspace.bot.id})
        or names("user", workspace.users)
        or names("users", workspace.users)
        or names("trigger_id", workspace.triggers)
        or names("view_id", workspace.views)
    )
