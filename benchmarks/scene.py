"""The scene of the measurements: both stand-ins, and the people in front of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.playground import slack_stand_in, teams_stand_in
from bot.playground.slack_stand_in import SlackStandIn
from bot.playground.teams_stand_in import TeamsStandIn
from core.people import Caller, Identity

SLACK_CHANNEL, TEAMS_CHANNEL = "C0ESCALATE", "19:escalations0001@thread.tacv2"
# One person may escalate 20 times a minute, so that many juniors are needed to keep the program busy.
JUNIORS, SENIORS = 600, 500
FOREVER = 600


@dataclass(frozen=True, slots=True)
class Scene:
    """Both stand-ins, and who is in front of them; the same people are known in every database of the run."""

    slack: SlackStandIn
    teams: TeamsStandIn
    juniors: Sequence[Caller]
    slack_seniors: Sequence[Caller]
    teams_seniors: Sequence[Caller]

    def settings(self, database: str, *, teams: bool = True) -> dict[str, str]:
        """The environment of a Baton between the stand-ins."""
        slack = {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_CHANNEL": SLACK_CHANNEL,
            "SLACK_API_URL": self.slack.api_url,
        }
        both = {
            "TEAMS_APP_ID": self.teams.app_id,
            "TEAMS_APP_PASSWORD": self.teams.app_password,
            "TEAMS_TENANT_ID": self.teams.tenant_id,
            "TEAMS_CHANNEL": TEAMS_CHANNEL,
            "TEAMS_SERVICE_URL": self.teams.service_url,
            "TEAMS_OPENID_METADATA_URL": self.teams.openid_metadata_url,
            "TEAMS_TOKEN_URL": self.teams.token_url,
            "TEAMS_ALLOWED_SERVICE_HOSTS": "127.0.0.1",
        }
        return {"DATABASE_URL": database, "PORT": "0", **slack, **(both if teams else {})}

    async def stop(self) -> None:
        """Stop both stand-ins."""
        await self.slack.stop()
        await self.teams.stop()


async def set_up(*, busy: bool) -> Scene:
    """Start the stand-ins. ``busy``: they answer every message of Baton's with 429 and a long wait."""
    slack, teams = SlackStandIn(pace=None), TeamsStandIn()
    slack.add_channel(slack_stand_in.Channel(SLACK_CHANNEL, "escalations"))
    teams.add_channel(teams_stand_in.Channel(TEAMS_CHANNEL, "Escalations"))
    await slack.start()
    await teams.start()
    if busy:
        for method in ("chat.postMessage", "chat.update"):
            slack.faults(method, [slack_stand_in.RateLimited(FOREVER)] * 100_000)
        for route in ("create", "send", "update"):
            teams.faults(route, [teams_stand_in.RateLimited(FOREVER)] * 100_000)
    juniors = [_in_slack(slack, f"U0JUN{number:05}", f"junior{number}") for number in range(JUNIORS)]
    slack_seniors = [_in_slack(slack, f"U0SEN{number:05}", f"senior{number}") for number in range(SENIORS)]
    teams_seniors = [_in_teams(teams, number) for number in range(SENIORS)]
    return Scene(slack, teams, juniors, slack_seniors, teams_seniors)


def _in_slack(slack: SlackStandIn, user: str, name: str) -> Caller:
    slack.add_user(slack_stand_in.User(user, name, name.title(), f"{name}@acme.example"))
    return Caller(Identity("slack", slack.workspace.team.id, user), name, SLACK_CHANNEL)


def _in_teams(teams: TeamsStandIn, number: int) -> Caller:
    user = f"d0000000-0000-4000-8000-{number:012}"
    teams.add_user(teams_stand_in.User(user, f"Expert {number}", f"expert{number}@acme.example"))
    return Caller(Identity("teams", teams.tenant_id, user), f"Expert {number}", TEAMS_CHANNEL)
