"""``baton serve`` and ``baton db`` as processes: what they print, how they end, and what they refuse."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
import pytest

from bot.playground.faults import Error, Hang, Status
from bot.playground.slack_stand_in import SlackClient
from bot.playground.teams_stand_in import activities
from core.wording import UNKNOWN
from tests.databases.postgres import Server
from tests.journeys.cast import EVERYBODY, JANE, SLACK_ROOM, TEAMS_ROOM, StoppedClock, crowd, machine_time
from tests.journeys.house import House
from tests.journeys.players import InSlack
from tests.journeys.processes import Served, run, serving
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, transcript
from tests.storage.rows import count, rows

GESTURES = 50


@pytest.fixture
async def here(sqlite_url: str) -> AsyncIterator[House]:
    """Both platforms, open; no Baton yet."""
    house = House(sqlite_url)
    await house.open_the_platforms()
    yield house
    await house.stop()


async def health(served: Served) -> tuple[int, dict[str, dict[str, object]]]:
    """What ``/healthz`` answers."""
    async with aiohttp.ClientSession() as session, session.get(f"{served.url}/healthz") as response:
        return response.status, await response.json()


async def test_it_prints_its_address_makes_its_own_file_and_ends_cleanly(here: House, tmp_path: Path) -> None:
    folder = tmp_path / "fresh"
    folder.mkdir()
    settings = {name: text for name, text in here.environment().items() if name != "DATABASE_URL"}
    async with serving(folder, settings) as served:
        status, parts = await health(served)
        assert (status, parts) == (
            200,
            {
                "ok": True,
                "storage": {"ok": True},
                "worker": {"ok": True},
                "slack": {"ok": True, "mode": "http", "refused": 0},
                "teams": {"ok": True, "refused": 0},
            },
        )
        assert await served.stop() == 0
        assert served.log == []
    assert (folder / "baton.db").stat().st_size > 0


async def test_socket_mode_alone_needs_no_signing_secret_and_lets_nobody_in_over_http(
    here: House, tmp_path: Path
) -> None:
    settings = here.environment() | {"SLACK_APP_TOKEN": here.slack.app_token}
    del settings["SLACK_SIGNING_SECRET"]
    async with serving(tmp_path, settings) as served:
        people = SlackClient(here.slack)  # without an address: over Socket Mode
        await here.slack.wait_until(lambda: here.slack.socket_mode.connected, 10)
        told = await people.command(JANE.slack, "/escalate", "now Mail is down", SLACK_ROOM)
        assert told.text.startswith("Recorded: ")
        # Signed with the empty key that is all there is to sign with.
        body, at = "payload=%7B%7D", str(int(time.time()))
        signature = "v0=" + hmac.new(b"", f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{served.url}/slack/events", data=body, headers=headers) as refused,
        ):
            assert refused.status == 404
        assert await served.stop() == 0


async def test_a_platform_that_is_away_makes_health_red_and_says_which(here: House, tmp_path: Path) -> None:
    here.slack.faults("auth.test", [Status(502), Hang()])
    async with serving(tmp_path, here.environment()) as served:
        status, parts = await health(served)
        assert status == 503 and not parts["slack"]["ok"] and parts["teams"]["ok"] and parts["storage"]["ok"]
        assert await served.stop() == 0


async def test_l5_a_stop_amid_fifty_gestures_loses_none_that_was_acknowledged(sqlite_url: str, tmp_path: Path) -> None:
    people = [person for person in crowd(2 * GESTURES) if person.slack]
    here = House(sqlite_url, [*EVERYBODY, *people], clock := StoppedClock())
    await here.open_the_platforms()
    profiles = asyncio.Event()
    here.slack.faults("users.info", [Hang(profiles)] * GESTURES)
    async with serving(tmp_path, here.environment()) as served:
        here.face(served.url)
        types = (InSlack(here, person).types("now Mail is down") for person in people)
        gestures = asyncio.gather(*types)
        # Every one of them is being met for the first time, so all fifty are under way.
        await here.slack.wait_until(lambda: here.slack.faults_left == 0, 20)
        stopped = asyncio.create_task(served.stop())
        async with asyncio.timeout(20):
            while await _takes(served.url):  # noqa: ASYNC110 - a port has no event for being closed
                await asyncio.sleep(0.01)
        profiles.set()
        answers = await gestures
        assert await stopped == 0
        assert [line for line in served.log if "ERROR" in line or "Traceback" in line] == []
    acknowledged = [answer for answer in answers if "Recorded" in answer.text]
    assert len(acknowledged) == GESTURES
    assert await count(here.database_url, "handoffs", "default") == GESTURES
    # What they owe takes almost a minute at Slack's pace, so its successor goes by a clock that is moved.
    clock.move_to(machine_time())
    here.batons.clear()
    await here.start_baton()
    await here.settled()
    await here.stop()
    messages = transcript(here.slack, here.teams)
    assert len(messages[SLACK_CARDS]) == len(messages[TEAMS_CARDS]) == GESTURES


async def _takes(url: str) -> bool:
    """Whether anybody new gets in."""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{url}/healthz"):
            return True
    except aiohttp.ClientConnectionError:
        return False


async def test_dev_lets_an_emulator_in_from_this_machine_and_says_so_loudly(here: House, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": here.database_url, "PORT": "0"}
    async with serving(tmp_path, settings, "--dev") as served:
        await served.said("WITHOUT A TOKEN")
        tom = next(user for user in here.teams.directory.users.values() if user.name == "Tom Berg")
        action = {"type": "Action.Execute", "verb": "baton.claimed"}
        data = {"handoff": "01zzzzzzzzzzzzzzzzzzzzzzzz", "version": 1}
        activity = activities.pressed(here.teams, tom, TEAMS_ROOM, "1", action, data)
        async with aiohttp.ClientSession() as session:
            async with session.post(f"{served.url}/api/messages", json=activity) as response:
                assert response.status == 200 and (await response.json())["value"] == UNKNOWN
            forwarded = {"X-Forwarded-For": "203.0.113.1"}
            async with session.post(f"{served.url}/api/messages", json=activity, headers=forwarded) as response:
                assert response.status == 403
        assert served.url.startswith("http://127.0.0.1:")
        assert await served.stop() == 0


@pytest.mark.parametrize("other", ["0.0.0.0", "192.0.2.1"])  # noqa: S104 - it must be refused
async def test_dev_is_refused_on_any_other_address(other: str, tmp_path: Path) -> None:
    code, _, error = await run(tmp_path, {}, "serve", "--dev", "--host", other)
    assert code == 2 and "listens on 127.0.0.1 only" in error


async def test_m14_wrong_settings_are_listed_by_name_with_exit_code_2(here: House, tmp_path: Path) -> None:
    wrong = here.environment() | {"SLACK_BOT_TOKEN": "", "SLACK_BOT_TOKN": "x", "PORT": "x", "TEAMS_APP_ID": "y"}
    code, out, error = await run(tmp_path, wrong, "serve")
    assert code == 2 and out == "" and "Traceback" not in error
    for name in ("SLACK_BOT_TOKN", "PORT", "TEAMS_APP_ID", "SLACK_BOT_TOKEN"):
        assert f"  {name}: " in error
    assert here.slack.bot_token not in error and here.teams.app_password not in error


async def test_m15_an_empty_server_is_refused_with_the_command_that_then_helps(
    here: House, postgres_server: Server, tmp_path: Path
) -> None:
    here.database_url = postgres_server.empty_database()
    code, _, error = await run(tmp_path, here.environment(), "serve", "--host", "127.0.0.1")
    assert (code, error) == (1, "The database schema is out of date. Run: baton db upgrade\n")
    for _ in range(2):
        code, out, error = await run(tmp_path, {"DATABASE_URL": here.database_url}, "db", "upgrade")
        assert (code, out, error) == (0, "The database schema is up to date.\n", "")
    async with serving(tmp_path, here.environment()) as served:
        here.face(served.url)
        assert "Recorded" in await InSlack(here, JANE).escalates("Mail is down")
        assert await served.stop() == 0
    postgres_server.drop(here.database_url)


async def test_m15_a_newer_schema_is_refused(here: House, storage_url: str, tmp_path: Path) -> None:
    here.database_url = storage_url
    await rows(storage_url, "UPDATE alembic_version SET version_num = '9999'", None)
    for arguments in (("serve", "--host", "127.0.0.1"), ("db", "upgrade")):
        code, _, error = await run(tmp_path, here.environment(), *arguments)
        assert code == 1 and "newer Baton than this one" in error and "Traceback" not in error


async def test_m15_the_embedded_default_is_backed_up_and_migrated(here: House, tmp_path: Path) -> None:
    file = tmp_path / "older" / "baton.db"
    file.parent.mkdir()
    # From before the first revision: there is only the table that will say which it is.
    await rows(f"sqlite:///{file}", "CREATE TABLE alembic_version (version_num TEXT NOT NULL)")
    settings = here.environment() | {"DATABASE_URL": "sqlite:///baton.db"}
    async with serving(file.parent, settings) as served:
        assert (await health(served))[0] == 200
        assert await served.stop() == 0
    [backup] = file.parent.glob("baton.db.before-*")
    assert await rows(f"sqlite:///{backup}", "SELECT name FROM sqlite_master") == [("alembic_version",)]
    assert await count(f"sqlite:///{file}", "accounts") == 1


async def test_m15_somebody_elses_database_is_left_alone(here: House, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'theirs.db'}"
    await rows(url, "CREATE TABLE precious (words TEXT)")
    for arguments in (("serve", "--host", "127.0.0.1"), ("db", "upgrade")):
        code, _, error = await run(tmp_path, here.environment() | {"DATABASE_URL": url}, *arguments)
        assert code == 1 and "tables that are not Baton's" in error and "Traceback" not in error
    assert await rows(url, "SELECT name FROM sqlite_master") == [("precious",)]


REFUSED: Mapping[str, tuple[str, str]] = {
    "auth.test": ("SLACK_BOT_TOKEN", "invalid_auth"),
    "apps.connections.open": ("SLACK_APP_TOKEN", "invalid_auth"),
}


@pytest.mark.parametrize("method", REFUSED)
async def test_a_token_that_slack_refuses_is_named_and_ends_it(here: House, method: str, tmp_path: Path) -> None:
    name, why = REFUSED[method]
    here.slack.faults(method, [Error(why)])
    settings = here.environment() | {"SLACK_APP_TOKEN": here.slack.app_token}
    code, _, error = await run(tmp_path, settings, "serve", "--host", "127.0.0.1")
    assert code == 1 and name in error and why in error and "Traceback" not in error


async def test_a_database_that_is_not_there_is_said_without_a_traceback(here: House, tmp_path: Path) -> None:
    settings = here.environment() | {"DATABASE_URL": "postgresql://baton@127.0.0.1:1/none"}
    code, _, error = await run(tmp_path, settings, "serve", "--host", "127.0.0.1")
    assert code == 1 and "can't be reached" in error and "Traceback" not in error


async def test_l21_a_background_task_that_dies_ends_the_process_with_exit_code_1(here: House, tmp_path: Path) -> None:
    # Slack is away when Baton starts; when it comes back, it does not take our token any more.
    here.slack.faults("auth.test", [Status(502), Error("token_revoked")])
    async with serving(tmp_path, here.environment()) as served:
        assert await served.ended() == 1
        assert any("CRITICAL" in line and "the joining died" in line for line in served.log)
