"""What a Baton costs that has nothing to do: the whole program's processor, and its worker's questions to storage."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp

from benchmarks import report, servers
from benchmarks.databases import Kind
from benchmarks.records import Unhurried, records
from benchmarks.report import Line
from benchmarks.scene import Scene, set_up
from bot.settings import load
from core.ports import Storage

SETTLING, WATCHED = 3.0, 15.0
PER_MINUTE = 60.0 / WATCHED


class Counted:
    """Storage, and how often its lanes were asked something."""

    def __init__(self, storage: Storage) -> None:
        self.registry, self.open = storage.registry, storage.open
        self.asked = 0
        self._lanes = storage.lanes

    @property
    def lanes(self) -> object:
        """Every use is one question."""
        self.asked += 1
        return self._lanes


async def idle(kinds: Sequence[Kind]) -> None:
    """Watch ``baton serve`` over each kind of database, and beside it a worker of our own; all at the same time."""
    async with AsyncExitStack() as held:
        scene = await set_up(busy=False)
        held.push_async_callback(scene.stop)
        serving = [await held.enter_async_context(servers.whole(scene, kind.new())) for kind in kinds]
        asking = [await held.enter_async_context(_worker(scene, kind)) for kind in kinds]
        await asyncio.sleep(SETTLING)
        used, asked = [_processor(server.pid) for server in serving], [counted.asked for counted in asking]
        await asyncio.sleep(WATCHED)
        lines = []
        for kind, server, counted, before, at_first in zip(kinds, serving, asking, used, asked, strict=True):
            seconds = (_processor(server.pid) - before) * PER_MINUTE
            lines.append(Line(f"{kind.name}: processor of baton serve, a minute", "", seconds, " s", least=False))
            questions = (counted.asked - at_first) * PER_MINUTE
            lines.append(Line(f"{kind.name}: questions of its worker, a minute", "", questions, "", least=False))
    report.printed("with nothing to do", lines)


@asynccontextmanager
async def _worker(scene: Scene, kind: Kind) -> AsyncIterator[Counted]:
    settings = load(scene.settings("sqlite:///unused.db")).teams
    assert settings
    async with aiohttp.ClientSession() as session, records(kind, scene.teams.tenant_id, 0) as made:
        counted = Counted(made.storage)
        async with replace(made, storage=counted).worker("slack", "teams", way=Unhurried(settings, session)):
            yield counted


def _processor(process: int) -> float:
    """The seconds that all threads of a process have run; 0 where the system doesn't say (only Linux does)."""
    told = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in told) / 1e9
