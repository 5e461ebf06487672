"""A handful of the kills of ``make crash``, on each database; and that a point which is never reached is said."""

import time
from pathlib import Path

import pytest

from storage.engine import is_embedded
from tests.endurance import crash, points
from tests.endurance.points import Spot
from tests.endurance.tally import Tally, report
from tests.endurance.world import World

SPOTS = [
    Spot(points.AFTER_COMMIT, "escalated", "slack-form"),
    Spot(points.AFTER_POST, "escalated", "slack-card"),
    Spot(points.TAKEN, "claimed", "teams-card"),
]


async def played(url: str, folder: Path, spots: list[Spot]) -> Tally:
    """One world, killed at these spots."""
    tally = Tally(len(spots), time.monotonic())
    database = "SQLite" if is_embedded(url) else "PostgreSQL"
    await crash.Run("here", database, World(url, folder, seed=7), tally, crash.Gates()).play(spots)
    return tally


async def test_l1_l2_l3_killed_at_these_points_it_loses_nothing_and_doubles_nothing_in_slack(
    storage_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = await played(storage_url, tmp_path, SPOTS)
    assert (tally.wrong, tally.lost, tally.doubled) == ([], [], 0)
    assert tally.repeats <= len(SPOTS)
    assert report(tally) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"kills {len(SPOTS)} lost 0 doubled 0"


async def test_a_point_that_is_never_reached_fails_the_run(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(crash, "REACH", 2.0)
    tally = await played(sqlite_url, tmp_path, [Spot("nowhere", "claimed", "slack-card")])
    assert [line.partition(", exit")[0] for line in tally.wrong] == [
        "here: nowhere claimed slack-card was never reached"
    ]
    assert report(tally) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "kills 0 lost 0 doubled 0"


def test_every_flow_comes_past_every_point_on_both_databases() -> None:
    spots = points.matrix()
    assert len(spots) == len(set(spots)) > 100
    for flow in points.FLOWS:
        assert {spot.point for spot in spots if spot.flow == flow} >= {*points.GESTURE_POINTS, *points.SENDING_POINTS}
