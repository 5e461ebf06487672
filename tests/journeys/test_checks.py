"""The checks that end every journey can fail: each is shown something wrong."""

import asyncio
import logging
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from bot.playground.faults import Status
from tests.journeys import invariants
from tests.journeys.cast import JANE, SAM
from tests.journeys.house import PATIENCE, House, house
from tests.journeys.players import InSlack
from tests.journeys.transcript import transcript
from tests.journeys.watching import FROZEN, LogWatch, LoopWatch

WRONG = {
    "a claim that is no more": "UPDATE claims SET ended_at = claimed_at, how = 'released'",
    "a claim event that is no more": "DELETE FROM events WHERE name = 'claimed'",
    "a version that nobody made": "UPDATE handoffs SET version = version + 1",
    "a card that was never owed": "DELETE FROM deliveries WHERE about IS NULL",
    "a card that is not true": "UPDATE deliveries SET done = 1, wanted = 1 WHERE about IS NULL",
    "something that is still owed": "UPDATE deliveries SET state = 'pending', done = 0 WHERE about IS NOT NULL",
    "somebody who was never told": "DELETE FROM deliveries WHERE about = 'claimed'",
    "a request that was never used": "DELETE FROM requests",
    "a lease that nobody gave back": "UPDATE lanes SET leased_by = 'me', leased_until = paused_until",
}


async def played(here: House) -> None:
    """A handoff, claimed."""
    await InSlack(here, JANE).escalates("Mail is down")
    assert await InSlack(here, SAM).press("claimed") == "It's yours: you picked this up."
    await here.settled()
    await here.ends_with(transcript(here.slack, here.teams))


@pytest.fixture
async def records(sqlite_url: str) -> str:
    """The records after a journey."""
    async with house(sqlite_url) as here:
        await played(here)
    await invariants.check(sqlite_url)
    return sqlite_url


@pytest.mark.parametrize("statement", WRONG.values(), ids=WRONG)
async def test_records_that_are_wrong_are_found(records: str, statement: str) -> None:
    with closing(sqlite3.connect(records.removeprefix("sqlite:///"), isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement)
    with pytest.raises(AssertionError):
        await invariants.check(records)


@pytest.mark.parametrize("change", ["one more", "one less", "another"])
async def test_messages_that_are_not_the_ones_are_found(sqlite_url: str, change: str) -> None:
    async with house(sqlite_url) as here:
        await InSlack(here, JANE).escalates("Mail is down")
        messages = transcript(here.slack, here.teams)
        wrong = {
            "one more": {**messages, "Jane in Slack": []},
            "one less": {**messages, "Sam alone": ["Something"]},
            "another": {**messages, "Slack room": ["Something else"]},
        }
        with pytest.raises(AssertionError):
            await here.ends_with(wrong[change])


async def test_a_call_that_failed_is_found(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        here.slack.faults("chat.postMessage", [Status(502)])
        await InSlack(here, JANE).escalates("Mail is down")
        with pytest.raises(AssertionError):
            await here.ends_with(transcript(here.slack, here.teams))


def test_an_unexpected_warning_is_found_and_a_missing_expected_one() -> None:
    watch, logger = LogWatch(), logging.getLogger("adapters.somewhere")
    logger.addHandler(watch)
    try:
        logger.warning("odd")
        with pytest.raises(AssertionError):
            watch.check()
        watch.expect("odd")
        watch.check()
        watch.expect("never said")
        with pytest.raises(AssertionError):
            watch.check()
    finally:
        logger.removeHandler(watch)


async def test_a_frozen_loop_is_found() -> None:
    program: dict[str, Any] = {}
    # A file of its own, as a part of Baton would be: what the tests themselves do is not held against it.
    exec(compile("import time\nasync def freeze(s):\n    time.sleep(s)", "part_of_baton.py", "exec"), program)  # noqa: S102
    watch = LoopWatch()
    watch.start()
    await asyncio.sleep(0)
    await asyncio.create_task(program["freeze"](4 * FROZEN))
    async with asyncio.timeout(PATIENCE):
        while not watch.frozen:  # noqa: ASYNC110 - its next beat says it
            await asyncio.sleep(0.01)
    await watch.stop()
    assert "part_of_baton.py:3" in watch.frozen[0]
