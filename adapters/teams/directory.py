"""What Teams knows about its people, asked of the roster of the conversation that they were met in."""

from collections.abc import Mapping
from dataclasses import replace

from adapters.teams.activity import tidy_name, told_id, told_text
from adapters.teams.connector import Connector, Missing, path_of
from core.errors import PlatformAway
from core.people import Caller, Profile, Standing

NAMED_SECONDS = 3.0


class TeamsDirectory:
    """Implements ``core.ports.Directory`` by GET v3/conversations/{id}/members/{id}."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    async def profile(self, caller: Caller) -> Profile:
        """The roster's record of the caller; someone who is not in it is no member. Raises ``PlatformAway``.

        A guest of a tenant has "#EXT#" in their user principal name, and "guest" as ``userRole`` where that is told.
        """
        record = await self._record(caller)
        if record is None:
            return Profile(caller.name, None, member=False)
        principal = told_text(record.get("userPrincipalName"))
        guest = "#EXT#" in principal.upper() or record.get("userRole") not in (None, "user")
        return Profile(
            name=told_text(record.get("name")) or caller.name,
            email=told_text(record.get("email")) or principal or None,
            member=bool(principal) and not guest and record.get("tenantId") == caller.identity.workspace,
            standing=Standing.BOT if told_text(record.get("id")).startswith("28:") else Standing.ACTIVE,
        )

    async def named(self, mentioned: Caller) -> Caller | None:
        """The person behind a mention, whose id is the one that the bot knows them by; None if the roster has none.

        Raises ``PlatformAway``; whoever mentioned them waits for this.
        """
        record = await self._record(mentioned, NAMED_SECONDS)
        user = told_id(record.get("aadObjectId")) if record else ""
        if record is None or not user:
            return None
        name = tidy_name(record.get("name")) or mentioned.name
        return Caller(replace(mentioned.identity, user=user), name, mentioned.conversation)

    async def _record(self, caller: Caller, seconds: float | None = None) -> Mapping[str, object] | None:
        """What the roster says of somebody; None if they are not in it."""
        if not caller.conversation:
            raise PlatformAway("no conversation to look the caller up in")
        path = path_of("conversations", caller.conversation, "members", caller.identity.user)
        answer = await self._connector.call("GET", caller.identity.workspace, path, seconds=seconds)
        if isinstance(answer, Missing) and answer.code.startswith("Member"):
            return None
        if not isinstance(answer, dict):
            raise PlatformAway("the roster did not answer")
        return answer
