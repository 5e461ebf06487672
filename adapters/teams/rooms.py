"""What the rooms of Teams are called: messages hardly ever say, so the connector is asked."""

from adapters.teams import wording
from adapters.teams.activity import Kind, Place, listed, tidy_name
from adapters.teams.connector import Connector, path_of

# Somebody waits for the answer to what they said, and a name is only a kindness.
NAME_SECONDS = 2.0
MOST_CHANNELS = 2_000


class Rooms:
    """Names of channels, by GET v3/teams/{id}/conversations; it knows no private ones."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    async def name_of(self, place: Place) -> str:
        """What people call it, or at least which team it is in, or what kind of room it is."""
        if place.kind is not Kind.CHANNEL:
            return place.name or wording.CHAT_NAME
        return place.name or await self._asked(place) or place.team_name or wording.ROOM_NAME

    async def _asked(self, place: Place) -> str:
        if not place.team:
            return ""
        path = path_of("teams", place.team, "conversations")
        answer = await self._connector.call("GET", place.tenant, path, seconds=NAME_SECONDS)
        if not isinstance(answer, dict):
            return ""
        for channel in listed(answer, "conversations", MOST_CHANNELS):
            if channel.get("id") == place.address:
                # Only the channel that comes with every team has no name, as each language has its own for it.
                return tidy_name(channel.get("name")) or wording.GENERAL
        return ""
