"""Databases for the measurements: everybody known, open handoffs with their cards up, and a copy for each side."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from benchmarks.cards import Copies
from benchmarks.scene import SLACK_CHANNEL, TEAMS_CHANNEL, Scene
from bot.wiring import ACCOUNT
from core.deliveries import Lane
from core.handoff import Handoff, NewHandoff, Priority
from core.ids import new_id
from core.people import Profile
from core.ports import Configuration, ConfiguredRoom, Recorded
from core.snapshot import Snapshot
from storage import open_storage
from storage.migrate import upgrade
from tests.databases.postgres import OWNER, SUPERUSER, Server

# Nothing that prepares is given up early; what is measured keeps its own deadlines.
PATIENT = 60.0
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Kind:
    """SQLite (without a server) or PostgreSQL; ``folder`` holds the files of the run."""

    name: str
    folder: Path
    server: Server | None = None

    def new(self) -> str:
        """The address of a fresh database with the present schema."""
        if self.server:
            return self.server.new_database()
        url = f"sqlite:///{self._new_file()}"
        upgrade(url)
        return url

    def copy(self, url: str) -> str:
        """The address of a copy of a database that nobody has open."""
        if self.server:
            name = f"copy_{new_id(datetime.now(UTC))}"
            self.server.administer(f"CREATE DATABASE {name} TEMPLATE {url.rpartition('/')[2]} OWNER {OWNER}")
            return self.server.url(name)
        return f"sqlite:///{shutil.copy(url.removeprefix('sqlite:///'), self._new_file())}"

    def _new_file(self) -> Path:
        return self.folder / f"{new_id(datetime.now(UTC))}.db"

    @contextmanager
    def in_a_hurry(self) -> Iterator[None]:
        """Prepare without waiting for the disk after every transaction; what is measured afterwards waits for it."""
        if self.server:
            self.server.administer(f"ALTER ROLE {OWNER} SET synchronous_commit = off")
        yield
        if self.server:
            self.server.administer(f"ALTER ROLE {OWNER} RESET synchronous_commit")

    async def change(self, url: str, statements: Mapping[str, list[tuple[str, ...]]]) -> None:
        """Run each statement with each of its rows of values, past every wall."""
        if self.server is None:
            file = sqlite3.connect(url.removeprefix("sqlite:///"))
            with file:
                for statement, rows in statements.items():
                    file.executemany(statement, rows)
            file.close()
            return
        connection = await asyncpg.connect(self.server.url(url.rpartition("/")[2], SUPERUSER))
        for statement, rows in statements.items():
            await connection.executemany(statement, rows)
        await connection.close()
        await self.analyze(url)

    async def analyze(self, url: str) -> None:
        """Tell PostgreSQL how large its tables are, as its own housekeeper does once a minute; nothing on SQLite."""
        if self.server:
            connection = await asyncpg.connect(self.server.url(url.rpartition("/")[2], SUPERUSER))
            await connection.execute("ANALYZE")
            await connection.close()


async def fill(scene: Scene, kind: Kind, url: str, count: int) -> list[Handoff]:
    """Make everybody known in a fresh database, and record that many open handoffs in it."""
    storage = await open_storage(url, lambda: None)
    now = datetime.now(UTC)
    team, tenant = scene.slack.workspace.team.id, scene.teams.tenant_id
    rooms = tuple(ConfiguredRoom(lane, lane.platform) for lane in _rooms(scene))
    await storage.registry.configure(Configuration(ACCOUNT, "Baton", (("slack", team), ("teams", tenant)), rooms), now)
    account = storage.open(ACCOUNT)
    everybody = [*scene.juniors, *scene.slack_seniors, *scene.teams_seniors]
    for start in range(0, len(everybody), AT_ONCE):
        group = everybody[start : start + AT_ONCE]
        profiles = [Profile(who.name.title(), f"{who.name}@acme.example", member=True) for who in group]
        await asyncio.gather(*(account.meet(who, known, now) for who, known in zip(group, profiles, strict=True)))
        if not start:
            await kind.analyze(url)
    made: list[Handoff] = []
    for start in range(0, count, AT_ONCE):
        group_of_new = [_escalation(scene, number, now) for number in range(start, min(count, start + AT_ONCE))]
        answers = await asyncio.gather(*map(account.escalate, group_of_new))
        made += [answer.handoff for answer in answers if isinstance(answer, Recorded)]
        if not start:
            await kind.analyze(url)
    await storage.close()
    assert len(made) == count
    return made


def _rooms(scene: Scene) -> tuple[Lane, Lane]:
    return (
        Lane("slack", scene.slack.workspace.team.id, SLACK_CHANNEL, private=False),
        Lane("teams", scene.teams.tenant_id, TEAMS_CHANNEL, private=False),
    )


def _escalation(scene: Scene, number: int, now: datetime) -> NewHandoff:
    # Few escalators: each has a private lane, and each lane finds out once that it has to wait.
    by = scene.juniors[number % 10]
    snapshot = Snapshot("Outlook is failing to sync for the whole office", "Restarted it", "Contoso", f"#{number}")
    return NewHandoff(new_id(now), by, now, f"prepared:{number}", snapshot, Priority.NORMAL, deadline=PATIENT)


async def put_up(scene: Scene, kind: Kind, url: str, copies: Mapping[str, Copies]) -> None:
    """Note in the ledger, as the worker would have done, that every card of these handoffs is up."""
    slack, teams = _rooms(scene)
    up = [(copy.slack, handoff, slack.id) for handoff, copy in copies.items()]
    up += [(copy.teams, handoff, teams.id) for handoff, copy in copies.items()]
    one, two, three, four = ("?",) * 4 if kind.server is None else ("$1", "$2", "$3", "$4")
    done = f"UPDATE deliveries SET state = 'done', done = wanted, due_at = NULL WHERE account = {one}"  # noqa: S608 - ours
    known = (
        f"UPDATE deliveries SET copy = {one}, link = '' WHERE handoff = {two} AND lane = {three} AND account = {four}"  # noqa: S608 - the same
    )
    await kind.change(url, {done: [(ACCOUNT,)], known: [(*row, ACCOUNT) for row in up]})
