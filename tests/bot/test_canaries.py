"""Known secrets are seeded everywhere, everything is run and provoked, and all that comes out is searched for them."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from cryptography.fernet import Fernet

from bot.playground.faults import Error, Status, WrongJson
from bot.playground.slack_stand_in import Browser
from bot.playground.slack_stand_in.delivery import sign
from core.account import Install, Installation
from core.people import Caller, Identity
from storage import open_storage
from storage.engine import sqlite_file
from storage.tables import metadata
from tests.journeys.accounts import GLOBEX, INSTALL, PUBLIC, ZOE
from tests.journeys.cast import JANE, SLACK_ROOM, seat
from tests.journeys.house import House
from tests.journeys.players import InSlack
from tests.journeys.processes import Served, run, serving
from tests.storage.rows import rows

OAUTH_TOKEN, CLIENT_SECRET, PASSWORD = "xoxb-canary-2f81", "canary-client-9b3e", "canary-password-77d0"
CODE, STATE, BEARER, TYPED = "canary-code-51aa", "canary-state-c0de", "canary.bearer.8812", "canary-typed-e4f2"
NEWER, OLDER = Fernet.generate_key().decode(), Fernet.generate_key().decode()
FORM = "application/x-www-form-urlencoded"


@dataclass
class Search:
    """What was seeded, and what came out: in one place, so that nothing is looked at for some of it only."""

    secrets: set[str]
    out: dict[str, str] = field(default_factory=dict)

    def found(self, *more: str) -> list[str]:
        """Where which of them is to be read."""
        searched = [*self.secrets, *more]
        return [f"{what!r} in {where}" for where, text in self.out.items() for what in searched if what in text]


@pytest.fixture
async def here(storage_url: str) -> AsyncIterator[House]:
    """Both platforms, open; the records hold an installation whose token is sealed with the older key."""
    storage = await open_storage(storage_url, None, keys=(OLDER,))
    boss = Caller(Identity("slack", "T0CANARY1", "U0BOSS"), "Boss")
    installation = Installation("slack", "T0CANARY1", OAUTH_TOKEN, {"team": "T0CANARY1"})
    await storage.registry.install(Install(installation, "Canary Inc", boss, datetime.now(UTC)))
    await storage.close()
    house = House(storage_url)
    await house.open_the_platforms()
    yield house
    await house.stop()


def settings(here: House) -> dict[str, str]:
    """Everything that can be set and is a secret."""
    scheme, _, rest = here.database_url.partition("://")
    # The tests' server takes any password.
    url = here.database_url if scheme == "sqlite" else f"{scheme}://{rest.replace('@', f':{PASSWORD}@', 1)}"
    return here.environment() | {
        "DATABASE_URL": url,
        "SLACK_CLIENT_ID": here.slack.app.client_id,
        "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "SLACK_AUTHORIZE_URL": here.slack.authorize_url,
        "BATON_SECRET_KEY": f"{NEWER},{OLDER}",
        "BATON_PUBLIC_URL": PUBLIC,
        "LOG_LEVEL": "DEBUG",
    }


async def provoke(here: House, served: Served, search: Search) -> None:
    """Everything that strangers can get wrong; what they are answered is searched as well."""
    body = f"token={BEARER}&text={TYPED}&payload=%7B".encode()
    right = sign(here.slack.signing_secret, body, FORM, int(datetime.now(UTC).timestamp())).headers
    requests = {
        "unsigned": ("POST", "/slack/events", body, {"Content-Type": FORM}),
        "badly signed": ("POST", "/slack/events", body + b"x", right),
        "signed nonsense": ("POST", "/slack/events", body, right),
        "a forged token": ("POST", "/api/messages", body, {"Authorization": f"Bearer {BEARER}"}),
        "no token": ("POST", "/api/messages", body, {}),
        "a made-up state": ("GET", f"/slack/oauth_redirect?code={CODE}&state={STATE}", b"", {}),
        "another browser's": ("GET", f"/slack/oauth_redirect?code={CODE}", b"", {"Cookie": f"state={STATE}"}),
        "a denial": ("GET", f"/slack/oauth_redirect?error=access_denied&state={STATE}", b"", {}),
        "health": ("GET", "/healthz", b"", {}),
        "nowhere": ("GET", f"/{CODE}", b"", {}),
    }
    async with aiohttp.ClientSession() as session:
        for name, (method, path, data, headers) in requests.items():
            async with session.request(method, served.url + path, data=data, headers=headers) as response:
                assert response.status < 500, name
                search.out[f"the answer to {name}"] = await response.text()


async def install(here: House, served: Served, search: Search) -> None:
    """Somebody installs Baton: in vain at first, since the exchange goes wrong, with the same state again, and well."""
    app = here.slack.app
    app.redirect_urls.append(PUBLIC)
    seat(here.slack.add_team(GLOBEX), [ZOE])
    async with Browser({PUBLIC: served.url}) as browser:
        app.client_secret = "another"
        pages = [await browser.install(INSTALL, GLOBEX.id, ZOE.slack)]
        app.client_secret = CLIENT_SECRET
        here.slack.faults("oauth.v2.access", [Status(502)])
        pages.append(await browser.install(INSTALL, GLOBEX.id, ZOE.slack))
        pages.append(await browser.install(INSTALL, GLOBEX.id, ZOE.slack, allow=False))
        back = await browser.answer(await browser.asked(INSTALL), GLOBEX.id, ZOE.slack)
        pages += [await browser.open(back.location), await browser.open(back.location)]
    statuses = [page.status for page in pages]
    assert statuses[3] == 200 and statuses[0] >= 400 and statuses[1] >= 400 and statuses[4] >= 400, statuses
    [state] = parse_qs(urlsplit(back.location).query)["state"]
    search.secrets |= {*app.codes, state, here.slack.of(GLOBEX.id).token}
    search.out["the pages of the installation"] = "".join(page.text for page in pages)


async def work(here: House, served: Served, folder: Path, search: Search) -> str:
    """People at work while Slack misbehaves; answers a link code that was handed out and never used."""
    here.face(served.url)
    jane = InSlack(here, JANE)
    here.slack.faults("chat.postMessage", [WrongJson(), Status(500)])
    assert "Recorded" in await jane.escalates(f"Mail is down {TYPED}")
    who = f"slack:{here.slack.workspace.team.id}:{JANE.slack}"
    search.out["role"] = "".join((await run(folder, settings(here), "role", who, "owner"))[1:])
    told = await jane.client.command(JANE.slack, "/baton", "link", SLACK_ROOM)
    [code] = set(re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", told.text))
    for typed in ("link ABCD-EFGH", f"link {TYPED}", f"set retention {TYPED}", f"role {TYPED} admin"):
        await jane.client.command(JANE.slack, "/baton", typed, SLACK_ROOM)
    here.slack.faults("chat.postMessage", [Error("token_revoked")])
    await jane.escalates(f"Phones are down {TYPED}")
    return code


COMMANDS = (
    ["doctor"],
    ["doctor", "--audit"],
    ["deliveries", "--json"],
    ["accounts"],
    ["people", "--account", "default"],
    ["rooms", "--account", "default"],
    ["audit", "--account", "default", "--json", "--most", "1000"],
    ["account", "export", "default", "--out", "exported.json"],
    ["account", "delete", "default", "--yes"],
    ["access"],
    ["db", "upgrade"],
    ["manifest", "teams"],
)
AWAY = f"postgresql://baton:{PASSWORD}@127.0.0.1:1/none"
SERVE = ["serve", "--host", "127.0.0.1"]
WRONG = (
    (["doctor"], {"DATABASE_URL": AWAY}),
    (["people"], {"DATABASE_URL": AWAY}),
    (SERVE, {"DATABASE_URL": AWAY}),
    (["people"], {"DATABASE_URL": f"mysql://baton:{PASSWORD}@h/d"}),
    (["db", "upgrade"], {"DATABASE_URL": f"postgresql://baton:{PASSWORD}@h:port/d"}),
    (SERVE, {"BATON_SECRET_KEY": f"{CODE},{NEWER}"}),
    (["doctor"], {"BATON_SECRET_KEY": Fernet.generate_key().decode()}),
    (SERVE, {"BATON_SECERT_KEY": NEWER, "BATON_SECRET_KEY": "", "SLACK_BOT_TOKEN": BEARER}),
    (["doctor"], {"SLACK_CLIENT_ID": CLIENT_SECRET, "SLACK_API_URL": f"http://{BEARER}/"}),
    (["doctor"], {"TEAMS_APP_PASSWORD": PASSWORD, "TEAMS_TENANT_ID_2": BEARER}),
)


async def test_a7_no_secret_is_in_anything_that_is_said_or_written(here: House, tmp_path: Path) -> None:
    secrets = {OAUTH_TOKEN, CLIENT_SECRET, PASSWORD, CODE, STATE, BEARER, NEWER, OLDER}
    search = Search(secrets | {here.slack.bot_token, here.slack.signing_secret, here.teams.app_password})
    async with serving(tmp_path, settings(here)) as served:
        await provoke(here, served, search)
        await install(here, served, search)
        code = await work(here, served, tmp_path, search)
        await served.stop()
    search.secrets |= {code, code.replace("-", "")}
    search.out["the log of serve"] = "\n".join(served.log)
    for command in COMMANDS:
        search.out[" ".join(command)] = "".join((await run(tmp_path, settings(here), *command))[1:])
    for command, wrong in WRONG:
        exit_code, *words = await run(tmp_path, settings(here) | wrong, *command)
        assert exit_code != 0, (command, sorted(wrong))
        search.out[f"{command[0]} with {sorted(wrong)}"] = "".join(words)
    events = await rows(here.database_url, "SELECT * FROM events", "default")
    assert {row[3] for row in events} >= {"role_changed", "escalated"}
    search.out["events"] = str(events)
    # What people typed is in the cards and in the export, and nowhere in what is logged, listed or in history.
    assert search.found(TYPED) == []
    exported = (tmp_path / "exported.json").read_text()
    assert TYPED in exported and "Canary" not in exported
    search.out = {"exported.json": exported, "the database": await _stored(here.database_url)}
    assert TYPED in search.out["the database"] and search.found() == []


async def _stored(url: str) -> str:
    """All that is kept: the file's bytes, or every row of every table of every account."""
    file = sqlite_file(url)
    if file is not None:
        parts = [path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*"))]
        return "".join(part.decode("latin-1") for part in parts)
    accounts = [row[0] for row in await rows(url, "SELECT DISTINCT account FROM workspaces", None)]
    assert len(accounts) == 3
    found = []
    for account in accounts:
        for table in metadata.tables:
            found += await rows(url, f"SELECT row_to_json(t)::text FROM {table} t", account)  # noqa: S608 - our own
    return str(found)
