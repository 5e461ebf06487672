"""The door: M11, M18 and M19's forgeries, over a real connection with real signatures."""

import io
import json
import logging
import time
import zlib

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier

from adapters.slack.door import MOST_BYTES
from tests.adapters.slack.conftest import JANE, SENIORS, Stage
from tests.adapters.slack.test_translate import happened

FORM = "application/x-www-form-urlencoded"
SECRET_WORDS = "canary-of-a-customer"


async def post(stage: Stage, body: object, headers: dict[str, str]) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{stage.url}/slack/events", data=body, headers=headers) as response,
    ):
        await response.read()
        return response.status


def signed(stage: Stage, body: bytes, at: float | None = None, content_type: str = FORM) -> dict[str, str]:
    """Headers as Slack makes them; a body that is no text is signed as its Latin-1 reading, which nobody can verify."""
    timestamp = str(int(time.time() if at is None else at))
    text = body.decode(errors="replace")
    signature = SignatureVerifier(stage.slack.signing_secret).generate_signature(timestamp=timestamp, body=text)
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature or "", "Content-Type": content_type}


@pytest.mark.parametrize(
    "change",
    [
        {"X-Slack-Signature": None},
        {"X-Slack-Request-Timestamp": None},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": ""},
        {"X-Slack-Request-Timestamp": "abc"},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "9" * 5000},
        {"X-Slack-Request-Timestamp": "²"},
        {"X-Slack-Signature": "v0=ünsigned"},
        {"X-Slack-Request-Timestamp": "1.5"},
    ],
)
async def test_m11_a_request_that_is_not_rightly_signed_is_401(stage: Stage, change, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    body = f"command=/escalate&text={SECRET_WORDS}".encode()
    headers = {name: value for name, value in (signed(stage, body) | change).items() if value is not None}
    assert await post(stage, body, headers) == 401
    assert stage.incoming.refused == 1
    assert SECRET_WORDS not in caplog.text


@pytest.mark.parametrize("seconds", [-301, 301, -86_400])
async def test_m11_an_old_request_is_401(stage: Stage, seconds: int) -> None:
    assert await post(stage, b"command=/escalate", signed(stage, b"command=/escalate", time.time() + seconds)) == 401


async def test_m11_the_body_is_what_was_signed(stage: Stage) -> None:
    assert await post(stage, b"command=/escalate&text=b", signed(stage, b"command=/escalate&text=a")) == 401


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"text=\xff\xfe", FORM),
        (b"[1, 2]", "application/json"),
        (b"[1, 2]", FORM),
        (b"{broken", "application/json"),
        (b"payload=%5B1%5D", FORM),
        (b"payload=%7Bbroken", FORM),
        (b"", FORM),
        (b"7", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"&".join(b"a=1" for _ in range(1000)), FORM),
        (json.dumps({"type": "block_actions", "user": 7, "team": 3}).encode(), "application/json"),
        (json.dumps({"authorizations": "x", "view": 1}).encode(), "application/json"),
    ],
)
async def test_m11_signed_garbage_is_400(stage: Stage, body: bytes, content_type: str) -> None:
    assert await post(stage, body, signed(stage, body, content_type=content_type)) == 400


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions", "actions": [], "team": {"id": "T0BATON01"}, "user": {"id": JANE}},
        {"type": "view_submission", "view": {"callback_id": "baton.escalate"}, "team": {"id": "T0BATON01"}},
        {"type": "view_submission", "view": {"callback_id": "baton.resolve"}, "team": {"id": "T0BATON01"}},
        {"type": "view_submission", "view": {"callback_id": "of another time"}, "team": {"id": "T0BATON01"}},
        {"type": "nothing that we know", "team": {"id": "T0BATON01"}},
        {"type": "shortcut", "callback_id": "x", "team": {"id": "T0BATON01"}},
        {"command": "/escalate", "text": "Outlook", "team_id": "T0BATON01"},
        {"command": "/escalate", "text": "now Outlook", "team_id": "T0BATON01"},
        {"command": "/another", "text": "", "team_id": "T0BATON01"},
    ],
)
async def test_m11_a_signed_payload_with_parts_missing_is_never_5xx(stage: Stage, payload) -> None:
    body = json.dumps(payload).encode()
    assert await post(stage, body, signed(stage, body, content_type="application/json")) < 500


async def test_m18_two_megabytes_are_refused_before_they_are_read(stage: Stage) -> None:
    body = b"x" * 2_000_000
    assert await post(stage, io.BytesIO(body), signed(stage, body)) == 413


async def test_m18_an_undeclared_flood_is_cut_off(stage: Stage) -> None:
    async def flood():
        for _ in range(40):
            yield b"x" * 65_536

    headers = signed(stage, b"x")
    assert await post(stage, flood(), headers) == 413


async def test_m18_a_body_without_a_declared_length_is_read(stage: Stage) -> None:
    async def trickle():
        yield b'{"type":"url_verification",'
        yield b'"challenge":"c"}'

    headers = signed(stage, b'{"type":"url_verification","challenge":"c"}', content_type="application/json")
    assert await post(stage, trickle(), headers) == 200


async def test_m18_a_packed_body_is_not_unpacked(stage: Stage) -> None:
    body = zlib.compress(b"0" * MOST_BYTES * 50)
    assert await post(stage, body, signed(stage, b"") | {"Content-Encoding": "deflate"}) == 415


async def test_m18_without_a_content_type_the_body_speaks_for_itself(stage: Stage) -> None:
    body = b'{"type": "url_verification", "challenge": "c"}'
    assert await post(stage, body, signed(stage, body, content_type="application/octet-stream")) == 200


async def test_url_verification_answers_the_challenge_when_it_is_signed(stage: Stage) -> None:
    body = happened("url_to_be_verified")
    reply = await stage.client.deliver("events_api", body)
    assert reply.body == {"challenge": body["challenge"]}
    assert await post(stage, json.dumps(body).encode(), {"Content-Type": "application/json"}) == 401


async def test_m19_forgeries_are_counted_and_logged_once_a_minute(stage: Stage, caplog) -> None:
    for _ in range(20):
        await post(stage, SECRET_WORDS.encode(), {"X-Slack-Signature": "v0=1", "X-Slack-Request-Timestamp": "1"})
    assert stage.incoming.refused == 20
    assert len([record for record in caplog.records if "not signed" in record.message]) == 1
    assert SECRET_WORDS not in caplog.text


async def test_a_debug_log_shows_nothing_that_customers_typed_and_no_secret(stage: Stage, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    ts = await stage.escalated()
    await stage.client.command(JANE, "/escalate", SECRET_WORDS, SENIORS)
    await stage.client.command(JANE, "/escalate", f"now {SECRET_WORDS}", SENIORS)
    await stage.client.click(JANE, SENIORS, ts, "baton.claimed")
    await stage.incoming.drain()
    for secret in (SECRET_WORDS, stage.slack.bot_token, stage.slack.signing_secret):
        assert secret not in caplog.text
