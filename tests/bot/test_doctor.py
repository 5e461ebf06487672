"""``baton doctor`` as a process: what it says of each part that is well or not, and what the audit finds."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.playground.faults import Error, Status
from core.account import Install, Installation
from core.people import Role, Standing
from core.use_cases.claim import CLAIM
from storage import opened
from storage.audit import RULES
from tests.databases.postgres import SUPERUSER, Server
from tests.journeys.cast import JANE
from tests.journeys.house import House
from tests.journeys.players import InSlack
from tests.journeys.processes import run, serving
from tests.storage.cast import (
    BLUE,
    DANA,
    DANA_ON_GREEN,
    GREEN,
    LEE,
    configuration,
    give,
    made,
    move,
    new,
    open_account,
    recorded,
    stands,
)
from tests.storage.cast import JANE as JANE_OF_BLUE
from tests.storage.rows import rows
from tests.storage.spoiling import spoil


@pytest.fixture
async def here(sqlite_url: str) -> AsyncIterator[House]:
    """Both platforms, open; no Baton yet."""
    house = House(sqlite_url)
    await house.open_the_platforms()
    yield house
    await house.stop()


async def examined(folder: Path, settings: dict[str, str], *arguments: str) -> tuple[int, list[str]]:
    """The exit code of the doctor's and its lines."""
    code, out, error = await run(folder, settings, "doctor", *arguments)
    assert error == ""
    return code, out.splitlines()


def of(lines: list[str], part: str) -> str:
    """What was said of a part, in one line."""
    [line] = [line for line in lines if line.split()[1] == part]
    return line


async def test_a_deployment_that_is_well_is_said_to_be(here: House, tmp_path: Path) -> None:
    code, lines = await examined(tmp_path, here.environment())
    assert code == 0
    assert [line.split()[:2] for line in lines] == [
        ["ok", part] for part in ("settings", "database", "deliveries", "slack", "teams")
    ]
    assert "0 pending, 0 given up" in of(lines, "deliveries")


async def test_everything_that_is_wrong_is_said_at_once_with_what_to_do(here: House, tmp_path: Path) -> None:
    async with opened(here.database_url) as storage:
        account = await open_account(storage)
        await recorded(account, new(at=datetime.now(UTC) - timedelta(hours=2)))
    here.slack.faults("auth.test", [Error("invalid_auth")])
    wrong = here.environment() | {"TEAMS_APP_PASSWORD": "not the one"}
    code, lines = await examined(tmp_path, wrong)
    assert code == 1
    owed = of(lines, "deliveries")
    assert owed.startswith("WRONG") and "due for 2 h. Is baton serve running?" in owed
    owners = of(lines, "owners")
    assert owners.startswith("WRONG") and "nobody who can act is owner in acme. Make somebody one" in owners
    assert of(lines, "slack").startswith("WRONG") and "SLACK_BOT_TOKEN (invalid_auth)" in of(lines, "slack")
    assert of(lines, "teams").startswith("WRONG") and "TEAMS_APP_PASSWORD" in of(lines, "teams")


async def test_whether_anybody_who_can_act_is_owner_is_said_of_every_account(storage_url: str, tmp_path: Path) -> None:
    async def said() -> list[str]:
        _, lines = await examined(tmp_path, {"DATABASE_URL": storage_url})
        return [line for line in lines if line.split()[1] == "owners"]

    async with opened(storage_url, (Fernet.generate_key().decode(),)) as storage:
        await storage.registry.configure(configuration(), datetime.now(UTC))
        [line] = await said()
        assert line.startswith("ok") and "nobody is owner in acme yet" in line and "baton role WHO owner" in line
        account = await open_account(storage)
        [line] = await said()
        assert line.startswith("WRONG") and "in acme." in line and "baton role WHO owner" in line
        await give(account, JANE_OF_BLUE, Role.OWNER)
        await give(account, DANA, Role.OWNER)
        assert await said() == []
        await stands(account, JANE_OF_BLUE, Standing.DEACTIVATED)
        assert await said() == []
        await stands(account, DANA, Standing.DEACTIVATED)
        assert await said() == []  # Dana is on green as well
        await stands(account, DANA_ON_GREEN, Standing.DEACTIVATED)
        [line] = await said()
        assert line.startswith("WRONG") and "in acme." in line
        await give(account, LEE, Role.OWNER)
        assert await said() == []
        await storage.registry.uninstall(BLUE, "B1", datetime.now(UTC), datetime.now(UTC))
        [line] = await said()
        assert line.startswith("WRONG")
        await storage.registry.install(Install(Installation(GREEN, "G9", "", {}), "Nine", None, datetime.now(UTC)))
        [line] = await said()
        assert line.startswith("WRONG") and "acme" in line and ", " in line


async def test_a_platform_that_is_away_and_a_channel_without_us_are_wrong(here: House, tmp_path: Path) -> None:
    here.slack.faults("auth.test", [Status(502)])
    code, lines = await examined(tmp_path, here.environment("slack"))
    assert code == 1 and "Can it be reached from here?" in of(lines, "slack")
    code, lines = await examined(tmp_path, here.environment("slack") | {"SLACK_CHANNEL": "C0NOWHERE"})
    assert code == 1 and "check SLACK_CHANNEL" in of(lines, "slack")


