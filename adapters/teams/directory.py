"""What Teams knows about its people, asked of the roster of the conversation that they were met in."""

from adapters.teams.connector import Connector, Missing, path_of
from core.errors import PlatformAway
from core.people import Caller, Profile


class TeamsDirectory:
    """Implements ``core.ports.Directory`` by GET v3/conversations/{id}/members/{id}."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    async def profile(self, caller: Caller) -> Profile:
        """The roster's record of the caller; someone who is not in it is no member. Raises ``PlatformAway``.

        A guest of a tenant has "#EXT#" in their user principal name, and "guest" as ``userRole`` where that is told.
        """
        tenant, user = caller.identity.workspace, caller.identity.user
        if not caller.conversation:
            raise PlatformAway("no conversation to look the caller up in")
        path = path_of("conversations", caller.conversation, "members", user)
        answer = await self._connector.call("GET", tenant, path)
        if isinstance(answer, Missing):
            return Profile(caller.name, None, member=False)
        if not isinstance(answer, dict):
            raise PlatformAway("the roster did not answer")
        principal = _text(answer.get("userPrincipalName"))
        guest = "#EXT#" in principal.upper() or answer.get("userRole") not in (None, "user")
        return Profile(
            name=_text(answer.get("name")) or caller.name,
            email=_text(answer.get("email")) or principal or None,
            member=bool(principal) and not guest and answer.get("tenantId") == tenant,
        )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
