"""L23 and A7: the token for the connector is asked for once, renewed early, and nowhere to be seen."""

import asyncio
import json

import pytest

from adapters.teams import wording
from adapters.teams.credentials import EARLY_SECONDS, FETCH_SECONDS, Credentials
from adapters.teams.settings import TeamsSettings
from core.errors import PlatformAway
from tests.adapters.teams.bot_framework import APP_ID, TENANT, Login
from tests.adapters.teams.moving_clock import MovingClock

SHOWN = {"Authorization": "Bearer canary-token"}


async def test_many_at_once_share_one_login(credentials: Credentials, login: Login):
    answers = await asyncio.gather(*(credentials.headers() for _ in range(20)))
    assert answers == [SHOWN] * 20
    assert login.asked == [f"token of {TENANT}"]
    assert login.forms == [
        {
            "grant_type": "client_credentials",
            "client_id": APP_ID,
            "client_secret": "canary-password",
            "scope": "https://api.botframework.com/.default",
        }
    ]


async def test_the_token_is_renewed_before_it_ends(credentials: Credentials, login: Login, clock: MovingClock):
    await credentials.headers()
    clock.move(3600 - EARLY_SECONDS - 1)
    await credentials.headers()
    assert len(login.asked) == 1
    clock.move(1)
    await credentials.headers()
    assert len(login.asked) == 2


async def test_a_refused_token_is_asked_for_anew(credentials: Credentials, login: Login):
    await credentials.headers()
    credentials.forget()
    await credentials.headers()
    assert len(login.asked) == 2


@pytest.mark.parametrize(
    "answer",
    [
        (401, '{"error": "invalid_client", "error_description": "canary"}'),
        (500, "<html>canary</html>"),
        (200, ""),
        (200, "[]"),
        (200, '{"expires_in": 3600}'),
        (200, '{"access_token": "t", "expires_in": "soon"}'),
        (400, '{"no": "error"}'),
    ],
)
async def test_a_login_that_makes_no_sense_is_the_platform_being_away(
    answer: tuple[int, str], credentials: Credentials, login: Login
):
    login.token_answer = answer
    with pytest.raises(PlatformAway) as raised:
        await credentials.headers()
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize(
    ("status", "error", "advice"),
    [
        (401, "invalid_client", wording.BAD_LOGIN),
        (400, "unauthorized_client", wording.UNKNOWN_APP),
        (400, "invalid_request", wording.UNKNOWN_APP),
    ],
)
async def test_a_wrong_password_is_said_once_in_the_log_and_every_time_to_who_asks(
    status: int, error: str, advice: str, credentials: Credentials, login: Login, caplog: pytest.LogCaptureFixture
):
    right, login.token_answer = (
        login.token_answer,
        (status, json.dumps({"error": error, "error_description": "canary"})),
    )
    for _ in range(3):
        with pytest.raises(PlatformAway, match=rf"^the login answered {status} {error}\. {advice}$"):
            await credentials.headers()
    login.token_answer = (503, "")
    with pytest.raises(PlatformAway):
        await credentials.headers()
    assert [(line.levelname, line.getMessage()) for line in caplog.records] == [
        ("ERROR", f"Microsoft does not let Baton into {TENANT}: the login answered {status} {error}. {advice}")
    ]
    login.token_answer = right
    assert await credentials.headers() == SHOWN


async def test_a_login_in_trouble_is_not_a_wrong_password(
    credentials: Credentials, login: Login, caplog: pytest.LogCaptureFixture
):
    login.token_answer = (400, '{"error": "temporarily_unavailable"}')
    with pytest.raises(PlatformAway):
        await credentials.headers()
    assert caplog.records == []


async def test_l23_a_silent_login_is_given_up_on(
    credentials: Credentials, login: Login, monkeypatch: pytest.MonkeyPatch
):
    assert FETCH_SECONDS <= 5
    monkeypatch.setattr("adapters.teams.credentials.FETCH_SECONDS", 0.2)
    login.held.clear()
    with pytest.raises(PlatformAway):
        await credentials.headers()


def test_a7_the_password_is_not_in_what_a_log_line_would_show(settings: TeamsSettings):
    assert "canary" not in repr(settings)
    assert "canary" not in str(settings)
