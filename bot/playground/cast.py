"""Who sits at the page: three seats, each one person in front of one platform; and the rooms they share."""

from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seat:
    """One person in front of one platform. ``user`` is the platform's own id of them, ``id`` the pane's on the page."""

    id: str
    name: str
    role: Literal["junior", "senior"]
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

SLACK_CHANNEL, SLACK_CHANNEL_NAME = "C0ESCALATE", "escalations"
TEAMS_CHANNEL, TEAMS_CHANNEL_NAME = "19:escalations0001@thread.tacv2", "Escalations"
