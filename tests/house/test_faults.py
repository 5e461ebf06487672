"""Everything that the ledger and the accounts must survive has a test that says so by its name."""

import re

import pytest

from tests.house.test_tree import ROOT

# What each is, the tests say: lost answers and crashes, a platform misbehaving, and operating; people and abuse.
ROWS = [*(f"l{number}" for number in range(1, 24)), *(f"a{number}" for number in range(1, 9))]
NAMED = re.compile(r"^(?:async )?def test_((?:[al]\d+_)+)", re.MULTILINE)


@pytest.fixture(scope="module")
def shown() -> set[str]:
    """The rows that tests are named after."""
    texts = [path.read_text() for path in (ROOT / "tests").rglob("test_*.py")]
    return {row for text in texts for name in NAMED.findall(text) for row in name.strip("_").split("_")}


@pytest.mark.parametrize("row", ROWS)
def test_there_is_a_test_for_it(shown: set[str], row: str) -> None:
    assert row in shown
