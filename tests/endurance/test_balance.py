"""The checker of both runs can find something: each is shown something wrong, and says it."""

import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.endurance import balance
from tests.endurance.life import life
from tests.endurance.world import World


def changed(world: World, statement: str) -> None:
    """Change the records behind everybody's back."""
    with closing(sqlite3.connect(world.url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement)


def posted_twice(world: World) -> None:
    card = next(iter(world.holdings.slack_cards.values()))[0]
    world.house.slack.workspace.add_message(replace(card, ts=world.house.slack.workspace.next_ts()))


def posted_twice_in_teams(world: World) -> None:
    card = next(iter(world.holdings.teams_cards.values()))[0]
    world.house.teams.messages.append(replace(card, id="again"))


def gone_from_slack(world: World) -> None:
    next(iter(world.holdings.slack_cards.values()))[0].deleted = True


def untrue_in_slack(world: World) -> None:
    card = next(iter(world.holdings.slack_cards.values()))[0]
    card.text = card.text.replace("Picked up by", "Dropped by").replace("waiting", "done")


def without_buttons_in_teams(world: World) -> None:
    card = next(iter(world.holdings.teams_cards.values()))[0].card
    assert card
    card["actions"] = []


def told_wrong(world: World) -> None:
    gesture = next(one for one in world.hands.made if one.verb == "claimed")
    gesture.told = "Already picked up by Nobody Known, just now."


SPOILT: dict[str, tuple[Callable[[World], None], str, str]] = {
    "a second card": (posted_twice, "wrong", "stands 2 times in Slack"),
    "a second card in Teams": (posted_twice_in_teams, "repeats", ""),
    "a card that is gone": (gone_from_slack, "lost", "not in Slack"),
    "a card that is not true": (untrue_in_slack, "lost", "says 'Escalation"),
    "a card that can't be pressed": (without_buttons_in_teams, "lost", "has the buttons []"),
    "an answer that is not so": (told_wrong, "wrong", "was told of Nobody Known"),
    "a claim that is not recorded": (
        lambda world: changed(world, "DELETE FROM events WHERE name = 'claimed'"),
        "lost",
        "was acknowledged and is not recorded",
    ),
    "a delivery that is no more": (
        lambda world: changed(world, "DELETE FROM deliveries WHERE about IS NOT NULL"),
        "wrong",
        "and in no ledger",
    ),
    "something that is still owed": (
        lambda world: changed(world, "UPDATE deliveries SET state = 'pending', done = 0"),
        "lost",
        "is pending",
    ),
    "records that break a rule": (
        lambda world: changed(world, "UPDATE handoffs SET version = version + 1"),
        "wrong",
        "not so: the version counts the changes",
    ),
}


@pytest.mark.parametrize("name", SPOILT)
async def test_what_does_not_balance_is_found(sqlite_url: str, tmp_path: Path, name: str) -> None:
    spoil, where, words = SPOILT[name]
    world = World(sqlite_url, tmp_path, seed=7)
    async with AsyncExitStack() as held:
        held.push_async_callback(world.house.stop)
        await world.house.open_the_platforms()
        run = await held.enter_async_context(life(world.house, tmp_path))
        await run.listens(world.house)
        await world.escalate(run, world.juniors(2))
        await world.settles(20)
        await world.act(run, "claimed", "", 1)
        await world.settles(20)
        assert await run.served.stop() == 0
        found = await balance.check(sqlite_url, world.house, world.holdings, world.hands.made)
        assert (found.lost, found.wrong, found.doubled, found.repeats) == ([], [], 0, 0)
        assert (found.handoffs, found.cards) == (2, 4)
        spoil(world)
        found = await balance.check(sqlite_url, world.house, world.holdings, world.hands.made)
        assert getattr(found, where)
        assert not words or any(words in line for line in getattr(found, where)), getattr(found, where)
