"""A7: known secrets go through installing, linking and every error on the way, and stand in nothing that comes out."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import parse_qs, urlsplit

from bot.playground.faults import Error, Status, WrongJson
from bot.playground.slack_stand_in import Page
from storage import opened
from storage.engine import sqlite_file
from storage.tables import metadata
from tests.journeys.accounts import BACK, INSTALL, IVY, SECRET_KEY, ZOE, Street, code_in, move_in, street
from tests.journeys.cast import JANE, SAM, TOM
from tests.journeys.players import InSlack, InTeams
from tests.journeys.transcript import failed_calls, written
from tests.storage.rows import rows

_TABLES = metadata.sorted_tables


class Everything(logging.Handler):
    """Keeps every line that is logged, of whatever level, with its traceback."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def listening() -> Iterator[Everything]:
    """All loggers, at their most talkative."""
    root, heard = logging.getLogger(), Everything()
    level = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(heard)
    try:
        yield heard
    finally:
        root.removeHandler(heard)
        root.setLevel(level)


async def bytes_of(here: Street) -> str:
    """All that the records hold: SQLite's files as they are, PostgreSQL's tables as each account sees them."""
    file = sqlite_file(here.database_url)
    if file is not None:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return file.read_bytes().decode("latin-1")
    queries = [(account, f"SELECT * FROM {one.name}") for account in await here.accounts() for one in _TABLES]  # noqa: S608
    return "\n".join([str(await rows(here.database_url, query, account)) for account, query in queries])


async def everything_goes_wrong(here: Street) -> list[Page]:
    """An installation that meets every error that there is on its way; answers the pages that were shown."""
    pages, team = [], here.acme.workspace.team.id
    faults = (Status(503), WrongJson(), Error("bad_client_secret"), Error("invalid_code"))
    for method in ("oauth.v2.access", "auth.test"):
        for fault in faults:
            async with here.browser() as browser:
                here.slack.faults(method, [fault])
                pages.append(await browser.install(INSTALL, team, SAM.slack))
    return pages


async def test_a7_no_secret_stands_in_logs_answers_or_records_at_the_end_of_an_installation(storage_url: str) -> None:
    with listening() as heard:
        async with street(storage_url) as here:
            for line in ("does not take this app's credentials", "does not take the token"):
                here.log.expect(line)
            pages = await everything_goes_wrong(here)
            async with here.browser() as browser:
                back = await browser.answer(await browser.asked(INSTALL), here.acme.workspace.team.id, SAM.slack)
                pages += [await browser.open(back.location), await browser.open(back.location)]
                pages.append(await browser.open(f"{BACK}?{urlsplit(back.location).query}&error=x"))
            query = parse_qs(urlsplit(back.location).query)
            await move_in(here.globex, ZOE, IVY)
            sam, tom = InSlack(here.acme, SAM), InTeams(here.acme, TOM)
            await here.acme.adds_to_teams(TOM)
            code = code_in(await sam.says("link"))
            own = code_in(await sam.says("link me"))
            assert (await tom.says(f"link {code}")).startswith("Joined: ")
            await tom.says(f"link {own}")
            await InSlack(here.acme, JANE).types("now Mail is down")
            told = [await sam.says(order) for order in ("audit", "people", "rooms", "unlink", "settings")]
            await here.settled()
            said = [str(one) for one in (written(here.slack.workspace, here.teams), told)]
            secrets = {
                "the OAuth code": query["code"][0],
                "the state": query["state"][0],
                "Acme's token": here.slack.workspace.token,
                "Globex's token": here.next_door.token,
                "the client secret": here.slack.app.client_secret,
                "the signing secret": here.slack.signing_secret,
                "the first password": here.teams.app_password,
                "the other password": here.other_teams.app_password,
                "the key": SECRET_KEY,
            }
            codes = {"a workspace's code": code, "a person's code": own}
            records = await bytes_of(here)
            shown = "\n".join(page.text for page in pages)
            async with opened(here.database_url) as storage:
                exports = str([await storage.open(account).export() for account in await here.accounts()])
            assert "'installer': " in exports and "'token'" not in exports  # not even sealed
            for name, secret in (secrets | codes).items():
                plain = secret.replace("-", "") if name in codes else secret
                log = "\n".join(heard.lines)
                places = {"the log": log, "the records": records, "a page": shown, "an export": exports}
                for place, text in places.items():
                    assert secret not in text and plain not in text, f"{name} stands in {place}"
            # A code is told to whoever asked for it, alone and once; nothing else is told to anybody.
            for name, secret in secrets.items():
                assert secret not in "\n".join(said), f"{name} was told"
            assert all("\n".join(said).count(one) in (1, 2) for one in codes.values())
            await here.end_as_it_stands(failed=failed_calls(here.slack, here.teams))
        assert heard.lines
