"""M12 and L23: which tokens are taken, and how the keys behind them are kept."""

import asyncio
import base64
import hmac
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.teams.keys import AFTER_FAILURE_SECONDS, FETCH_SECONDS, RENEW_SECONDS, UNKNOWN_KEY_SECONDS
from adapters.teams.tokens import MOST_REMEMBERED, Bearer, Refused, TokenCheck
from tests.adapters.teams.bot_framework import APP_ID, SERVICE_URL, TENANT, Login, bearer, claims, private_key
from tests.adapters.teams.moving_clock import MovingClock

ACTIVITY = {
    "channelId": "msteams",
    "serviceUrl": SERVICE_URL,
    "recipient": {"id": f"28:{APP_ID}"},
    "conversation": {"id": "a:1"},
    "channelData": {"tenant": {"id": TENANT}},
}
BOTH = frozenset({"msteams", "directline"})


def unsigned(header: dict[str, object], payload: dict[str, object]) -> str:
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, payload))
    return f"Bearer {'.'.join(parts)}."


def symmetric() -> str:
    """HS256 with the public key as its secret, for a checker that lets the token choose."""
    secret = private_key("first").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = unsigned({"alg": "HS256", "kid": "first"}, claims()).removesuffix(".")
    mark = hmac.digest(secret, signed.removeprefix("Bearer ").encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def long_ago() -> dict[str, object]:
    now = int(time.time())
    return {"nbf": now - 7200, "exp": now - 3600}


NOT_TAKEN = {
    "none at all": lambda: None,
    "empty": lambda: "",
    "another scheme": lambda: bearer().replace("Bearer", "Basic"),
    "no token after the scheme": lambda: "Bearer ",
    "garbage": lambda: "Bearer garbage",
    "garbage in three parts": lambda: "Bearer a.b.c",
    "not ASCII": lambda: "Bearer \udcff.é.ü",
    "nested deeply": lambda: f"Bearer {base64.urlsafe_b64encode(b'[' * 50_000).decode()}.e30.e30",
    "expired": lambda: bearer(**long_ago()),
    "not valid yet": lambda: bearer(nbf=int(time.time()) + 3600),
    "wrong audience": lambda: bearer(aud="somebody-else"),
    "an audience besides us": lambda: bearer(aud=[APP_ID, "somebody-else"]),
    "wrong issuer": lambda: bearer(iss="https://sts.windows.net/aaaa/"),
    "no exp": lambda: bearer(exp=None),
    "no audience": lambda: bearer(aud=None),
    "no issuer": lambda: bearer(iss=None),
    "unknown key": lambda: bearer(key="stranger"),
    "a stranger's signature under a known key id": lambda: bearer(key="stranger", kid="first"),
    "alg none": lambda: unsigned({"alg": "none", "kid": "first"}, claims()),
    "HS256 with the public key": symmetric,
    "no key id": lambda: f"Bearer {jwt.encode(claims(), private_key('first'), algorithm='RS256')}",
    "RS512": lambda: (
        f"Bearer {jwt.encode(claims(), private_key('first'), algorithm='RS512', headers={'kid': 'first'})}"
    ),
}


@pytest.mark.parametrize("token", NOT_TAKEN.values(), ids=NOT_TAKEN)
async def test_m12_a_token_that_is_not_from_bot_framework_is_refused(token, tokens: TokenCheck, login: Login):
    refused = await tokens.verify(token())
    assert isinstance(refused, Refused)
    assert refused.status == 401


async def test_a_real_token_is_taken_and_vouches_for_its_activity(tokens: TokenCheck):
    taken = await tokens.verify(bearer())
    assert taken == Bearer(APP_ID, SERVICE_URL, frozenset({"msteams"}))
    assert tokens.admit(taken, ACTIVITY) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"serviceUrl": "https://smba.trafficmanager.net/amer/"},
        {"serviceUrl": "https://evil.example/"},
        {"serviceUrl": None},
        {"serviceUrl": ["https://smba.trafficmanager.net/emea/"]},
        {"channelId": "directline"},
        {"channelId": None},
        {"recipient": {"id": "28:another-bot"}},
        {"recipient": {"id": APP_ID}},
        {"recipient": None},
        {"channelData": {"tenant": {"id": "another-tenant"}}},
        {"channelData": {}},
    ],
)
async def test_m12_a_real_token_vouches_for_nothing_else(changes, tokens: TokenCheck):
    refused = tokens.admit(Bearer(APP_ID, SERVICE_URL, BOTH), {**ACTIVITY, **changes})
    assert refused is not None
    assert refused.status == 403


