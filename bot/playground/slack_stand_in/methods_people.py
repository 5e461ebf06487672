"""The Web API's methods for the app's own identity and for users."""

from bot.playground.slack_stand_in import shapes
from bot.playground.slack_stand_in.arguments import Arguments
from bot.playground.slack_stand_in.records import Json, Refused
from bot.playground.slack_stand_in.workspace import Workspace

EMAIL_SCOPE = "users:read.email"


def auth_test(workspace: Workspace, _args: Arguments) -> Json:
    """auth.test."""
    return {
        "url": f"https://{workspace.team.domain}.slack.com/",
        "team": workspace.team.name,
        "user": workspace.bot.name,
        "team_id": workspace.team.id,
        "user_id": workspace.bot.id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
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
