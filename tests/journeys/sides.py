"""Both platforms of a house, asked in one way: which calls make cards and correct them, and when they were made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.playground.faults import Fault
from bot.playground.slack_stand_in import SlackStandIn
from bot.playground.teams_stand_in import TeamsStandIn
from tests.journeys.cast import SLACK_ROOM, TEAMS_ROOM
from tests.journeys.house import House
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS


@dataclass(frozen=True, slots=True)
class Side:
    """One platform: its stand-in, and what it calls the posting of a card, its correction, and the room for both."""

    name: str
    platform: SlackStandIn | TeamsStandIn
    post: str
    correct: str
    room: str
    cards: str

    def fails(self, call: str, faults: Iterable[Fault]) -> None:
        """Have the next calls of this name about the room go wrong."""
        self.platform.faults(call, faults, self.room)

    def calls(self, *names: str) -> list[Any]:
        """The calls about the room, by name."""
        if isinstance(self.platform, SlackStandIn):
            return [
                call for call in self.platform.calls if call.method in names and call.args.get("channel") == self.room
            ]
        return [call for call in self.platform.calls if call.route in names and call.target == self.room]

    def posted_at(self) -> list[datetime]:
        """When a card was posted, or was to be."""
        return [call.at for call in self.calls(self.post)]


def sides(here: House) -> dict[str, Side]:
    """Both of them, by name."""
    return {
        "slack": Side("slack", here.slack, "chat.postMessage", "chat.update", SLACK_ROOM, SLACK_CARDS),
        "teams": Side("teams", here.teams, "create", "update", TEAMS_ROOM, TEAMS_CARDS),
    }


def side_and_other(here: House, name: str) -> tuple[Side, Side]:
    """One of them, and the other."""
    both = sides(here)
    return both[name], both["teams" if name == "slack" else "slack"]
