"""Two ``baton serve`` on one SQLite file: the second is refused, and a killed one is in nobody's way."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.cast import JANE
from tests.journeys.house import House
from tests.journeys.players import InSlack
from tests.journeys.processes import run, serving
from tests.storage.rows import count, rows


@pytest.fixture
async def here(sqlite_url: str) -> AsyncIterator[House]:
    """Both platforms, open; no Baton yet."""
    house = House(sqlite_url)
    await house.open_the_platforms()
    yield house
    await house.stop()


async def test_l17_a_second_serve_is_refused_and_the_first_goes_on(here: House, tmp_path: Path) -> None:
    link = tmp_path / "another-name.db"
    link.symlink_to(tmp_path / "baton.db")
    async with serving(tmp_path, here.environment()) as first:
        for url in (here.database_url, f"sqlite:///{link}"):
            settings = here.environment() | {"DATABASE_URL": url}
            code, out, error = await run(tmp_path, settings, "serve", "--host", "127.0.0.1")
            assert (code, out) == (1, "")
            assert f"process {first.process.pid}" in error and str(tmp_path / "baton.db") in error
            assert "PostgreSQL" in error and len(error.splitlines()) == 1
        here.face(first.url)
        assert "Recorded" in await InSlack(here, JANE).escalates("Mail is down")
        assert await first.stop() == 0


async def test_l17_a_killed_serve_leaves_nothing_that_is_in_the_way(here: House, tmp_path: Path) -> None:
    async with serving(tmp_path, here.environment()) as first:
        here.face(first.url)
        assert "Recorded" in await InSlack(here, JANE).escalates("Mail is down")
        assert await first.stop(signal.SIGKILL) == -signal.SIGKILL
    # Whatever it held is void: what it had begun is taken up at once.
    await rows(here.database_url, "UPDATE lanes SET leased_by = 'the dead', leased_until = 9000000000000000")
    async with serving(tmp_path, here.environment()) as second:
        await here.settled()
        assert await second.stop() == 0
    assert await count(here.database_url, "lanes WHERE leased_by IS NOT NULL") == 0
    assert await count(here.database_url, "deliveries WHERE state = 'done'") == 3
