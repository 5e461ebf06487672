"""M11, M12, M18, M19 for Teams: whatever a stranger posts, it is refused quickly, never with 5xx, never in the log."""

import copy
import gzip
import io
import json
import logging
import random

import pytest
from aiohttp.test_utils import TestClient

from adapters.teams.incoming import TeamsIncoming
from tests.adapters.real_desk import WatchedDesk
from tests.adapters.teams.bot_framework import bearer
from tests.adapters.teams.connector_server import ConnectorServer
from tests.adapters.teams.contexts import HANDOFF
from tests.adapters.teams.payloads import names, payload
from tests.adapters.teams.scene import serve

JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def client(incoming: TeamsIncoming) -> TestClient:
    client = await serve(incoming)
    yield client
    await incoming.drain()
    await client.close()


async def status(client: TestClient, body: bytes, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with client.post("/api/messages", data=io.BytesIO(body), headers={**JSON, **named}) as response:
        return response.status


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", 400),
        (b"nonsense", 400),
        (b"[]", 400),
        (b'["a", "list"]', 400),
        (b'"text"', 400),
        (b"null", 400),
        (b'{"type": "invoke"', 400),
        (b'{"type": "\xff\xfe"}', 400),
        (b"[" * 500_000, 400),
        (b'{"a":' * 100_000, 400),
        (b'{"n": ' + b"9" * 10_000 + b"}", 400),
        (b'{"type": "message", "text": "' + b"x" * 2_000_000 + b'"}', 413),
    ],
    ids=lambda value: str(value[:20]) if isinstance(value, bytes) else None,
)
async def test_m11_m18_a_body_that_cannot_be_taken(body: bytes, expected: int, client: TestClient):
    assert await status(client, body, Authorization=bearer()) == expected


async def test_m18_a_packed_body_is_not_unpacked(client: TestClient):
    bomb = gzip.compress(b" " * 50_000_000)
    assert await status(client, bomb, Authorization=bearer(), Content_Encoding="gzip") == 400


async def test_m18_no_content_type(client: TestClient):
    headers = {"Authorization": bearer()}
    async with client.post(
        "/api/messages", data=b"{}", headers=headers, skip_auto_headers=["Content-Type"]
    ) as response:
        assert response.status == 400


@pytest.mark.parametrize("body", [b"{}", b"nonsense", b"x" * 2_000_000])
async def test_m12_without_a_token_nothing_of_the_body_is_looked_at(body: bytes, client: TestClient):
    assert await status(client, body) == 401


async def test_m12_a_good_token_on_an_activity_of_another_service_is_refused(client: TestClient, desk: WatchedDesk):
    for activity in (
        payload("dana-presses-pick-up", serviceUrl="https://evil.example/"),
        payload("dana-presses-pick-up", serviceUrl=None),
        payload("dana-presses-pick-up", channelId="webchat"),
    ):
        assert await status(client, json.dumps(activity).encode(), Authorization=bearer()) == 403
    assert desk.clicks == []


def twisted(value: object, chance: random.Random) -> object:
    """The same JSON with a few places turned into something else."""
    if chance.random() < 0.08:
        nasty = [None, True, -1, 1e300, "", "x" * 5000, "\ud800\x00", [], {}, [[]], {"id": {}}, "<at>", float("nan")]
        return copy.deepcopy(chance.choice(nasty))
    if isinstance(value, dict):
        return {name: twisted(inner, chance) for name, inner in value.items()}
    return [twisted(inner, chance) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", names())
async def test_no_shape_of_activity_is_answered_with_5xx(
    name: str, client: TestClient, desk: WatchedDesk, connector: ConnectorServer
):
    chance = random.Random(name)
    signed = bearer(serviceurl=connector.url)
    for _ in range(150):
        activity = twisted(payload(name), chance)
        if isinstance(activity, dict):
            activity.update(serviceUrl=connector.url, channelId="msteams")
        # 403: the twist was where an activity says for which bot it is, or from which tenant.
        assert await status(client, json.dumps(activity).encode(), Authorization=signed) in (200, 400, 403)
    for click in desk.clicks:
        assert "\x00" not in "".join((click.handoff, click.request, click.by.name, click.by.identity.user))


async def test_m19_forgeries_are_counted_not_logged_one_by_one(client: TestClient, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG, "adapters")
    for _ in range(50):
        await status(client, b'{"text": "canary-body"}', Authorization="Bearer canary-token")
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("adapters")]
    assert len(lines) == 1
    assert "canary" not in caplog.text


async def test_dev_mode_takes_activities_without_a_token_from_this_machine_only(
    dev_incoming: TeamsIncoming, desk: WatchedDesk
):
    client = await serve(dev_incoming)
    body = json.dumps(payload("dana-presses-pick-up", channelId="emulator")).encode()
    assert await status(client, body, X_Forwarded_For="203.0.113.7") == 403
    assert await status(client, body, Forwarded="for=203.0.113.7") == 403
    assert desk.clicks == []
    assert await status(client, body) == 200
    assert desk.clicks[0].handoff == HANDOFF
    await client.close()
