"""One call to the Bot Connector, and what its answer means for what was to be sent."""

import asyncio
import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import aiohttp
from yarl import URL

from adapters.teams.credentials import Credentials
from adapters.teams.services import Services
from adapters.teams.settings import Registration, TeamsSettings
from adapters.teams.wording import NOT_INSTALLED
from core.deliveries import Failed, Scope, TryLater, Unsure
from core.errors import PlatformAway, StorageAway
from core.ports import Keyring

# Less than the worker's patience with a whole sending. A post is waited for as long as can be: given up, it may be
# there nevertheless, and Teams can't be asked.
CALL_SECONDS = 11.0
# As long as no connection stands, nothing can have been sent.
CONNECT_SECONDS = 3.0
# Not done, and to be tried again: 412 is a collision with another call (msteams-docs, "Status codes from bot
# conversational APIs"), 408 says so itself, and 401 ends a token before its time.
_TEMPORARY = frozenset({401, 408, 412})
# The refusal of somebody who blocked the bot hides its code in a text (msteams-docs, send-proactive-messages.md).
_SUB_CODE = re.compile(r'"subCode"\s*:\s*"(\w{1,64})"')

# The conversation itself is gone, or closed to the bot (the same table). A tenant that has disabled the bot keeps its
# rooms: it may enable it again.
CLOSED = frozenset({"BotNotInConversationRoster", "ConversationNotFound", "ConversationBlockedByUser"})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Missing:
    """404, said by the connector itself and not by something in front of it: ``code`` names what is not there."""

    code: str


Failure = TryLater | Failed | Unsure | Missing
Answer = dict[str, object] | Failure


class Connector:
    """The Bot Connector's REST interface (v3), called directly: no blocking client, and no POST is ever sent twice.

    (aiohttp sends a PUT or a GET again, once, when a connection that it had kept turns out to be closed.)
    """

    def __init__(self, settings: TeamsSettings, session: aiohttp.ClientSession, keyring: Keyring) -> None:
        self._settings = settings
        self._session = session
        self._credentials = {one.app_id: Credentials(one, settings, session) for one in settings.registrations}
        self.services = Services(keyring, settings.service_url)

    def registration(self, tenant: str) -> Registration | None:
        """The registration that serves a tenant; in dev mode there is but one, for whatever the emulator says."""
        return self._settings.registrations[0] if self._settings.dev else self._settings.of_tenant(tenant)

    async def vouch(self) -> None:
        """Return if Microsoft's login gives a token to every registration; else ``PlatformAway``."""
        for credentials in self._credentials.values():
            await credentials.headers()

    async def call(
        self,
        method: str,
        tenant: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        seconds: float | None = None,
    ) -> Answer:
        """Call ``path`` (built with ``path_of``) where the tenant is served; never raises.

        ``TryLater``, ``Failed`` and ``Missing`` say that it was not done, ``Unsure`` that it may have been. A wait that
        the connector asks for belongs to the whole conversation. ``seconds`` is for all of it, the token included.
        """
        ends = time.monotonic() + (CALL_SECONDS if seconds is None else seconds)
        registration = self.registration(tenant)
        if registration is None:
            return Failed(NOT_INSTALLED)
        credentials = self._credentials[registration.app_id]
        try:
            service_url = await self.services.of(tenant)
        except StorageAway:
            return TryLater("where the tenant is served is not known now")
        # Looked at here, at the moment of sending: wherever the address came from, our token goes to no other host.
        if not self._settings.may_reach(service_url):
            return Failed("the service URL is not on the allow-list")
        url = URL(f"{service_url.rstrip('/')}/{path}", encoded=True)
        try:
            headers = await credentials.headers()
        except PlatformAway as away:
            return TryLater(str(away))
        patience = aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS)
        try:
            async with (
                asyncio.timeout(ends - time.monotonic()),
                self._session.request(
                    method, url, json=body, headers=headers, allow_redirects=False, timeout=patience
                ) as response,
            ):
                if response.status == 401:
                    credentials.forget()
                return _meaning(response, await _json(response))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as trouble:
            return TryLater(f"the connector can't be reached: {type(trouble).__name__}")
        except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
            return Unsure(f"the connector did not answer: {type(trouble).__name__}")


def path_of(*parts: str) -> str:
    """A path below the service URL, each part percent-encoded ("19:a;messageid=1" holds both ":" and ";")."""
    return "/".join(("v3", *(quote(part, safe="") for part in parts)))


def _meaning(response: aiohttp.ClientResponse, content: dict[str, object] | None) -> Answer:
    status, code = response.status, _code(content or {})
    reason = f"{status} {code}".strip()
    if status < 300:
        return Unsure(f"{status} without JSON") if content is None else content
    if status == 429:
        return TryLater(reason, _seconds(response.headers.get("Retry-After")), Scope.LANE)
    if status == 404 and code:
        return Missing(code)
    # Something between us and the connector says these too, when the connector may have taken the call already.
    if status >= 500:
        return Unsure(reason)
    # A redirect or a bare 404 comes from there as well, and stands for a call that went nowhere.
    if status in _TEMPORARY or status < 400 or status == 404:
        return TryLater(reason)
    _log.info("Teams refused a call: %s", reason)
    return Failed(reason, lost=code in CLOSED)


async def _json(response: aiohttp.ClientResponse) -> dict[str, object] | None:
    try:
        content = await response.json(content_type=None)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _code(content: Mapping[str, object]) -> str:
    """What the connector calls its refusal; "" if it does not say."""
    error, message = content.get("error"), content.get("message")
    if isinstance(error, dict):
        return str(error.get("code", ""))
    found = _SUB_CODE.search(message) if isinstance(message, str) else None
    return found[1] if found else ""


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None
