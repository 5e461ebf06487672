"""The upkeep: what is forgotten, how much at a time, and what it does while storage is away."""

import asyncio
import logging
from datetime import timedelta

import pytest

import bot.upkeep
from bot.upkeep import KEPT, Upkeep
from core.account import CODE_LIVES, OneTime, Purpose, digest
from core.changes import Changed, ChangeSetting
from core.errors import StorageAway
from core.use_cases.claim import CLAIM
from core.use_cases.resolve import RESOLVE
from tests.bot.bench import Bench, escalated, running
from tests.journeys.moving import PATIENCE
from tests.storage.cast import DANA
from tests.storage.rows import count, rows


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """It forgets two at a time, and takes no rest."""
    monkeypatch.setattr(bot.upkeep, "BATCH", 2)
    monkeypatch.setattr(bot.upkeep, "TEXT_BATCH", 2)
    for name in ("PAUSE_SECONDS", "FIRST_SECONDS", "EVERY_SECONDS"):
        monkeypatch.setattr(bot.upkeep, name, 0.0)


async def resolved(desk: Bench, problem: str) -> str:
    """A handoff that was picked up and resolved, all of it now."""
    handoff = await escalated(desk, problem)
    await desk.moved(CLAIM, handoff, DANA)
    await desk.moved(RESOLVE, handoff, DANA, note="Turned it off and on")
    return handoff


async def keep_for(desk: Bench, value: str) -> None:
    change = ChangeSetting(None, desk.clock.now(), "retention", value)
    assert isinstance(await desk.account.change(change), Changed)


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


async def test_text_is_forgotten_when_it_was_kept_as_long_as_the_admins_chose(
    desk: Bench, storage_url: str, brisk: None
) -> None:
    await keep_for(desk, "30d")
    old = [await resolved(desk, f"Mail {number}") for number in range(5)]
    waiting = await escalated(desk, "Still open")
    desk.clock.move(seconds=60)
    newer = await resolved(desk, "Phones")
    desk.clock.move(seconds=timedelta(days=30).total_seconds() - 1)
    await Upkeep(desk.records, desk.clock).once()
    kept = {row[0] for row in await rows(storage_url, "SELECT id FROM handoffs WHERE problem <> ''")}
    assert kept == {waiting, newer}
    assert await count(storage_url, "handoffs WHERE resolution <> '' OR tried <> ''") == 1
    assert await count(storage_url, "events WHERE name = 'text_forgotten'") == len(old)
    await Upkeep(desk.records, desk.clock).once()
    assert await count(storage_url, "events WHERE name = 'text_forgotten'") == len(old)


async def test_the_cards_of_what_is_forgotten_are_corrected(desk: Bench, storage_url: str, brisk: None) -> None:
    await keep_for(desk, "30d")
    async with running(desk.worker):
        handoff = await escalated(desk, "Mail")
        await desk.idle()
        await desk.moved(CLAIM, handoff, DANA)
        await desk.moved(RESOLVE, handoff, DANA)
        await desk.idle()
        before = len(desk.post.order)
        desk.clock.move(seconds=timedelta(days=30).total_seconds() + 1)
        await Upkeep(desk.records, desk.clock).once()
        await desk.idle()
        again = desk.post.order[before:]
        assert len(again) == 2 and all(line.startswith("corrected") and "Mail" not in line for line in again)


async def test_text_is_kept_for_ever_unless_somebody_chose_otherwise(
    desk: Bench, storage_url: str, brisk: None
) -> None:
    await resolved(desk, "Mail")
    desk.clock.move(seconds=timedelta(days=4000).total_seconds())
    await Upkeep(desk.records, desk.clock).once()
    assert await count(storage_url, "handoffs WHERE problem = 'Mail'") == 1


async def test_codes_that_are_too_old_are_forgotten_and_others_kept(desk: Bench, storage_url: str, brisk: None) -> None:
    registry, now = desk.records.registry, desk.clock.now()
    await registry.keep(OneTime(Purpose.STATE, digest("old"), now + CODE_LIVES))
    desk.clock.move(seconds=1)
    await registry.keep(OneTime(Purpose.STATE, digest("newer"), desk.clock.now() + CODE_LIVES))
    desk.clock.move(seconds=CODE_LIVES.total_seconds() - 0.5)
    await Upkeep(desk.records, desk.clock).once()
    assert await rows(storage_url, "SELECT digest FROM one_time") == [(digest("newer"),)]


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
