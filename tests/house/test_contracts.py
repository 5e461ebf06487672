"""Each import contract, tried once by planting the import that it forbids."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PLANTED = {
    "Floors": ("adapters/slack/planted.py", "import storage"),
    "No adapter knows another": ("adapters/slack/planted.py", "import adapters.teams.settings"),
    "Core's own floors": ("core/people.py", "import core.desk"),
    "Core imports the standard library alone": ("core/people.py", "import aiohttp"),
    "SQLAlchemy only in storage": ("bot/planted.py", "import sqlalchemy"),
    "Slack's libraries only in adapters.slack": ("bot/planted.py", "import slack_sdk"),
    "Bot Framework's libraries only in adapters.teams": ("adapters/slack/planted.py", "import botbuilder.core"),
    "The stand-ins read the platforms' rules": ("bot/playground/slack_stand_in/planted.py", "import core.people"),
}


def _lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-cache"], cwd=tree, capture_output=True, text=True, check=False)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for floor in ("core", "storage", "adapters", "bot"):
        shutil.copytree(ROOT / floor, tmp_path / floor, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_as_it_stands_keeps_them_all(tree: Path) -> None:
    answer = _lint_imports(tree)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_import_breaks_its_contract(tree: Path, contract: str) -> None:
    where, line = PLANTED[contract]
    with (tree / where).open("a") as file:
        file.write(f"\n{line}\n")
    answer = _lint_imports(tree)
    assert answer.returncode == 1
    broken = [text for text in answer.stdout.splitlines() if "BROKEN" in text]
    assert any(text.startswith(contract) for text in broken), answer.stdout


def test_a_new_file_in_core_must_be_given_a_place(tree: Path) -> None:
    (tree / "core" / "planted.py").write_text('"""Planted."""\n')
    answer = _lint_imports(tree)
    assert answer.returncode == 1
    assert "Core's own floors; a new file must be given a place BROKEN" in answer.stdout
