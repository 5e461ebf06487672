"""The desk that stands behind each adapter in its tests."""

from collections.abc import AsyncIterator

import pytest

from storage import open_storage
from tests.adapters.real_desk import WatchedDesk


@pytest.fixture
async def desk(sqlite_url: str) -> AsyncIterator[WatchedDesk]:
    """The real desk on a fresh database."""
    records = await open_storage(sqlite_url, lambda: None)
    yield WatchedDesk(records, sqlite_url)
    await records.close()
