"""The Web API's methods for the app's own identity and for users."""

from bot.playground.slack_stand_in import shapes
from bot.playground.slack_stand_in.arguments import Arguments
from bot.playground.slack_stand_in.records import Json, Refused
from bot.playground.slack_stand_in.workspace import Workspace

EMAIL_SCOPE = "users:read.email"


def auth_test(workspace: Workspace, _args: Arguments) -> Json:
    """auth.test. The token of a whole enterprise names it in the place of a team."""
    us = {"user": workspace.bot.name, "user_id": workspace.bot.id, "bot_id": workspace.bot_id}
    enterprise = workspace.enterprise
    if enterprise is None or not workspace.org_wide:
        place = {"url": workspace.url, "team": workspace.team.name, "team_id": workspace.team.id}
        company = {"enterprise_id": enterprise.id} if enterprise else {}
        return {**place, **us, **company, "is_enterprise_install": False}
    return {
        "url": f"https://{enterprise.domain}.enterprise.slack.com/",
        "team": enterprise.name,
        "team_id": enterprise.id,
        **us,
        "enterprise_id": enterprise.id,
        "is_enterprise_install": True,
    }


def user_info(workspace: Workspace, args: Arguments) -> Json:
    """users.info; the e-mail address takes a scope of its own."""
    user = workspace.users.get(args.needed("user"))
    if user is None:
        raise Refused("user_not_found")
    return {"user": shapes.user(workspace, user, email=EMAIL_SCOPE in workspace.scopes)}


def look_up_by_email(workspace: Workspace, args: Arguments) -> Json:
    """users.lookupByEmail."""
    wanted = args.needed("email").lower()
    for user in workspace.users.values():
        if user.email and user.email.lower() == wanted and not user.deleted:
            return {"user": shapes.user(workspace, user, email=True)}
    raise Refused("users_not_found")
