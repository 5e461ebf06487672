"""The bench of the worker's tests, as a fixture."""

from collections.abc import AsyncIterator

import pytest

import bot.worker
from tests.bot.bench import Bench, bench


@pytest.fixture
async def desk(storage_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    """A bench on each database; the worker takes no rest between two looks."""
    monkeypatch.setattr(bot.worker, "BETWEEN_LOOKS", 0.0)
    async with bench(storage_url) as opened:
        yield opened
