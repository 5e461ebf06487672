"""The two logins: tokens that Baton can check, and tokens that Baton must get right."""

from datetime import UTC, datetime

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.playground.teams_stand_in import TeamsStandIn

from .conftest import ROOM, Caller, StoppedClock, form, text


async def published(standin, session):
    async with session.get(standin.openid_metadata_url) as response:
        metadata = await response.json()
    assert metadata["issuer"] == "https://api.botframework.com"
    async with session.get(metadata["jwks_uri"]) as response:
        return await response.json()


def claims_of(token, keys, app_id):
    kid = jwt.get_unverified_header(token)["kid"]
    key = jwt.PyJWKSet.from_dict(keys)[kid]
    return jwt.decode(token, key, ["RS256"], audience=app_id, issuer="https://api.botframework.com")


async def test_a_token_verifies_against_the_published_keys(standin, session, people):
    keys = await published(standin, session)
    assert keys["keys"][0]["endorsements"] == ["msteams"]
    assert "d" not in keys["keys"][0]
    claims = claims_of(people.mint(), keys, standin.app_id)
    assert claims["serviceurl"] == standin.service_url
    assert claims["nbf"] < claims["exp"]


async def test_one_token_is_used_again_until_shortly_before_its_end():
    clock = StoppedClock()
    standin = TeamsStandIn(token_clock=clock)
    first = standin.login.bearer("http://a/")
    clock.forward(minutes=54)
    assert standin.login.bearer("http://a/") == first
    clock.forward(minutes=2)
    assert standin.login.bearer("http://a/") != first


async def test_after_a_rotation_the_old_key_is_gone(standin, session, people):
    old = people.mint()
    standin.rotate_keys()
    keys = await published(standin, session)
    with pytest.raises(KeyError):
        claims_of(old, keys, standin.app_id)
    assert claims_of(people.mint(), keys, standin.app_id)


async def test_a_rotation_may_keep_the_old_key(standin, session, people):
    old = people.mint()
    standin.rotate_keys(keep_old=True)
    assert claims_of(old, await published(standin, session), standin.app_id)


async def test_forgeries(standin, session, people):
    keys = await published(standin, session)
    strangers = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = {
        jwt.InvalidSignatureError: people.mint(key=strangers),
        jwt.InvalidAudienceError: people.mint({"aud": "somebody else"}),
        jwt.InvalidIssuerError: people.mint({"iss": "https://evil.example"}),
        jwt.ExpiredSignatureError: people.mint({"exp": 1}),
        jwt.InvalidAlgorithmError: people.mint(alg="none"),
        KeyError: people.mint(kid="unknown"),
    }
    for error, token in forged.items():
        with pytest.raises(error):
            claims_of(token, keys, standin.app_id)
    assert "exp" not in claims_of(people.mint({"exp": None}), keys, standin.app_id)


@pytest.mark.parametrize(
    ("changes", "status", "error", "number"),
    [
        ({"client_id": "other"}, 400, "unauthorized_client", 700016),
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"scope": "https://graph.microsoft.com/.default"}, 400, "invalid_scope", 1002012),
        ({"scope": None}, 400, "invalid_request", 900144),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
    ],
)
async def test_the_login_refuses(standin, session, changes, status, error, number):
    async with session.post(standin.token_url, data=form(standin, **changes)) as response:
        body = await response.json()
    assert (response.status, body["error"], body["error_codes"]) == (status, error, [number])
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert "client_secret" not in standin.calls[-1].body


async def test_the_login_refuses_json_and_another_tenant(standin, session):
    async with session.post(standin.token_url, json=form(standin)) as response:
        assert (await response.json())["error"] == "invalid_request"
    async with session.post(f"{standin.root}/other/oauth2/v2.0/token", data=form(standin)) as response:
        assert (await response.json())["error_codes"] == [90002]


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer made-up"}, {"Authorization": "Basic abc"}])
async def test_the_connector_lets_nobody_in_without_a_token(standin, session, header):
    url = f"{standin.service_url}v3/conversations"
    async with session.post(url, json={}, headers=header) as response:
        assert response.status == 401
        assert (await response.json())["error"]["code"] == "Unauthorized"


async def test_tokens_end_with_their_hour_or_when_told():
    clock = StoppedClock()
    standin = TeamsStandIn(token_clock=clock)
    await standin.start()
    async with aiohttp.ClientSession() as session:
        call = Caller(standin, session)
        assert await call.refused("POST", ROOM, "activities", body=text()) == (404, "ConversationNotFound")
        clock.forward(minutes=61)
        assert await call.refused("POST", ROOM, "activities", body=text()) == (401, "Unauthorized")
        call.token = None
        assert (await call.refused("POST", ROOM, "activities", body=text()))[0] == 404
        standin.end_tokens()
        assert (await call.refused("POST", ROOM, "activities", body=text()))[0] == 401
    await standin.stop()


async def test_tokens_are_dated_by_the_machines_clock_even_if_the_tenants_stands_still(standin, people):
    claims = jwt.decode(people.mint(), options={"verify_signature": False})
    assert abs(claims["exp"] - 3600 - datetime.now(UTC).timestamp()) < 60
