"""What Slack knows about a user: the name, the e-mail address, and whether they are a full member."""

from collections.abc import Mapping
from typing import Any

from adapters.slack.translate import text
from adapters.slack.web_api import Answer, Trouble
from adapters.slack.workspaces import Workspaces
from core.errors import PlatformAway
from core.people import Caller, Profile, Standing

# Slack's way of saying that there is nobody, or nobody whom this app may see.
_NOBODY = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
# Slack's own voice; its record does not call it a bot.
_SLACKBOT = "USLACKBOT"
METHOD = "users.info"


class SlackDirectory:
    """``core.ports.Directory`` over ``users.info`` (scopes users:read and users:read.email)."""

    def __init__(self, api: Workspaces) -> None:
        self._api = api

    async def profile(self, caller: Caller) -> Profile:
        """Slack's own record of the caller, or ``PlatformAway``. Somebody unknown to Slack is no member."""
        answer = await self._api.ask(caller.identity.workspace, METHOD, {"user": caller.identity.user})
        return told(answer, caller)


def told(answer: Answer | Trouble, caller: Caller) -> Profile:
    """What users.info answered about the caller; ``PlatformAway`` if it is no answer."""
    if isinstance(answer, Trouble):
        if answer.reason in _NOBODY:
            return Profile(caller.name, None, member=False)
        raise PlatformAway(answer.reason)
    user = answer.data.get("user")
    if not isinstance(user, Mapping):
        raise PlatformAway("users.info answered without a user")
    return profile(user, caller.identity.workspace, caller.name)


def profile(user: Mapping[str, Any], workspace: str, called: str = "") -> Profile:
    """A user object of Slack's, as users.info answers it and user_change brings it; ``called`` if it has no name."""
    return Profile(_name(user) or called, _email(user), _member(user, workspace), _standing(user))


def _name(user: Mapping[str, Any]) -> str:
    names = (text(user, "profile", "real_name"), text(user, "real_name"), text(user, "profile", "display_name"))
    return next((name for name in (*names, text(user, "name")) if name.strip()), "")


def _email(user: Mapping[str, Any]) -> str | None:
    return text(user, "profile", "email") or None


def _standing(user: Mapping[str, Any]) -> Standing:
    if user.get("deleted"):
        return Standing.DEACTIVATED
    return Standing.BOT if user.get("is_bot") or text(user, "id") == _SLACKBOT else Standing.ACTIVE


def _member(user: Mapping[str, Any], workspace: str) -> bool:
    """A confirmed, full member of this workspace. Field names: docs.slack.dev/reference/objects/user-object."""
    if _standing(user) is not Standing.ACTIVE:
        return False
    if any(user.get(mark) for mark in ("is_restricted", "is_ultra_restricted", "is_stranger")):
        return False
    if user.get("is_email_confirmed") is False:
        return False
    enterprise = user.get("enterprise_user")
    theirs = enterprise.get("teams") if isinstance(enterprise, Mapping) else None
    places = [text(user, "team_id"), text(enterprise, "enterprise_id"), *(theirs if isinstance(theirs, list) else ())]
    return workspace in places
