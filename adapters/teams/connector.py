"""One call to the Bot Connector, and what its answer means for what was to be sent."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import aiohttp
from yarl import URL

from adapters.teams.credentials import Credentials
from adapters.teams.settings import TeamsSettings
from core.deliveries import Failed, Scope, TryLater
from core.errors import PlatformAway

CALL_SECONDS = 10.0
MOST_TENANTS = 1000
# Besides every 5xx: Microsoft asks to try these again (msteams-docs, rate-limit.md); 408 says so itself.
_TEMPORARY = frozenset({408, 412})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Missing:
    """404, said by the connector itself and not by something in front of it: ``code`` names what is not there."""

    code: str


Answer = Mapping[str, object] | TryLater | Failed | Missing


class Connector:
    """The Bot Connector's REST interface (v3), called directly: no blocking client, no hidden retries."""

    def __init__(self, settings: TeamsSettings, session: aiohttp.ClientSession, credentials: Credentials) -> None:
        self._settings = settings
        self._session = session
        self._credentials = credentials
        self._service_urls: dict[str, str] = {}

    def learn(self, tenant: str, service_url: str) -> None:
        """Remember where a tenant is served; only for what came in a checked activity."""
        if tenant in self._service_urls or len(self._service_urls) < MOST_TENANTS:
            self._service_urls[tenant] = service_url

    async def call(self, method: str, tenant: str, path: str, body: Mapping[str, object] | None = None) -> Answer:
        """Call ``path`` (built with ``path_of``) where the tenant is served; never raises.

        A wait that the connector asks for belongs to the whole conversation.
        """
        service_url = self._service_urls.get(tenant, self._settings.service_url)
        # Looked at here, at the moment of sending: wherever the address came from, our token goes to no other host.
        if not self._settings.may_reach(service_url):
            return Failed("the service URL is not on the allow-list")
        url = URL(f"{service_url.rstrip('/')}/{path}", encoded=True)
        try:
            async with (
                asyncio.timeout(CALL_SECONDS),
                self._session.request(
                    method, url, json=body, headers=await self._credentials.headers(), allow_redirects=False
                ) as response,
            ):
                content = await _json(response)
                return self._meaning(response, content)
        except PlatformAway as away:
            return TryLater(str(away))
        except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
            return TryLater(f"the connector did not answer: {type(trouble).__name__}")

    def _meaning(self, response: aiohttp.ClientResponse, content: Mapping[str, object] | None) -> Answer:
        status = response.status
        error = (content or {}).get("error")
        code = str(error.get("code", "")) if isinstance(error, dict) else ""
        reason = f"{status} {code}".strip()
        if status < 300:
            return TryLater(f"{status} without JSON") if content is None else content
        if status == 429:
            return TryLater(reason, _seconds(response.headers.get("Retry-After")), Scope.LANE)
        if status == 401:
            self._credentials.forget()
            return TryLater(reason)
        if status == 404 and code:
            return Missing(code)
        # A redirect or a bare 404 comes from something between us and the connector.
        if status >= 500 or status in _TEMPORARY or status < 400 or status == 404:
            return TryLater(reason)
        _log.info("Teams refused a call: %s", reason)
        return Failed(reason)


def path_of(*parts: str) -> str:
    """A path below the service URL, each part percent-encoded ("19:a;messageid=1" holds both ":" and ";")."""
    return "/".join(("v3", *(quote(part, safe="") for part in parts)))


async def _json(response: aiohttp.ClientResponse) -> Mapping[str, object] | None:
    try:
        content = await response.json(content_type=None)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None
