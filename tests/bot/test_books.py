"""``baton deliveries`` as a process: what an operator reads of who was told, and the second chance they can give."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.books import short
from core.deliveries import Delivery, Failed, Scope, Sent, State, TryLater
from storage import OpenRecords, open_storage
from storage.account import SqlAccount
from tests.databases.fixtures import Owed
from tests.databases.postgres import Server
from tests.journeys.processes import run
from tests.storage.cast import BLUE, due, keep, new, open_account, recorded
from tests.storage.test_listener import heard, listening

# What a terminal would act upon, and a line of its own.
HOSTILE = "is_archived \x1b[31m\r\nok"


def now() -> datetime:
    return datetime.now(UTC)


async def sent(storage: OpenRecords, account: SqlAccount) -> None:
    """One room takes its card, the other has been given up, and the private conversation is told to wait."""
    pairs = await due(storage, account, now())
    for lease, owed in pairs:
        room = Sent("copy", "link") if owed.lane.platform == BLUE else Failed(HOSTILE)
        outcome = TryLater("429", 60, Scope.LANE) if owed.lane.private else room
        await keep(account, lease, owed, outcome, now())


@pytest.fixture
async def account(storage_url: str) -> AsyncIterator[SqlAccount]:
    """An account with one of each: done, dead, and pending."""
    storage = await open_storage(storage_url, None)
    account = await open_account(storage)
    await recorded(account, new(at=now()))
    await sent(storage, account)
    await sent(storage, account)
    yield account
    await storage.close()


async def dead(account: SqlAccount) -> list[Delivery]:
    """What was given up."""
    return list(await account.deliveries([State.DEAD], 50))


async def test_the_table_says_who_was_told_and_who_was_not(
    account: SqlAccount, storage_url: str, tmp_path: Path
) -> None:
    settings = {"DATABASE_URL": storage_url, "COLUMNS": "80"}
    code, out, error = await run(tmp_path, settings, "deliveries")
    assert (code, error) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["KEY", "STATE", "OWED", "WHERE", "WHAT"]
    assert max(len(line) for line in lines) <= 80
    assert not any(letter in out for letter in "\x1b\r")
    [given_up] = await dead(account)
    [at] = [number for number, line in enumerate(lines) if line.startswith(short(given_up.key))]
    assert lines[at].split()[:6] == [short(given_up.key), "dead", "just", "now", "green", "Seniors"]
    assert "tried once, last just now: is_archived" in lines[at + 1]
    assert any("done" in line and "blue #help" in line and "card …" in line for line in lines)
    assert any("pending" in line and "blue Jane" in line for line in lines)
    assert lines[-2] == "4 shown, the newest first. In all: 2 pending, 1 dead."
    assert "--dead --retry" in lines[-1]


@pytest.mark.parametrize(("asked", "states"), [("--dead", {"dead"}), ("--pending", {"pending"})])
async def test_json_has_everything_and_the_filters_hold(
    account: SqlAccount, storage_url: str, tmp_path: Path, asked: str, states: set[str]
) -> None:
    settings = {"DATABASE_URL": storage_url}
    code, out, _ = await run(tmp_path, settings, "deliveries", "--json")
    everything = json.loads(out)
    assert code == 0 and {line["state"] for line in everything} == {"done", "dead", "pending"}
    some = json.loads((await run(tmp_path, settings, "deliveries", asked, "--json"))[1])
    assert {line["state"] for line in some} == states
    one = json.loads((await run(tmp_path, settings, "deliveries", "--most", "1", "--json"))[1])
    assert one == everything[:1]
    [given_up] = [line for line in everything if line["state"] == "dead"]
    assert (given_up["error"], given_up["attempts"], given_up["where"]) == (HOSTILE, 1, "Seniors")
    assert datetime.fromisoformat(given_up["failed_at"]).tzinfo is not None


@pytest.mark.parametrize("way", ["whole", "short", "all"])
async def test_what_was_given_up_gets_a_second_chance(
    account: SqlAccount, storage_url: str, tmp_path: Path, way: str
) -> None:
    [given_up] = await dead(account)
    keys = {"whole": ["--retry", given_up.key], "short": ["--retry", short(given_up.key)], "all": ["--dead", "--retry"]}
    settings = {"DATABASE_URL": storage_url}
    code, out, error = await run(tmp_path, settings, "deliveries", *keys[way])
    assert (code, out, error) == (0, "1 delivery is due again.\n", "")
    assert await dead(account) == []
    [again] = [line for line in await account.deliveries([State.PENDING], 50) if line.key == given_up.key]
    assert again.failures == 0
    code, out, error = await run(tmp_path, settings, "deliveries", *keys[way])
    if way == "all":
        assert (code, out, error) == (0, "0 deliveries are due again.\n", "")
    else:
        assert code == 1 and f"{keys[way][1]}: nothing that was given up has this key" in error


async def test_a_key_that_nobody_knows_is_named_and_the_others_are_tried(
    account: SqlAccount, storage_url: str, tmp_path: Path
) -> None:
    [given_up] = await dead(account)
    [pending, *_] = await account.deliveries([State.PENDING], 50)
    keys = ["nothing", pending.key, given_up.key]
    code, out, error = await run(tmp_path, {"DATABASE_URL": storage_url}, "deliveries", "--retry", *keys)
    assert (code, out) == (1, "1 delivery is due again.\n")
    assert [line.partition(": nothing")[0] for line in error.splitlines()] == sorted(["nothing", pending.key])


@pytest.mark.parametrize("vague", [["--retry"], ["--pending", "--retry"], ["--dead", "--json", "--retry"]])
async def test_what_to_try_again_has_to_be_said(sqlite_url: str, tmp_path: Path, vague: list[str]) -> None:
    code, out, error = await run(tmp_path, {"DATABASE_URL": sqlite_url}, "deliveries", *vague)
    assert (code, out) == (2, "") and "--dead --retry" in error


async def test_the_processes_that_serve_are_called(postgres_url: str, tmp_path: Path, owed: Owed) -> None:
    storage = await open_storage(postgres_url, owed)
    account = await open_account(storage)
    await recorded(account, new(at=now()))
    await sent(storage, account)
    await listening(postgres_url, 1)
    before = owed.times
    assert (await run(tmp_path, {"DATABASE_URL": postgres_url}, "deliveries", "--dead", "--retry"))[0] == 0
    await heard(owed, before + 1)
    await storage.close()


async def test_records_that_are_not_ready_are_refused_with_the_command_to_run(
    postgres_server: Server, tmp_path: Path
) -> None:
    empty = postgres_server.empty_database()
    for url in (empty, "sqlite:///none.db"):
        for command in (["deliveries"], ["deliveries", "--dead", "--retry"], ["doctor", "--audit"]):
            code, out, error = await run(tmp_path, {"DATABASE_URL": url}, *command)
            assert (code, out) == (1, "") and error == "The database schema is out of date. Run: baton db upgrade\n"
    assert await asyncio.to_thread(lambda: list(tmp_path.iterdir())) == []
    postgres_server.drop(empty)


async def test_nothing_is_said_of_records_that_are_away(tmp_path: Path) -> None:
    settings = {"DATABASE_URL": "postgresql://baton@127.0.0.1:1/none"}
    answers = await asyncio.gather(*(run(tmp_path, settings, command) for command in ("deliveries", "doctor")))
    assert [code for code, _, _ in answers] == [1, 1]
    assert all("Traceback" not in error for _, _, error in answers)
