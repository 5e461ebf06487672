"""What strangers send to the two addresses, none of it done, none of it 5xx: M11, M12, M13, M18, M19's flood."""

import asyncio
import gzip
import io
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.playground.slack_stand_in.delivery import sign
from tests.journeys.cast import JANE, SAM, TOM
from tests.journeys.house import House, house
from tests.journeys.letters import picked_up, up
from tests.journeys.players import InSlack, InTeams
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, alone, slack_chat

CANARY = "canary-7f3a"
WAITING = "Escalation from Jane Novak: Mail is down. Normal priority, waiting to be picked up."
UP = up("Mail is down")
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a stranger makes it; ``content_type`` "" sends none at all."""

    body: bytes
    headers: Mapping[str, str]


async def statuses(url: str, requests: Mapping[str, Request]) -> dict[str, int]:
    """What each is answered with."""
    found = {}
    async with aiohttp.ClientSession(skip_auto_headers=["Content-Type"]) as session:
        for name, request in requests.items():
            async with session.post(url, data=io.BytesIO(request.body), headers=request.headers) as response:
                found[name] = response.status
                assert CANARY not in await response.text()
    return found


def slack_requests(here: House) -> dict[str, Request]:
    """Everything that is wrong with a request to Slack's address."""
    now, secret = int(time.time()), here.slack.signing_secret
    body = f"command=%2Fescalate&text=now+{CANARY}&team_id=T0BATON01&user_id=U0JANE001&trigger_id=1.1".encode()

    def signed(body: bytes, content_type: str = FORM, at: int = now, **more: str) -> Request:
        request = sign(secret, body, content_type, at)
        return Request(body, request.headers | {name.replace("_", "-"): text for name, text in more.items()})

    right = signed(body).headers
    without_type = {name: text for name, text in right.items() if name != "Content-Type"}
    deep = b"[" * 100_000
    bomb = gzip.compress(b"a" * 10_000_000)
    return {
        "no signature": Request(body, {"Content-Type": FORM}),
        "another secret": Request(body, sign("wrong", body, FORM, now).headers),
        "another body": Request(body + b"x", right),
        "six minutes old": signed(body, at=now - 360),
        "from the future": signed(body, at=now + 360),
        "time stamp abc": Request(body, {**right, "X-Slack-Request-Timestamp": "abc"}),
        "time stamp 1e9999": Request(body, {**right, "X-Slack-Request-Timestamp": "9" * 400}),
        "signature that is no ASCII": Request(body, {**right, "X-Slack-Signature": "v0=ü"}),
        "broken UTF-8": signed(b"\xff\xfe" + body),
        "a JSON list": signed(b"[1, 2]", "application/json"),
        "deep JSON": signed(deep, "application/json"),
        "no JSON": signed(b"{" + body, "application/json"),
        "empty": signed(b""),
        "2 MB": signed(body + b"x" * 2_000_000),
        "a gzip bomb": signed(bomb, Content_Encoding="gzip"),
        "no content type": Request(b"[]" + body, sign(secret, b"[]" + body, "", now).headers),
        "no content type, unsigned": Request(body, {k: v for k, v in without_type.items() if "Signature" not in k}),
    }