async def test_m13_a_foreign_service_url_is_refused_even_when_the_token_names_it(tokens: TokenCheck):
    evil = "https://evil.example/"
    taken = await tokens.verify(bearer(serviceurl=evil))
    assert tokens.admit(taken, {**ACTIVITY, "serviceUrl": evil}) is not None


async def test_m12_a_key_that_is_not_endorsed_for_teams_vouches_for_nothing(tokens: TokenCheck, login: Login):
    login.published["first"] = ["directline"]
    taken = await tokens.verify(bearer())
    assert tokens.admit(taken, ACTIVITY) is not None


async def test_a_checked_token_is_believed_again_but_not_for_long(tokens: TokenCheck, login: Login, clock: MovingClock):
    token = bearer()
    first = await tokens.verify(token)
    login.published = {"second": ["msteams"]}
    assert await tokens.verify(token) is first
    clock.move(UNKNOWN_KEY_SECONDS)
    again = await tokens.verify(token)
    assert again is not first
    assert again == first


async def test_a_token_is_not_believed_past_its_end(tokens: TokenCheck, clock: MovingClock):
    token = bearer(exp=int(time.time()) + 20)
    first = await tokens.verify(token)
    clock.move(21)
    assert await tokens.verify(token) is not first


async def test_what_is_remembered_is_bounded(tokens: TokenCheck):
    for number in range(MOST_REMEMBERED + 20):
        assert isinstance(await tokens.verify(bearer(jti=str(number))), Bearer)
    assert len(tokens._remembered) == MOST_REMEMBERED


async def test_a_rotated_key_is_found_and_the_endpoint_is_left_alone(
    tokens: TokenCheck, login: Login, clock: MovingClock
):
    assert isinstance(await tokens.verify(bearer()), Bearer)
    login.published["second"] = ["msteams"]
    for _ in range(5):
        assert isinstance(await tokens.verify(bearer(key="second")), Refused)
    assert login.asked == ["metadata", "keys"]
    clock.move(UNKNOWN_KEY_SECONDS)
    assert isinstance(await tokens.verify(bearer(key="second")), Bearer)
    assert login.asked == ["metadata", "keys"] * 2


async def test_l23_clicks_are_checked_with_the_keys_held_while_the_endpoint_is_dead(
    tokens: TokenCheck, login: Login, clock: MovingClock
):
    assert isinstance(await tokens.verify(bearer()), Bearer)
    login.down = True
    clock.move(RENEW_SECONDS + 1)
    assert isinstance(await tokens.verify(bearer(jti="a day later")), Bearer)
    assert isinstance(await tokens.verify(bearer(key="stranger")), Refused)
    assert isinstance(await tokens.verify(bearer(jti="still")), Bearer)


async def test_after_a_failure_the_keys_are_had_soon(tokens: TokenCheck, login: Login, clock: MovingClock):
    login.down = True
    assert isinstance(await tokens.verify(bearer()), Refused)
    login.down = False
    assert isinstance(await tokens.verify(bearer()), Refused)
    assert login.asked == ["metadata"]
    clock.move(AFTER_FAILURE_SECONDS)
    assert isinstance(await tokens.verify(bearer()), Bearer)


async def test_many_at_once_share_one_look_and_an_asker_who_leaves_ends_nothing(tokens: TokenCheck, login: Login):
    login.held.clear()
    waiting = [asyncio.create_task(tokens.verify(bearer(jti=str(number)))) for number in range(20)]
    await login.was_asked.wait()
    waiting[0].cancel()
    login.held.set()
    answers = await asyncio.gather(*waiting[1:])
    assert all(isinstance(answer, Bearer) for answer in answers)
    assert login.asked == ["metadata", "keys"]


async def test_l23_a_silent_endpoint_is_given_up_on(tokens: TokenCheck, login: Login, monkeypatch: pytest.MonkeyPatch):
    assert FETCH_SECONDS <= 3
    monkeypatch.setattr("adapters.teams.keys.FETCH_SECONDS", 0.2)
    login.held.clear()
    assert isinstance(await tokens.verify(bearer()), Refused)
