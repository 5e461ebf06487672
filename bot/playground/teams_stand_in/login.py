"""Microsoft's two logins: the tokens that Teams shows to Baton, and those that Baton shows to the connector."""

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from bot.playground.teams_stand_in.records import Json, LoginRefused, Refused

ISSUER = "https://api.botframework.com"
SCOPE = "https://api.botframework.com/.default"
LIFE = timedelta(hours=1)
EARLY = timedelta(minutes=5)


class SigningKey:
    """A private key of Bot Framework's, and the public entry that it is published with."""

    def __init__(self) -> None:
        self.id = secrets.token_urlsafe(20)
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public: Json = json.loads(RSAAlgorithm.to_jwk(self.private.public_key()))
        public.pop("key_ops", None)
        self.public: Json = {**public, "use": "sig", "kid": self.id, "x5t": self.id, "endorsements": ["msteams"]}


class SigningKeys:
    """The keys that are published now, the one that signs first; all registrations of all tenants share them."""

    def __init__(self) -> None:
        self.listed = [SigningKey()]


class BotFrameworkLogin:
    """Signs what Teams sends to one registration, as learn.microsoft.com tells it ("Authenticate requests with the Bot
    Connector API").
    """

    def __init__(self, app_id: str, now: Callable[[], datetime], shared: SigningKeys | None = None) -> None:
        self._app_id, self._now = app_id, now
        self.shared = shared or SigningKeys()
        self._kept: dict[tuple[str, str], tuple[str, datetime]] = {}

    @property
    def keys(self) -> list[SigningKey]:
        """The keys that are published now."""
        return self.shared.listed

    def rotate(self, keep_old: bool = False) -> None:
        """Sign with a new key from now on; the old one is published no more, unless it is kept."""
        self.shared.listed = [SigningKey(), *(self.keys if keep_old else ())]

    def metadata(self, root: str) -> Json:
        """The OpenID metadata document."""
        return {
            "issuer": ISSUER,
            "authorization_endpoint": "https://invalid.botframework.com",
            "jwks_uri": f"{root}/v1/.well-known/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        }

    def key_set(self) -> Json:
        """The public keys, as a JSON Web Key Set."""
        return {"keys": [key.public for key in self.keys]}

    def bearer(self, service_url: str) -> str:
        """The token that the connector puts on its requests now: one is used again until shortly before its end."""
        held = (service_url, self.keys[0].id)
        kept = self._kept.get(held)
        if kept is None or self._now() >= kept[1] - EARLY:
            kept = (self.mint(service_url), self._now() + LIFE)
            self._kept[held] = kept
        return kept[0]

    def mint(
        self,
        service_url: str,
        claims: Mapping[str, Any] | None = None,
        *,
        alg: str = "RS256",
        kid: str | None = None,
        key: Any = None,
    ) -> str:
        """A new token. ``claims`` replace or add claims, None takes one away; the rest makes a forgery of it."""
        now = int(self._now().timestamp())
        whole: Json = {
            "serviceurl": service_url,
            "nbf": now - 300,
            "exp": now + int(LIFE.total_seconds()),
            "iss": ISSUER,
            "aud": self._app_id,
            **(claims or {}),
        }
        payload = {name: value for name, value in whole.items() if value is not None}
        signing = key if key is not None or alg == "none" else self.keys[0].private
        chosen = self.keys[0].id if kid is None else kid
        return jwt.encode(payload, signing, alg, {"kid": chosen, "x5t": chosen})


class EntraLogin:
    """The client-credentials flow of the tenants' login, and the check of the tokens that it gave."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._registered: dict[str, tuple[str, str]] = {}
        self._given: dict[str, tuple[str, datetime]] = {}

    def register(self, app_id: str, app_password: str, tenant_id: str) -> None:
        """Know the one app of a tenant."""
        self._registered[tenant_id.lower()] = (app_id, app_password)

    def give(self, tenant: str, content_type: str, form: Mapping[str, str]) -> Json:
        """A bearer token for a right form; refuses with the login's own errors."""
        if content_type != "application/x-www-form-urlencoded":
            raise LoginRefused(400, "invalid_request", 900144, "The request body must be form-encoded.")
        for name in ("grant_type", "client_id", "client_secret", "scope"):
            if not form.get(name):
                message = f"The request body must contain the following parameter: '{name}'."
                raise LoginRefused(400, "invalid_request", 900144, message)
        if tenant.lower() not in self._registered:
            raise LoginRefused(400, "invalid_request", 90002, f"Tenant '{tenant}' not found.")
        if form["grant_type"] != "client_credentials":
            raise LoginRefused(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
        app_id, password = self._registered[tenant.lower()]
        if form["client_id"].lower() != app_id.lower():
            raise LoginRefused(400, "unauthorized_client", 700016, "The application was not found in the directory.")
        if form["client_secret"] != password:
            raise LoginRefused(401, "invalid_client", 7000215, "Invalid client secret provided.")
        if form["scope"] != SCOPE:
            raise LoginRefused(400, "invalid_scope", 1002012, "The provided value for scope is not valid.")
        token = secrets.token_urlsafe(48)
        self._given[token] = (app_id, self._now() + LIFE)
        seconds = int(LIFE.total_seconds()) - 1
        return {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token}

    def check(self, authorization: str | None, app_id: str) -> None:
        """Let a caller with a living token of this app pass."""
        scheme, _, token = (authorization or "").partition(" ")
        owner, ends = self._given.get(token, ("", self._now()))
        if scheme.lower() != "bearer" or ends <= self._now() or owner != app_id:
            raise Refused(401, "Unauthorized", "Authorization has been denied for this request.")

    def end_all(self) -> None:
        """End every token given so far."""
        self._given.clear()
