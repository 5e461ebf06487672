"""What Slack knows about a user: the name, the e-mail address, and whether they are a full member."""

from collections.abc import Mapping
from typing import Any

from adapters.slack.translate import text
from adapters.slack.web_api import Trouble, WebApi
from core.errors import PlatformAway
from core.people import Caller, Profile

# Slack's way of saying that there is nobody, or nobody whom this app may see.
_NOBODY = frozenset({"user_not_found", "user_not_visible", "users_not_found"})


class SlackDirectory:
    """``core.ports.Directory`` over ``users.info`` (scopes users:read and users:read.email)."""

    def __init__(self, api: WebApi) -> None:
        self._api = api

    async def profile(self, caller: Caller) -> Profile:
        """Slack's own record of the caller, or ``PlatformAway``. Somebody unknown to Slack is no member."""
        answer = await self._api.ask("users.info", {"user": caller.identity.user})
        if isinstance(answer, Trouble):
            if answer.reason in _NOBODY:
                return Profile(caller.name, None, member=False)
            raise PlatformAway(answer.reason)
        user = answer.data.get("user")
        if not isinstance(user, Mapping):
            raise PlatformAway("users.info answered without a user")
        return Profile(_name(user) or caller.name, _email(user), _member(user, caller.identity.workspace))


def _name(user: Mapping[str, Any]) -> str:
    names = (text(user, "profile", "real_name"), text(user, "real_name"), text(user, "profile", "display_name"))
    return next((name for name in (*names, text(user, "name")) if name.strip()), "")


def _email(user: Mapping[str, Any]) -> str | None:
    return text(user, "profile", "email") or None


def _member(user: Mapping[str, Any], workspace: str) -> bool:
    """A confirmed, full member of this workspace. Field names: docs.slack.dev/reference/objects/user-object."""
    if any(user.get(mark) for mark in ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")):
        return False
    if user.get("is_email_confirmed") is False:
        return False
    enterprise = user.get("enterprise_user")
    theirs = enterprise.get("teams") if isinstance(enterprise, Mapping) else None
    return text(user, "team_id") == workspace or (isinstance(theirs, list) and workspace in theirs)
