"""The HTTP application: its addresses, and what ``/healthz`` says of each part."""

import asyncio

import aiohttp
import pytest

from tests.journeys.cast import JANE
from tests.journeys.house import PATIENCE, house
from tests.journeys.players import InSlack


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/slack/events", 405), ("POST", "/api/messages", 404), ("POST", "/healthz", 405)],
)
async def test_there_is_nothing_but_the_configured_platforms_and_health(
    sqlite_url: str, method: str, path: str, status: int
) -> None:
    async with house(sqlite_url, "slack") as here:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, here.baton.url + path) as response,
        ):
            assert response.status == status
        await here.ends_with({})


async def test_every_part_is_well(storage_url: str) -> None:
    async with house(storage_url) as here:
        assert here.baton.running is not None
        assert [task.get_name() for task in here.baton.running.tasks] == ["worker", "upkeep"]
        assert await here.health() == (
            200,
            {
                "ok": True,
                "storage": {"ok": True},
                "worker": {"ok": True},
                "slack": {"ok": True, "mode": "http", "refused": 0},
                "teams": {"ok": True, "refused": 0},
            },
        )
        await here.ends_with({})


async def test_l21_a_worker_that_died_makes_health_red(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        assert here.baton.running is not None
        worker = here.baton.running.tasks[0]
        worker.cancel()
        await asyncio.wait([worker], timeout=PATIENCE)
        status, parts = await here.health()
        assert status == 503 and not parts["worker"]["ok"] and parts["storage"]["ok"]
        await here.ends_with({})


async def test_l21_a_worker_that_does_not_move_makes_health_red(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(sqlite_url) as here:
        monkeypatch.setattr("bot.worker.STUCK_SECONDS", -1.0)
        status, parts = await here.health()
        assert status == 503 and not parts["worker"]["ok"] and parts["storage"]["ok"]
        monkeypatch.undo()
        assert (await here.health())[0] == 200
        await here.ends_with({})


async def test_requests_that_were_turned_away_are_counted_for_each_platform(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        here.log.expect("Turned away 1 requests that were not signed by Slack")
        async with aiohttp.ClientSession() as session:
            for path, times in (("/slack/events", 2), ("/api/messages", 3)):
                for _ in range(times):
                    async with session.post(here.baton.url + path, json={}) as response:
                        assert response.status == 401
        parts = (await here.health())[1]
        assert (parts["slack"]["refused"], parts["teams"]["refused"]) == (2, 3)
        await here.ends_with({})


async def test_a_graceful_stop_finishes_the_private_answers_that_were_begun(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        jane = InSlack(here, JANE)
        await jane.escalates("Mail is down")
        # Nobody waits for the answer: the press is acknowledged, and the program is stopped at once.
        pressed = await jane.client.deliver("interactive", jane.aims("claimed"))
        assert pressed.status == 200
        await here.stop()
        assert jane.private() == ["You escalated this yourself, so somebody else has to pick it up."]
        here.ended = True
