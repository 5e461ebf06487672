"""What happens in a workspace without Baton: rooms, people and the app itself come and go, and Slack sends events."""

from typing import Any

from bot.playground.slack_stand_in import shapes
from bot.playground.slack_stand_in.client import SlackClient
from bot.playground.slack_stand_in.methods_people import EMAIL_SCOPE
from bot.playground.slack_stand_in.outcome import Reply
from bot.playground.slack_stand_in.records import Channel, Json

UNINSTALLED, REVOKED = "app_uninstalled", "tokens_revoked"


class SlackHappenings:
    """Does something in the workspace of ``people``, and sends the events of it; each answers what Baton answered."""

    def __init__(self, people: SlackClient) -> None:
        self._people = people
        self._workspace = people.workspace

    async def invite_bot(self, channel: str, by: str | None) -> Reply:
        """Somebody types /invite @Baton; by nobody, the bot joins without an inviter."""
        found = self._workspace.channels[channel]
        found.bot_is_member = True
        joined = self._membership("member_joined_channel", found) | ({"inviter": by} if by else {})
        return await self._send(joined)

    async def remove_bot(self, channel: str, by: str) -> list[Reply]:
        """Somebody removes the bot: it hears that it left, and as every member that a member left."""
        found = self._workspace.channels[channel]
        found.bot_is_member = False
        left = {"type": f"{_kind(found)}_left", "channel": channel, "actor_id": by}
        return [await self._send(left), await self._send(self._membership("member_left_channel", found))]

    async def archive(self, channel: str, by: str) -> Reply:
        """Somebody archives a channel."""
        found = self._workspace.channels[channel]
        found.is_archived = True
        return await self._send({"type": f"{_kind(found)}_archive", "channel": channel, "user": by})

    async def delete(self, channel: str) -> Reply:
        """Somebody deletes a channel."""
        found = self._workspace.channels.pop(channel)
        return await self._send({"type": f"{_kind(found)}_deleted", "channel": channel})

    async def change_user(self, user: str, **changes: Any) -> Reply:
        """Something about a user is different now, by the names of ``User``: ``deleted=True``."""
        found = self._workspace.users[user]
        for name, value in changes.items():
            setattr(found, name, value)
        shown = shapes.user(self._workspace, found, email=EMAIL_SCOPE in self._workspace.scopes)
        return await self._send({"type": "user_change", "user": shown, "cache_ts": shown["updated"]})

    async def uninstall(self, order: tuple[str, ...] = (REVOKED, UNINSTALLED)) -> list[Reply]:
        """Somebody removes the app; its token is dead before the events come, which come in any order."""
        self._people.standin.teams.remove(self._workspace.installed_for, "account_inactive")
        return [await self._send(self._gone(kind)) for kind in order]

    async def revoke(self, *, bot: bool = True, people: tuple[str, ...] = ()) -> Reply:
        """Tokens are revoked: the bot's, or those of people, which are none of our app's."""
        if bot:
            self._people.standin.teams.remove(self._workspace.installed_for, "token_revoked")
        return await self._send(self._gone(REVOKED, bot=bot, people=people))

    def _gone(self, kind: str, *, bot: bool = True, people: tuple[str, ...] = ()) -> Json:
        if kind == UNINSTALLED:
            return {"type": kind}
        return {"type": kind, "tokens": {"oauth": list(people), "bot": [self._workspace.bot.id] if bot else []}}

    def _membership(self, kind: str, channel: Channel) -> Json:
        return {
            "type": kind,
            "user": self._workspace.bot.id,
            "channel": channel.id,
            "channel_type": "G" if channel.is_private else "C",
            "team": self._workspace.team.id,
        }

    async def _send(self, inner: Json) -> Reply:
        self._workspace.feed.changed()
        return await self._people.event(inner)


def _kind(channel: Channel) -> str:
    return "group" if channel.is_private else "channel"
