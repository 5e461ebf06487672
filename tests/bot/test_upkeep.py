"""The upkeep: which request keys are forgotten, how many at a time, and what it does while storage is away."""

import asyncio
import logging

import pytest

import bot.upkeep
from bot.upkeep import KEPT, Upkeep
from core.errors import StorageAway
from tests.bot.bench import Bench, escalated
from tests.journeys.moving import PATIENCE
from tests.storage.rows import count


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """It forgets two at a time, and takes no rest."""
    monkeypatch.setattr(bot.upkeep, "BATCH", 2)
    for name in ("PAUSE_SECONDS", "FIRST_SECONDS", "EVERY_SECONDS"):
        monkeypatch.setattr(bot.upkeep, name, 0.0)


async def test_old_request_keys_are_forgotten_a_few_at_a_time_and_newer_ones_kept(
    desk: Bench, storage_url: str, brisk: None
) -> None:
    for _ in range(5):
        await escalated(desk)
    desk.clock.move(seconds=1)
    await escalated(desk)
    desk.clock.move(seconds=KEPT.total_seconds())
    await Upkeep(desk.records, desk.clock).once()
    assert await count(storage_url, "requests") == 1
    assert await count(storage_url, "handoffs") == 6


async def test_storage_being_away_is_no_end_of_it(
    desk: Bench, storage_url: str, brisk: None, caplog: pytest.LogCaptureFixture
) -> None:
    desk.storage.registry_troubles.append(StorageAway("unplugged"))
    await escalated(desk)
    desk.clock.move(seconds=KEPT.total_seconds() + 1)
    upkeep = asyncio.create_task(Upkeep(desk.storage, desk.clock).run())
    async with asyncio.timeout(PATIENCE):
        while await count(storage_url, "requests"):  # noqa: ASYNC110 - records have no event for it
            await asyncio.sleep(0.01)
    assert not upkeep.done()
    upkeep.cancel()
    assert [line.levelno for line in caplog.records if line.name == "baton.upkeep"] == [logging.WARNING]
