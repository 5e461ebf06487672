"""The bench of the worker's tests, as a fixture."""

from collections.abc import AsyncIterator

import pytest

import bot.worker
from tests.bot.bench import MANY, Bench, bench
from tests.storage.cast import ROOMS


@pytest.fixture
async def desk(storage_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    """A bench on each database; the worker takes no rest between two looks."""
    monkeypatch.setattr(bot.worker, "BETWEEN_LOOKS", 0.0)
    async with bench(storage_url) as opened:
        yield opened


@pytest.fixture
async def wide(storage_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    """A bench with more rooms on one platform than are sent in at once."""
    monkeypatch.setattr(bot.worker, "BETWEEN_LOOKS", 0.0)
    async with bench(storage_url, [*MANY, *ROOMS]) as opened:
        yield opened
