"""What every file of this house keeps to, and what nothing in it may say."""

import ast
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.settings import NAMES
from bot.teams_settings import FURTHER, REGISTRATION
from core.access import Right
from tests.journeys.processes import COMMAND

ROOT = Path(__file__).parents[2]
FLOORS = ("core", "storage", "adapters", "bot", "tests", "benchmarks")
SOURCES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
PLATFORMS = re.compile(r"\b(slack|teams|block ?kit|adaptive ?card)\b", re.IGNORECASE)


def named(paths: Iterable[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def opens_with_a_sentence(path: Path) -> bool:
    opening = ast.get_docstring(ast.parse(path.read_text())) or ""
    return opening.split("\n\n")[0].rstrip().endswith((".", ":"))


def test_every_file_opens_with_a_sentence_on_what_is_in_it() -> None:
    assert len(SOURCES) > 100
    assert named(path for path in SOURCES if not opens_with_a_sentence(path)) == []


def test_no_file_is_long() -> None:
    assert named(path for path in SOURCES if len(path.read_text().splitlines()) > 300) == []


def test_every_file_name_explains_itself() -> None:
    empty = re.compile(r"manager|helper|util|common|base|misc")
    # "databases" is what the folder holds; it is the word, not the habit, that the rule is about.
    assert named(path for path in SOURCES if empty.search(path.stem.replace("database", ""))) == []


@pytest.mark.parametrize("floor", ["core", "storage"])
def test_core_and_storage_name_no_platform(floor: str) -> None:
    said = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in (ROOT / floor).rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if PLATFORMS.search(line)
    ]
    assert said == []


def test_locks_carry_hashes_and_name_no_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text and "--index" not in text
        pins = re.findall(r"^[a-z0-9][^\s=]*==", text, re.MULTILINE)
        assert len(pins) > 30
        assert len(re.findall(r"^[a-z0-9][^\n]*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(pins)


def test_every_setting_is_documented() -> None:
    readme = (ROOT / "README.md").read_text()
    # A further registration's settings are shown by the second's, and by where they end.
    shown = [name for name in NAMES if not re.search(r"_[3-9]$", name)]
    assert [name for name in shown if f"`{name}`" not in readme] == []
    assert set(NAMES) - set(shown) == {f"{name}_{number}" for name in REGISTRATION for number in FURTHER[1:]}
    assert f"`_{FURTHER[-1]}`" in readme


def test_every_command_is_documented() -> None:
    readme = (ROOT / "README.md").read_text()
    helped = subprocess.run([*COMMAND, "--help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    commands = re.findall(r"^    ([a-z]+) +\S", helped, re.MULTILINE)
    assert len(commands) > 10
    assert [name for name in commands if f"`baton {name}" not in readme] == []


def test_the_table_of_who_may_do_what_is_in_the_docs_as_the_program_prints_it() -> None:
    asked = [*COMMAND, "access", "--markdown"]
    table = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert table.count("\n") > len(Right)
    assert f"\n\n{table}" in (ROOT / "docs/access.md").read_text()


def test_the_ci_runs_only_what_the_readme_names() -> None:
    readme = (ROOT / "README.md").read_text()
    for target in re.findall(r"^make ([a-z-]+)", (ROOT / ".ci/run").read_text(), re.MULTILINE):
        assert f"make {target}" in readme
