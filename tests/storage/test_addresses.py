"""Database addresses: what is taken, and that a refusal never quotes what may hold a password."""

from pathlib import Path

import pytest

from core.errors import StorageAway
from storage import is_embedded, normal_url
from storage.migrate import state


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("sqlite:///baton.db", "sqlite:///baton.db"),
        ("sqlite+aiosqlite:////var/baton.db", "sqlite:////var/baton.db"),
        ("postgres://u:p@h/d", "postgresql://u:p@h/d"),
        ("postgresql+asyncpg://u:p@h:5433/d?ssl=require", "postgresql://u:p@h:5433/d?ssl=require"),
        ("postgresql://u:a/b#c@h/d", "postgresql://u:a%2Fb%23c@h/d"),
    ],
)
def test_the_usual_ways_to_write_it(given: str, normal: str) -> None:
    assert normal_url(given) == normal
    assert is_embedded(given) == normal.startswith("sqlite")


@pytest.mark.parametrize(
    "given",
    [
        "baton.db",
        "mysql://u:CANARY@h/d",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///a?b",
        "postgresql://u:CANARY@h:port/d",
    ],
)
def test_a_refusal_is_a_sentence_without_the_address(given: str) -> None:
    with pytest.raises(ValueError, match=r"^[a-z].* ") as refused:
        normal_url(given)
    assert "CANARY" not in str(refused.value)


def test_a_file_that_is_no_database_is_said_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database, and longer than a hundred bytes. " * 20)
    with pytest.raises(StorageAway, match="file is not a database") as away:
        state(f"sqlite:///{file}")
    assert "SQL:" not in str(away.value)
