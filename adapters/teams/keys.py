"""The public keys that Bot Framework signs its tokens with: fetched without blocking, kept, renewed."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import aiohttp
import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from adapters.teams.single_flight import SingleFlight

FETCH_SECONDS = 3.0
RENEW_SECONDS = 24 * 3600.0
UNKNOWN_KEY_SECONDS = 5 * 60.0
AFTER_FAILURE_SECONDS = 10.0
LEAST_KEY_BITS = 2048

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Key:
    """A public key, and the channels that it may speak for."""

    public: RSAPublicKey
    endorsements: frozenset[str]


class KeyRing:
    """The keys named by an OpenID metadata document.

    An unknown key id renews them at most every 5 min; they are renewed daily as well, in the background. While the
    endpoint is dead, those held go on being used. ``clock`` counts seconds.
    """

    def __init__(
        self, metadata_url: str, session: aiohttp.ClientSession, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._metadata_url = metadata_url
        self._session = session
        self._clock = clock
        self._keys: Mapping[str, Key] = {}
        self._fetched: float | None = None
        self._tried: float | None = None
        self._fetch = SingleFlight(self._renew)

    async def find(self, key_id: str) -> Key | None:
        """The key of this id, or None when there is none to be had now."""
        key = self._keys.get(key_id)
        if key is None:
            if self._may_fetch(UNKNOWN_KEY_SECONDS):
                await self._fetch()
            return self._keys.get(key_id)
        if self._may_fetch(RENEW_SECONDS):
            self._fetch.start()
        return key

    def _may_fetch(self, after: float) -> bool:
        now = self._clock()
        if self._tried is not None and now - self._tried < AFTER_FAILURE_SECONDS and self._tried != self._fetched:
            return False
        return self._fetched is None or now - self._fetched >= after

    async def _renew(self) -> None:
        began = self._clock()
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                metadata = await self._get(self._metadata_url)
                keys = _read(await self._get(str(metadata["jwks_uri"])))
        except (aiohttp.ClientError, TimeoutError, ValueError, LookupError, TypeError, RecursionError) as trouble:
            self._tried = began
            _log.info("The keys of Bot Framework could not be fetched: %s", type(trouble).__name__)
            return
        self._keys, self._fetched, self._tried = keys, began, began

    async def _get(self, url: str) -> Mapping[str, object]:
        async with self._session.get(url) as response:
            response.raise_for_status()
            body = await response.json(content_type=None)
        if not isinstance(body, dict):
            raise TypeError
        return body


def _read(body: Mapping[str, object]) -> Mapping[str, Key]:
    listed = body["keys"]
    if not isinstance(listed, list):
        raise TypeError
    keys = {str(entry["kid"]): key for entry in listed if isinstance(entry, dict) and (key := _key(entry))}
    if not keys:
        raise ValueError
    return keys


def _key(entry: Mapping[str, object]) -> Key | None:
    endorsements = entry.get("endorsements")
    if entry.get("kty") != "RSA" or "kid" not in entry or not isinstance(endorsements, list):
        return None
    try:
        public = jwt.PyJWK.from_dict(dict(entry), algorithm="RS256").key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    if not isinstance(public, RSAPublicKey) or public.key_size < LEAST_KEY_BITS:
        return None
    return Key(public, frozenset(name for name in endorsements if isinstance(name, str)))
