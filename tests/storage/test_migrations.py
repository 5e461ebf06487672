"""Migrations: where a schema stands, how it comes up to date, and that it is then what the code says; on both."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from core.errors import StorageAway
from storage import is_embedded, migrate, normal_url, open_storage
from storage.migrate import State, state, upgrade
from storage.tables import metadata
from tests.databases.postgres import Server


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: Server = request.getfixturevalue("postgres_server")
    url = server.empty_database()
    yield url
    server.drop(url)


def _execute(url: str, statement: str) -> None:
    def run(connection: sa.Connection) -> None:
        connection.execute(sa.text(statement))
        connection.commit()

    migrate._on(url, run)


def test_a_schema_is_empty_then_up_to_date_and_knows_older_and_newer(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert state(empty_url) is State.EMPTY
    assert upgrade(empty_url) is None
    assert state(empty_url) is State.UP_TO_DATE
    assert upgrade(empty_url) is None
    with monkeypatch.context() as later:
        later.setattr("alembic.script.ScriptDirectory.get_current_head", lambda _: "9999")
        assert state(empty_url) is State.OLDER
    _execute(empty_url, "UPDATE alembic_version SET version_num = 'from-the-future'")
    assert state(empty_url) is State.NEWER


def test_two_that_migrate_at_once_do_not_meet(empty_url: str) -> None:
    program = "import sys; from storage.migrate import upgrade; upgrade(sys.argv[1])"
    processes = [subprocess.Popen([sys.executable, "-c", program, empty_url]) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    assert state(empty_url) is State.UP_TO_DATE


# On SQLite an index over an expression can't be read back; on PostgreSQL it can, and the plans are tested on both.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_the_migrated_schema_is_the_one_the_code_means(empty_url: str) -> None:
    upgrade(empty_url)

    def differences(connection: sa.Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        found: list[Any] = compare_metadata(context, metadata)
        return found

    assert migrate._on(empty_url, differences) == []


def _checks(connection: sa.Connection) -> dict[str, dict[str, str]]:
    inspector = sa.inspect(connection)
    return {
        table: {str(check["name"]): str(check["sqltext"]) for check in inspector.get_check_constraints(table)}
        for table in sorted(metadata.tables)
    }


def test_the_migrated_constraints_are_the_ones_the_code_means(empty_url: str, tmp_path: Path) -> None:
    upgrade(empty_url)
    migrated = migrate._on(empty_url, _checks)

    def anew(connection: sa.Connection) -> dict[str, dict[str, str]]:
        metadata.drop_all(connection)
        metadata.create_all(connection)
        return _checks(connection)

    assert migrate._on(empty_url, anew) == migrated


def test_an_existing_file_is_copied_before_it_is_changed(tmp_path: Path) -> None:
    file = tmp_path / "baton.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE precious (words TEXT)")
        connection.execute("INSERT INTO precious VALUES ('kept')")
        connection.commit()
    backup = upgrade(f"sqlite:///{file}")
    assert backup == tmp_path / "baton.db.before-0003"
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("SELECT words FROM precious").fetchall() == [("kept",)]
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)


def test_looking_at_the_state_makes_no_file(tmp_path: Path) -> None:
    assert state(f"sqlite:///{tmp_path / 'none.db'}") is State.EMPTY
    assert list(tmp_path.iterdir()) == []


async def test_a_database_that_is_not_there_is_said_to_be_away(tmp_path: Path) -> None:
    with pytest.raises(StorageAway):
        await open_storage(f"sqlite:///{tmp_path / 'none.db'}", lambda: None)
    assert state(f"sqlite:///{tmp_path / 'none.db'}") is State.EMPTY


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("sqlite:///baton.db", "sqlite:///baton.db"),
        ("sqlite+aiosqlite:////var/baton.db", "sqlite:////var/baton.db"),
        ("postgres://u:p@h/d", "postgresql://u:p@h/d"),
        ("postgresql+asyncpg://u@h:1/d?x=y", "postgresql://u@h:1/d?x=y"),
        ("postgresql://h/d", "postgresql://h/d"),
    ],
)
def test_addresses_are_spelled_one_way(given: str, normal: str) -> None:
    assert normal_url(given) == normal
    assert is_embedded(given) is normal.startswith("sqlite")


@pytest.mark.parametrize("bad", ["", "baton.db", "mysql://h/d", "sqlite://", "sqlite:///:memory:", "sqlite:baton.db"])
def test_other_addresses_are_refused_with_a_sentence(bad: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///"):
        normal_url(bad)


def test_a_file_with_somebody_elses_tables_is_not_ours_to_migrate(tmp_path: Path) -> None:
    file = tmp_path / "theirs.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE foo (bar)")
    assert state(f"sqlite:///{file}") is State.FOREIGN
