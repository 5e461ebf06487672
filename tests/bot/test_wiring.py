"""What the settings bind when Baton starts: their own account, nothing at all, or what was another's before."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from cryptography.fernet import Fernet

from bot.wiring import ACCOUNT
from core.account import Install, Installation
from core.people import Caller, Identity
from storage import opened
from tests.bot.platform_values import OAUTH
from tests.journeys.house import House
from tests.journeys.processes import run, serving
from tests.storage.rows import count


@pytest.fixture
async def here(storage_url: str) -> AsyncIterator[House]:
    """Both platforms, open; no Baton yet."""
    house = House(storage_url)
    await house.open_the_platforms()
    yield house
    await house.stop()


def by_oauth(here: House) -> dict[str, str]:
    """The settings of a Baton whose every account comes by an installation."""
    none = dict.fromkeys(("SLACK_BOT_TOKEN", "SLACK_CHANNEL", "TEAMS_CHANNEL"), "")
    return {**here.environment(), **OAUTH, "SLACK_SIGNING_SECRET": here.slack.signing_secret, **none}


async def started(here: House, folder: Path, settings: Mapping[str, str]) -> dict[str, int]:
    """Start Baton, look at its addresses, and stop it; answers how each was answered."""
    found = {}
    async with serving(folder, settings) as served, aiohttp.ClientSession() as session:
        for path in ("/slack/install", "/slack/oauth_redirect", "/healthz"):
            async with session.get(served.url + path, allow_redirects=False) as response:
                found[path] = response.status
        assert await served.stop() == 0
    return found


async def bound(url: str) -> dict[str, tuple[list[tuple[str, bool]], list[str]]]:
    """Every account: its workspaces and whether the settings name them, and its rooms."""
    async with opened(url) as storage:
        found = {}
        for name in await storage.registry.accounts():
            account = storage.open(name)
            workspaces = sorted((one.platform, one.configured) for one in await account.workspaces())
            found[name] = workspaces, [room.lane.platform for room in await account.rooms()]
        return found


async def test_a_token_and_a_tenant_make_one_account_without_the_pages_of_oauth(here: House, tmp_path: Path) -> None:
    answers = await started(here, tmp_path, here.environment())
    assert answers == {"/slack/install": 404, "/slack/oauth_redirect": 404, "/healthz": 200}
    assert await bound(here.database_url) == {ACCOUNT: ([("slack", True), ("teams", True)], ["slack", "teams"])}


async def test_channels_need_not_be_named(here: House, tmp_path: Path) -> None:
    await started(here, tmp_path, here.environment() | {"SLACK_CHANNEL": "", "TEAMS_CHANNEL": ""})
    assert await bound(here.database_url) == {ACCOUNT: ([("slack", True), ("teams", True)], [])}


async def test_with_oauth_alone_nothing_is_bound_and_the_pages_are_there(here: House, tmp_path: Path) -> None:
    answers = await started(here, tmp_path, by_oauth(here))
    assert answers["/slack/install"] in (200, 302) and answers["/slack/oauth_redirect"] in (200, 400, 401)
    assert answers["/healthz"] == 200
    assert await bound(here.database_url) == {}


async def test_a_look_at_the_page_of_an_installation_that_only_asks_whether_it_is_there_makes_no_state(
    here: House, tmp_path: Path
) -> None:
    async with serving(tmp_path, by_oauth(here)) as served, aiohttp.ClientSession() as session:
        async with session.head(f"{served.url}/slack/install", allow_redirects=False) as response:
            assert response.status == 405
        assert await count(here.database_url, "one_time", None) == 0
        assert await served.stop() == 0


async def test_with_oauth_beside_a_token_the_account_of_the_settings_is_there_too(here: House, tmp_path: Path) -> None:
    answers = await started(here, tmp_path, here.environment() | OAUTH)
    assert answers["/slack/install"] in (200, 302)
    assert list(await bound(here.database_url)) == [ACCOUNT]


async def test_what_the_settings_name_no_more_is_not_theirs_any_more(here: House, tmp_path: Path) -> None:
    await started(here, tmp_path, here.environment())
    await started(here, tmp_path, by_oauth(here))
    assert await bound(here.database_url) == {ACCOUNT: ([("slack", False), ("teams", False)], [])}
    code, out, error = await run(tmp_path, here.environment(), "account", "delete", ACCOUNT, "--yes")
    assert (code, error) == (0, "") and out.startswith(f"Removed account {ACCOUNT} (Baton):")
    assert await bound(here.database_url) == {}
    await started(here, tmp_path, here.environment())
    assert list(await bound(here.database_url)) == [ACCOUNT]


async def test_a_workspace_that_has_another_account_is_not_taken_from_it(here: House, tmp_path: Path) -> None:
    team = here.slack.workspace.team.id
    async with opened(here.database_url, (OAUTH["BATON_SECRET_KEY"],)) as storage:
        installation = Installation("slack", team, "xoxb-theirs", {"team": team})
        boss = Caller(Identity("slack", team, "U0BOSS"), "Boss")
        made = await storage.registry.install(Install(installation, "Theirs", boss, datetime.now(UTC)))
    code, _, error = await run(tmp_path, here.environment(), "serve", "--host", "127.0.0.1")
    assert code == 1 and error.startswith("These settings can't be used: the workspace slack:")
    assert "baton account delete" in error and len(error.splitlines()) == 1
    assert await bound(here.database_url) == {made.account: ([("slack", False)], [])}


async def test_tokens_are_sealed_anew_at_the_start_when_a_new_key_comes_first(here: House, tmp_path: Path) -> None:
    older, newer = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    async with opened(here.database_url, (older,)) as storage:
        installation = Installation("slack", "T0OTHER01", "xoxb-other", {})
        made = await storage.registry.install(Install(installation, "Other", None, datetime.now(UTC)))
    for keys, then in ((older, older), (f"{newer},{older}", newer), (newer, newer)):
        await started(here, tmp_path, here.environment() | {"BATON_SECRET_KEY": keys})
        async with opened(here.database_url, (then,)) as storage:
            assert await storage.sealed() == (1, 0, 0)
            found = await storage.open(made.account).installation("slack", "T0OTHER01")
            assert found is not None and found.token == "xoxb-other"
