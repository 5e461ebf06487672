"""Who is at the stand-ins: three seats, each one person in front of one platform; others; and the rooms they share."""

from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seat:
    """One person in front of one platform. ``user`` is the platform's own id of them, ``id`` the pane's on the page."""

    id: str
    name: str
    role: Literal["junior", "senior", "guest"]
    platform: Literal["slack", "teams"]
    user: str
    email: str

    @property
    def first(self) -> str:
        """Their first name."""
        return self.name.partition(" ")[0]


JANE = Seat("jane", "Jane Novak", "junior", "slack", "U0JANE001", "jane@acme.example")
DANA = Seat("dana", "Dana Ruiz", "senior", "teams", "d0000000-0000-4000-8000-00000000000d", "dana@acme.example")
SAM = Seat("sam", "Sam Okafor", "senior", "slack", "U0SAM0001", "sam@acme.example")
SEATS = {seat.id: seat for seat in (JANE, DANA, SAM)}

# Known to their platform, without a pane on the page. Two of them are people of the seats, on the other platform.
DANA_IN_SLACK = Seat("dana-slack", DANA.name, "senior", "slack", "U0DANA001", DANA.email)
SAM_IN_TEAMS = Seat("sam-teams", SAM.name, "senior", "teams", "50000000-0000-4000-8000-00000000005a", SAM.email)
MAX = Seat("max", "Max Weber", "guest", "slack", "U0MAX0001", "max@partner.example")
EVERYBODY = (*SEATS.values(), DANA_IN_SLACK, SAM_IN_TEAMS, MAX)

SLACK_CHANNEL, SLACK_CHANNEL_NAME = "C0ESCALATE", "escalations"
TEAMS_CHANNEL, TEAMS_CHANNEL_NAME = "19:escalations0001@thread.tacv2", "Escalations"
TEAM, TEAM_NAME = "19:support0001@thread.tacv2", "Acme Support Seniors"