async def test_m11_m18_bad_requests_to_slacks_address_are_400_401_or_413_and_stay_out_of_the_log(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        here.log.expect("Turned away 1 requests that were not signed by Slack")
        await InSlack(here, JANE).escalates("Mail is down")
        start = time.monotonic()
        found = await statuses(f"{here.baton.url}/slack/events", slack_requests(here))
        assert time.monotonic() - start < 5.0
        assert {name: status for name, status in found.items() if status not in (400, 401, 413, 415)} == {}
        assert found["2 MB"] == 413 and found["another body"] == 401 and found["a JSON list"] == 400
        assert CANARY not in "".join(here.log.lines)
        assert (await here.health())[0] == 200
        await here.ends_with({SLACK_CARDS: [WAITING], TEAMS_CARDS: [WAITING], slack_chat("Jane"): [UP]})


async def test_m12_m18_bad_tokens_and_bodies_are_refused_at_the_teams_address(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        await InSlack(here, JANE).escalates("Mail is down")
        tom = InTeams(here, TOM)
        people, activity = tom.client, tom.aims("claimed")
        now, stranger = int(time.time()), rsa.generate_private_key(public_exponent=65537, key_size=2048)
        tokens = {
            "none": "",
            "garbage": "a.b.c",
            "expired": people.mint({"exp": now - 600}),
            "no exp": people.mint({"exp": None}),
            "wrong audience": people.mint({"aud": "00000000-0000-4000-8000-000000000000"}),
            "wrong issuer": people.mint({"iss": "https://evil.example"}),
            "foreign service URL": people.mint({"serviceurl": "https://evil.example/"}),
            "unknown key": people.mint(kid="unknown", key=stranger),
            "a stranger's key": people.mint(key=stranger),
            "alg none": people.mint(alg="none"),
        }
        found = {name: (await people.deliver(activity, token)).status for name, token in tokens.items()}
        assert {name: status for name, status in found.items() if status not in (401, 403)} == {}
        assert sum(call.route == "keys" for call in here.teams.calls) == 1

        right = people.signed(activity).headers
        bodies = {
            "2 MB": Request(b"{" + b" " * 2_000_000 + b"}", right),
            "a gzip bomb": Request(gzip.compress(b"a" * 10_000_000), {**right, "Content-Encoding": "gzip"}),
            "a JSON list": Request(b"[]", right),
            "deep JSON": Request(b"[" * 100_000, right),
            "broken UTF-8": Request(b"\xff\xfe", right),
            "no content type": Request(b"{}", {"Authorization": right["Authorization"]}),
            "another channel": Request(json.dumps({**activity, "channelId": "webchat"}).encode(), right),
        }
        wrong = await statuses(f"{here.baton.url}/api/messages", bodies)
        assert {name: status for name, status in wrong.items() if status not in (400, 401, 403, 413)} == {}
        assert (await here.health())[0] == 200
        await here.ends_with({SLACK_CARDS: [WAITING], TEAMS_CARDS: [WAITING], slack_chat("Jane"): [UP]})


@asynccontextmanager
async def an_attackers_server(got: list[Any]) -> AsyncIterator[str]:
    """A service URL that is not Teams', and keeps the headers of all that it is sent."""

    async def attacker(request: web.Request) -> web.Response:
        got.append(request.headers)
        return web.json_response({"id": "1"})

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", attacker)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    # The allow-list names 127.0.0.1 for the stand-in's sake: the same machine under another name is not on it.
    yield f"http://localhost:{runner.addresses[0][1]}/teams/"
    await runner.cleanup()


async def test_m13_our_token_never_goes_to_an_attackers_service_url(sqlite_url: str) -> None:
    got: list[Any] = []
    async with an_attackers_server(got) as evil, house(sqlite_url) as here:
        tom = InTeams(here, TOM)
        await InSlack(here, JANE).escalates("Mail is down")
        for address in (evil, "https://evil.example/teams/", f"{here.teams.root}@evil.example/teams/"):
            activity = {**tom.aims("claimed"), "serviceUrl": address}
            forged = tom.client.mint({"serviceurl": address})
            assert (await tom.client.deliver(activity, forged)).status == 403
            assert (await tom.client.deliver(activity)).status == 403
        assert await tom.press("claimed") == "It's yours: you picked this up."
        await here.settled()
        by_tom = "Escalation from Jane Novak: Mail is down. Picked up by Tom Berg."
        letters = [UP, picked_up("Tom Berg", "Mail is down")]
        await here.ends_with({SLACK_CARDS: [by_tom], TEAMS_CARDS: [by_tom], slack_chat("Jane"): letters})
    assert got == []


@pytest.mark.parametrize("flooded", ["/slack/events", "/api/messages"])
async def test_m19_a_flood_of_forgeries_is_counted_and_holds_nobody_up(sqlite_url: str, flooded: str) -> None:
    floods, body = 400, (CANARY * 200).encode()
    async with house(sqlite_url, crowded=True) as here:
        here.log.allow("Turned away 1 requests that were not signed by Slack")
        jane, sam = InSlack(here, JANE), InSlack(here, SAM)
        headers = sign("wrong", body, FORM, int(time.time())).headers | {"Authorization": "Bearer forged"}
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=20)) as session:

            async def forge() -> int:
                async with session.post(f"{here.baton.url}{flooded}", data=body, headers=headers) as response:
                    return response.status

            flood = asyncio.gather(*(forge() for _ in range(floods)))
            acknowledged = []
            for player in (jane, sam):
                start = time.monotonic()
                assert "Recorded" in (await player.types("now Mail is down")).text
                acknowledged.append(time.monotonic() - start)
            assert set(await flood) == {401}
        assert max(acknowledged) < 1.0
        health = (await here.health())[1]
        assert health["slack" if "slack" in flooded else "teams"]["refused"] == floods
        assert len(here.log.lines) <= 1 and CANARY not in "".join(here.log.lines)
        await here.settled()
        cards = [WAITING, WAITING.replace("Jane Novak", "Sam Okafor")]
        await here.ends_with(
            {
                SLACK_CARDS: cards,
                TEAMS_CARDS: cards,
                slack_chat("Jane"): [UP],
                slack_chat("Sam"): [UP],
                alone("Jane"): jane.private(),
                alone("Sam"): sam.private(),
            }
        )
