"""Is this really Teams? The check of the token that Bot Framework puts on every activity."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import aiohttp
import jwt

from adapters.teams.activity import bot_of, tenant_of
from adapters.teams.keys import KeyRing
from adapters.teams.settings import TeamsSettings

ISSUER = "https://api.botframework.com"
CHANNEL = "msteams"
LEEWAY_SECONDS = 300
# Bot Framework puts the same token on many activities; a checked one is believed again for this long.
REMEMBERED_SECONDS = 300.0
MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a checked token vouches for: which service URL speaks, to which registration, and for which channels."""

    app_id: str
    service_url: str
    endorsements: frozenset[str]


@dataclass(frozen=True, slots=True)
class Refused:
    """The request is not from Teams, or not for us: the HTTP status, and why, without a word of the request's own."""

    status: int
    reason: str


class TokenCheck:
    """Checks tokens by Bot Framework's rules: RS256 only; exp, iss, aud required; an endorsed key; a known host.

    A token for one registration vouches for what comes from that registration's tenant, to its bot, and for no more.

    The rules: learn.microsoft.com, "Authenticate requests with the Bot Connector API". ``clock`` counts seconds.
    """

    def __init__(
        self, settings: TeamsSettings, session: aiohttp.ClientSession, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._keys = KeyRing(settings.openid_metadata_url, session, clock)
        self._remembered: dict[str, tuple[Bearer, float]] = {}

    async def verify(self, authorization: str | None) -> Bearer | Refused:
        """Check an Authorization header, before anything of the body is believed or even read."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return Refused(401, "no bearer token")
        remembered = self._remembered.get(token)
        if remembered is not None and self._clock() < remembered[1]:
            return remembered[0]
        try:
            key_id = _key_id(jwt.get_unverified_header(token))
            key = await self._keys.find(key_id)
            if key is None:
                return Refused(401, "unknown key")
            claims = jwt.decode(
                token,
                key.public,
                algorithms=["RS256"],
                audience=[one.app_id for one in self._settings.registrations],
                issuer=ISSUER,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud"]},
            )
        # Broken bytes inside a token come through PyJWT as plain ValueErrors, deep nesting as a RecursionError.
        except (jwt.PyJWTError, ValueError, RecursionError) as trouble:
            return Refused(401, type(trouble).__name__)
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        # PyJWT has seen that one of ours is meant; a token that is for others as well vouches for nobody.
        if len(audience) != 1:
            return Refused(401, "more than one audience")
        bearer = Bearer(audience[0], str(claims.get("serviceurl", "")), key.endorsements)
        self._remember(token, bearer, float(claims["exp"]) - time.time())
        return bearer

    def admit(self, bearer: Bearer, activity: Mapping[str, object]) -> Refused | None:
        """Whether a checked token may vouch for this activity: None when it may."""
        service_url, channel = activity.get("serviceUrl"), activity.get("channelId")
        if channel != CHANNEL or CHANNEL not in bearer.endorsements:
            return Refused(403, "not endorsed for this channel")
        if not isinstance(service_url, str) or not service_url or service_url != bearer.service_url:
            return Refused(403, "service URL differs from the token's")
        if not self._settings.may_reach(service_url):
            return Refused(403, "service URL not on the allow-list")
        registration = self._settings.of_app(bearer.app_id)
        if registration is None or bot_of(activity) != f"28:{registration.app_id}":
            return Refused(403, "for another bot than the token's")
        if tenant_of(activity) != registration.tenant_id:
            return Refused(403, "from another tenant than the registration's")
        return None

    def _remember(self, token: str, bearer: Bearer, valid_for: float) -> None:
        now = self._clock()
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered = {held: kept for held, kept in self._remembered.items() if now < kept[1]}
        if valid_for > 0 and len(self._remembered) < MOST_REMEMBERED:
            self._remembered[token] = (bearer, now + min(valid_for, REMEMBERED_SECONDS))


def _key_id(header: Mapping[str, object]) -> str:
    key_id = header.get("kid")
    if header.get("alg") != "RS256" or not isinstance(key_id, str):
        raise jwt.InvalidAlgorithmError
    return key_id
