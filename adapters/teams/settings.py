"""What the Teams adapter must be told before it can work; the deployment fills it in."""

from dataclasses import dataclass

from adapters.teams.hosts import LOOPBACK, allowed

SERVICE_URL = "https://smba.trafficmanager.net/teams/"
OPENID_METADATA_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
TOKEN_URL = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"  # noqa: S105 - an address, no secret
# The hosts that the Bot Connector answers from, as Microsoft's own agents SDK lists them (OutboundHostValidator).
# "*.x" is every host below x. A loopback host may be added for a stand-in; that one alone may use plain http.
SERVICE_HOSTS = ("smba.trafficmanager.net", "*.botframework.com", "teams.microsoft.com", "teams.microsoft.us")


@dataclass(frozen=True, slots=True)
class TeamsSettings:
    """How this deployment is known to Teams.

    ``channel`` is the conversation id of the channel that shows cards ("19:…@thread.tacv2"). ``token_url`` may hold
    "{tenant}". ``dev`` lets a local emulator in without a token, from this machine only, and sends no token either.
    """

    app_id: str
    app_password: str
    tenant_id: str
    channel: str
    service_url: str = SERVICE_URL
    openid_metadata_url: str = OPENID_METADATA_URL
    token_url: str = TOKEN_URL
    allowed_service_hosts: tuple[str, ...] = SERVICE_HOSTS
    dev: bool = False

    def may_reach(self, address: str) -> bool:
        """Whether anything of ours may be sent to this service URL."""
        return allowed(address, (*self.allowed_service_hosts, *LOOPBACK) if self.dev else self.allowed_service_hosts)

    def __repr__(self) -> str:
        """Without the password, so that no log line can hold it."""
        return f"TeamsSettings(app_id={self.app_id!r}, tenant_id={self.tenant_id!r}, channel={self.channel!r})"
