"""A stand-in for Bot Framework's login: it publishes keys, signs tokens, and can be told to misbehave."""

import asyncio
import json
import time
from functools import cache

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa

APP_ID = "11111111-2222-4333-8444-555555555555"
TENANT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
SERVICE_URL = "https://smba.trafficmanager.net/emea/"


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """The signing key of a name; making one takes a tenth of a second, so each is made once."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Login:
    """The OpenID metadata, the keys behind it and the token endpoint, with a count of what was asked."""

    def __init__(self) -> None:
        self.published = {"first": ["msteams"]}
        self.asked: list[str] = []
        self.was_asked = asyncio.Event()
        self.forms: list[dict[str, str]] = []
        self.down = False
        self.held = asyncio.Event()
        self.held.set()
        self.token_answer: tuple[int, str] = (200, json.dumps({"access_token": "canary-token", "expires_in": 3600}))
        app = web.Application()
        app.router.add_get("/openid", self._metadata)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/{tenant}/token", self._token)
        self.server = TestServer(app)

    @property
    def metadata_url(self) -> str:
        return str(self.server.make_url("/openid"))

    @property
    def token_url(self) -> str:
        return str(self.server.make_url("/")) + "{tenant}/token"

    async def _metadata(self, request: web.Request) -> web.Response:
        self.asked.append("metadata")
        self.was_asked.set()
        await self.held.wait()
        if self.down:
            return web.Response(status=502, text="<html>Bad gateway</html>", content_type="text/html")
        return web.json_response(
            {"issuer": "https://api.botframework.com", "jwks_uri": str(request.url.with_path("/keys"))}
        )

    async def _keys(self, _: web.Request) -> web.Response:
        self.asked.append("keys")
        return web.json_response({"keys": [self._jwk(name, said) for name, said in self.published.items()]})

    @staticmethod
    def _jwk(name: str, endorsements: list[str]) -> dict[str, object]:
        jwk = jwt.algorithms.RSAAlgorithm.to_jwk(private_key(name).public_key(), as_dict=True)
        return {**jwk, "kid": name, "use": "sig", "endorsements": endorsements}

    async def _token(self, request: web.Request) -> web.Response:
        self.asked.append(f"token of {request.match_info['tenant']}")
        self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        await self.held.wait()
        status, body = self.token_answer
        return web.Response(status=status, text=body, content_type="application/json")


def claims(**changes: object) -> dict[str, object]:
    """What a real token says; a change to None leaves the claim out."""
    now = int(time.time())
    usual = {
        "iss": "https://api.botframework.com",
        "aud": APP_ID,
        "serviceurl": SERVICE_URL,
        "nbf": now - 10,
        "exp": now + 3600,
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def bearer(key: str = "first", kid: str | None = None, **changes: object) -> str:
    """An Authorization header with a token signed by the named key."""
    token = jwt.encode(claims(**changes), private_key(key), algorithm="RS256", headers={"kid": kid or key})
    return f"Bearer {token}"
