"""One process serves from a SQLite file; others may look into it, and look after it."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import StorageTaken
from storage import migrate, open_storage
from storage.engine import sqlite_file
from storage.sole import SoleUse
from tests.storage.cast import BLUE, NOON, open_account, recorded
from tests.storage.rows import count, rows


async def test_l17_a_second_on_the_same_file_is_refused_with_a_sentence(sqlite_url: str, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "other-name.db"
    link.parent.mkdir()
    link.symlink_to(tmp_path / "baton.db")
    first = await open_storage(sqlite_url, None, sole=True)
    for url in (sqlite_url, f"sqlite:///{link}"):
        with pytest.raises(StorageTaken) as refused:
            await open_storage(url, None, sole=True)
        for words in (str(tmp_path / "baton.db"), f"process {os.getpid()}", "Stop that one", "PostgreSQL"):
            assert words in str(refused.value)
    await first.close()
    again = await open_storage(f"sqlite:///{link}", None, sole=True)
    await again.close()


async def test_l17_who_only_looks_is_let_in_beside_it(sqlite_url: str) -> None:
    serving = await open_storage(sqlite_url, None, sole=True)
    looking = await open_storage(sqlite_url, None)
    await recorded(await open_account(looking))
    assert await count(sqlite_url, "handoffs") == 1
    await looking.close()
    with pytest.raises(StorageTaken):
        await open_storage(sqlite_url, None, sole=True)
    await serving.close()


async def test_l17_a_file_that_is_served_from_is_not_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "TURN", 0.1)
    file = tmp_path / "older.db"
    await rows(f"sqlite:///{file}", "CREATE TABLE alembic_version (version_num TEXT NOT NULL)")
    served = SoleUse(file)
    with pytest.raises(StorageTaken):
        migrate.upgrade(f"sqlite:///{file}")
    assert await rows(f"sqlite:///{file}", "SELECT name FROM sqlite_master") == [("alembic_version",)]
    served.close()
    assert migrate.upgrade(f"sqlite:///{file}") is not None


async def test_whoever_serves_next_finds_every_lane_free(sqlite_url: str) -> None:
    first = await open_storage(sqlite_url, None, sole=True)
    await recorded(await open_account(first))
    held = await first.lanes.lease(BLUE, "first", NOON, NOON + timedelta(seconds=20), 9)
    assert len(held) == 1
    await first.close()
    looking = await open_storage(sqlite_url, None)
    assert await looking.lanes.lease(BLUE, "second", NOON, NOON + timedelta(seconds=20), 9) == []
    await looking.close()
    second = await open_storage(sqlite_url, None, sole=True)
    assert await second.lanes.lease(BLUE, "second", NOON, NOON + timedelta(seconds=20), 9) != []
    await second.close()


async def test_the_lock_is_beside_the_file_and_says_who_holds_it(sqlite_url: str) -> None:
    storage = await open_storage(sqlite_url, None, sole=True)
    file = sqlite_file(sqlite_url)
    assert file is not None
    assert file.with_name("baton.db.serving").read_text() == f"{os.getpid()}\n"
    await storage.close()
