"""Fixtures for tests that need storage: each is run on SQLite and on PostgreSQL, on a database of its own."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from storage import OpenRecords, open_storage
from storage.migrate import upgrade
from tests.databases import keeper
from tests.databases.postgres import Server, describe, find_programs

_RUN = "BATON_TEST_RUN"


def pytest_configure(config: pytest.Config) -> None:
    """The controller makes the folder by which its workers find the one server; they inherit its name."""
    if not hasattr(config, "workerinput"):
        os.environ[_RUN] = f"{os.getpid()}:{tempfile.mkdtemp(prefix='baton-tests-')}"


def pytest_unconfigure(config: pytest.Config) -> None:
    """The controller stops the server when every worker is done."""
    if not hasattr(config, "workerinput"):
        folder = _run()[1]
        keeper.end(folder)
        shutil.rmtree(folder, ignore_errors=True)


def pytest_report_header() -> str:
    """Say which databases the tests run on."""
    programs = find_programs()
    return f"databases: SQLite {sqlite3.sqlite_version}; {describe(programs) if programs else 'no PostgreSQL found'}"


def _run() -> tuple[int, Path]:
    owner, _, folder = os.environ[_RUN].partition(":")
    return int(owner), Path(folder)


@pytest.fixture(scope="session")
def postgres_server() -> Server:
    """The one private PostgreSQL server of this test run."""
    owner, folder = _run()
    return keeper.server_of(folder, owner)


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """A fresh PostgreSQL database with the present schema."""
    url = postgres_server.new_database()
    yield url
    postgres_server.drop(url)


@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(_migrated_file: Path, tmp_path: Path) -> str:
    """A fresh SQLite file with the present schema."""
    return f"sqlite:///{shutil.copy(_migrated_file, tmp_path / 'baton.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def storage_url(request: pytest.FixtureRequest) -> str:
    """A fresh database with the present schema, once of each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


class Owed:
    """Counts how often storage said that something is owed."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def owed() -> Owed:
    """What ``storage`` calls after a commit that owes something."""
    return Owed()


@pytest.fixture
async def storage(storage_url: str, owed: Callable[[], None]) -> AsyncIterator[OpenRecords]:
    """Open storage on a fresh database of each kind."""
    opened = await open_storage(storage_url, owed)
    yield opened
    await opened.close()
