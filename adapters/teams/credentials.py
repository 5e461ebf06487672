"""The token that Baton shows to the Bot Connector: asked for once, kept, and renewed before it ends."""

import logging
import time
from collections.abc import Callable

import aiohttp

from adapters.teams import wording
from adapters.teams.settings import Registration, TeamsSettings
from adapters.teams.single_flight import SingleFlight
from core.errors import PlatformAway

SCOPE = "https://api.botframework.com/.default"
FETCH_SECONDS = 4.0
EARLY_SECONDS = 300.0
# OAuth 2.0's own words for a server in trouble (RFC 6749, section 4.1.2.1); every other error is about what we sent.
_IN_TROUBLE = frozenset({"server_error", "temporarily_unavailable"})

_log = logging.getLogger(__name__)


class Credentials:
    """One registration's client credentials against ``settings.token_url`` (OAuth 2.0, RFC 6749 section 4.4).

    Everybody who needs a token while one is being fetched shares that fetch. That our password is wrong is said once
    in the log; it is asked for again nevertheless, since an operator may mend it on Microsoft's side. ``clock`` counts
    seconds.
    """

    def __init__(
        self,
        registration: Registration,
        settings: TeamsSettings,
        session: aiohttp.ClientSession,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._registration = registration
        self._settings = settings
        self._session = session
        self._clock = clock
        self._token = ""
        self._until = float("-inf")
        self._refused = ""
        self._fetch = SingleFlight(self._ask)

    async def headers(self) -> dict[str, str]:
        """The Authorization header; none at all in dev mode. Raises ``PlatformAway`` when no token can be had."""
        if self._settings.dev:
            return {}
        if self._clock() >= self._until:
            await self._fetch()
        return {"Authorization": f"Bearer {self._token}"}

    def forget(self) -> None:
        """Drop the token: the connector would not take it."""
        self._until = float("-inf")

    async def _ask(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._registration.app_id,
            "client_secret": self._registration.app_password,
            "scope": SCOPE,
        }
        url = self._settings.token_url.replace("{tenant}", self._registration.tenant_id)
        try:
            async with self._session.post(
                url, data=form, timeout=aiohttp.ClientTimeout(total=FETCH_SECONDS), allow_redirects=False
            ) as response:
                body = await response.json(content_type=None)
                if response.status != 200:
                    # The error's name ("invalid_client") helps whoever set the bot up; its description may quote ids.
                    raise self._refusal(response.status, str(body["error"]))
                token, seconds = str(body["access_token"]), float(body["expires_in"])
        except (aiohttp.ClientError, TimeoutError, ValueError, LookupError, TypeError) as trouble:
            raise PlatformAway(f"the login did not answer: {type(trouble).__name__}") from trouble
        self._refused = ""
        self._token = token
        self._until = self._clock() + max(0.0, seconds - min(EARLY_SECONDS, seconds / 2))

    def _refusal(self, status: int, error: str) -> PlatformAway:
        reason = f"the login answered {status} {error}"
        if status not in (400, 401) or error in _IN_TROUBLE:
            return PlatformAway(reason)
        advice = wording.BAD_LOGIN if error == "invalid_client" else wording.UNKNOWN_APP
        if error != self._refused:
            self._refused = error
            _log.error("Microsoft does not let Baton into %s: %s. %s", self._registration.tenant_id, reason, advice)
        return PlatformAway(f"{reason}. {advice}")
