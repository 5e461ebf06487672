"""A few dozen handoffs of ``make replicas``, with both kills."""

from pathlib import Path

import pytest

from tests.endurance.replicas import Run


async def test_l4_what_dead_replicas_held_is_done_by_others_and_nothing_twice(
    postgres_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await Run(postgres_url, tmp_path, handoffs=30, seed=7).play()
    said = capsys.readouterr().out
    assert code == 0, said
    assert said.splitlines()[-1].startswith("handoffs 30 clicks 150 won ")
    assert said.splitlines()[-1].endswith(" balanced")