async def test_wrong_settings_are_all_listed_and_the_records_are_looked_at_all_the_same(
    here: House, tmp_path: Path
) -> None:
    code, lines = await examined(tmp_path, here.environment() | {"SLACK_BOT_TOKEN": "x", "PORT": "y"})
    assert code == 1
    assert [line.split()[:3] for line in lines[:2]] == [
        ["WRONG", "settings", "SLACK_BOT_TOKEN:"],
        ["WRONG", "settings", "PORT:"],
    ]
    assert of(lines, "database").startswith("ok")
    code, lines = await examined(tmp_path, {"DATABASE_URL": "mysql://h/d"})
    assert code == 1 and all("settings" in line for line in lines) and "DATABASE_URL" in lines[1]


async def test_the_keys_of_the_tokens_are_counted_and_a_lost_one_is_wrong(storage_url: str, tmp_path: Path) -> None:
    older, newer, other = (Fernet.generate_key().decode() for _ in range(3))
    said = []
    for workspace, keys in (("G7", (older,)), ("G8", (newer, older))):
        async with opened(storage_url, keys) as storage:
            installation = Installation("green", workspace, "a token", {})
            await storage.registry.install(Install(installation, workspace, None, datetime.now(UTC)))
    for keys in (f"{newer},{older}", newer, f"{other},{newer},{older}", "none"):
        _, lines = await examined(tmp_path, {"DATABASE_URL": storage_url, "BATON_SECRET_KEY": keys})
        said.append(of(lines, "tokens"))
    assert [line.split()[0] for line in said] == ["ok", "WRONG", "ok", "WRONG"]
    assert "1 of 2 tokens are sealed with an older key" in said[0]
    assert "1 of 2 tokens are sealed with a key that BATON_SECRET_KEY does not have" in said[1]
    assert "2 of 2 tokens are sealed with an older key" in said[2]
    assert "2 of 2 tokens are sealed with a key that" in said[3]
    async with opened(storage_url, (newer, older)) as storage:
        assert await storage.reseal() == 1
    _, lines = await examined(tmp_path, {"DATABASE_URL": storage_url, "BATON_SECRET_KEY": newer})
    assert "2 sealed, all with the first key" in of(lines, "tokens")


async def test_a_superuser_is_wrong(postgres_server: Server, postgres_url: str, tmp_path: Path) -> None:
    url = postgres_server.url(postgres_url.rpartition("/")[2], SUPERUSER)
    code, lines = await examined(tmp_path, {"DATABASE_URL": url})
    assert code == 1 and "superuser" in of(lines, "database") and of(lines, "database").startswith("WRONG")


async def test_an_older_schema_is_wrong_with_the_command_to_run(storage_url: str, tmp_path: Path) -> None:
    await rows(storage_url, "DELETE FROM alembic_version", None)
    code, lines = await examined(tmp_path, {"DATABASE_URL": storage_url})
    assert code == 1 and "not Baton's" in of(lines, "database")
    code, lines = await examined(tmp_path, {"DATABASE_URL": "sqlite:///none.db"})
    assert code == 1 and "Run: baton db upgrade" in of(lines, "database")


async def test_the_audit_names_every_rule_and_the_rows_that_break_one(storage_url: str, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": storage_url}
    assert await examined(tmp_path, settings, "--audit") == (0, ["ok     records     there is no account yet"])
    async with opened(storage_url) as storage:
        account = await open_account(storage)
        handoff = await recorded(account, new(at=datetime.now(UTC)))
        await made(account, move(CLAIM, handoff.id, DANA, at=datetime.now(UTC)))
    code, lines = await examined(tmp_path, settings, "--audit")
    assert (code, lines) == (0, [f"ok     acme        {rule}" for rule in RULES])
    await spoil(storage_url, ["UPDATE handoffs SET version = 7"])
    code, lines = await examined(tmp_path, settings, "--audit")
    assert code == 1
    at = lines.index("WRONG  acme        the version counts the changes")
    assert lines[at + 1].strip() == f"{handoff.id} has version 7 after 1 changes"


async def test_it_works_beside_a_baton_that_serves(here: House, tmp_path: Path) -> None:
    async with serving(tmp_path, here.environment()) as served:
        here.face(served.url)
        assert "Recorded" in await InSlack(here, JANE).escalates("Mail is down")
        await here.settled()
        owner = f"slack:{here.slack.workspace.team.id}:{JANE.slack}"
        assert (await run(tmp_path, here.environment(), "role", owner, "owner"))[0] == 0
        for command in (["doctor"], ["doctor", "--audit"], ["deliveries"], ["deliveries", "--dead", "--retry"]):
            code, _, error = await run(tmp_path, here.environment(), *command)
            assert (code, error) == (0, "")
        assert await served.stop() == 0
