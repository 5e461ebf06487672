"""What the Teams adapter must be told before it can work; the deployment fills it in."""

from dataclasses import dataclass, field

from adapters.teams.hosts import LOOPBACK, allowed

SERVICE_URL = "https://smba.trafficmanager.net/teams/"
OPENID_METADATA_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
TOKEN_URL = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"  # noqa: S105 - an address, no secret
# The hosts that the Bot Connector answers from, as Microsoft's own agents SDK lists them (OutboundHostValidator).
# "*.x" is every host below x. A loopback host may be added for a stand-in; that one alone may use plain http.
SERVICE_HOSTS = ("smba.trafficmanager.net", "*.botframework.com", "teams.microsoft.com", "teams.microsoft.us")


@dataclass(frozen=True, slots=True)
class Registration:
    """One registration of the bot in Azure, which serves one tenant (new registrations can serve no more)."""

    app_id: str
    app_password: str = field(repr=False)
    tenant_id: str


@dataclass(frozen=True, slots=True)
class TeamsSettings:
    """How this deployment is known to Teams.

    ``registrations`` has one for each tenant, the operator's own first. ``channel`` is the conversation id of the
    channel of the first tenant that shows cards ("19:…@thread.tacv2", "" for none). ``token_url`` may hold "{tenant}".
    ``dev`` lets a local emulator in without a token, from this machine only, and sends no token either.
    """

    registrations: tuple[Registration, ...]
    channel: str
    service_url: str = SERVICE_URL
    openid_metadata_url: str = OPENID_METADATA_URL
    token_url: str = TOKEN_URL
    allowed_service_hosts: tuple[str, ...] = SERVICE_HOSTS
    dev: bool = False

    def of_tenant(self, tenant: str) -> Registration | None:
        """The registration that serves a tenant."""
        return next((one for one in self.registrations if one.tenant_id == tenant), None)

    def of_app(self, app_id: str) -> Registration | None:
        """The registration with this app id."""
        return next((one for one in self.registrations if one.app_id == app_id), None)

    def may_reach(self, address: str) -> bool:
        """Whether anything of ours may be sent to this service URL."""
        return allowed(address, (*self.allowed_service_hosts, *LOOPBACK) if self.dev else self.allowed_service_hosts)
