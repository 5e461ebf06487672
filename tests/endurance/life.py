"""One run of the program, from its start to its end: a process of its own, which may have been told where to die."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.endurance import crashing
from tests.endurance.points import Spot
from tests.journeys.house import Baton, House
from tests.journeys.processes import Served, begun

COMMAND = (sys.executable, "-m", "tests.endurance.crashing")
# What is said on standard error above the level of a warning.
_LOUD = (" ERROR ", " CRITICAL ", "Traceback ")


@dataclass(slots=True)
class Life:
    """A running Baton; ``baton`` has the people in front of it, once it listens."""

    served: Served
    death: "asyncio.Task[int]"
    _baton: Baton | None = None
    _killed: bool = False

    @property
    def baton(self) -> Baton:
        """The one that listens."""
        assert self._baton
        return self._baton

    @property
    def lives(self) -> bool:
        """Whether it has not ended yet."""
        return self.served.process.returncode is None

    async def listens(self, house: House) -> None:
        """Wait until it listens, and seat the people in front of it."""
        await self.served.listens()
        self._baton = house.face(self.served.url)

    def kill(self) -> None:
        """End it at once, wherever it is."""
        if self.lives and not self._killed:
            self._killed = True
            # Not by its Popen: that would take the exit code away from asyncio, which waits for it too.
            os.kill(self.served.process.pid, signal.SIGKILL)

    async def died(self, within: float) -> bool:
        """Whether it ends within so many seconds."""
        await asyncio.wait({self.death}, timeout=within)
        return not self.lives

    async def killed_itself(self) -> str:
        """The spot at which it killed itself, "" if it didn't."""
        await self.served.ended()
        said = [line for line in self.served.log if line.startswith(crashing.SAYS)]
        killed = self.served.process.returncode == -signal.SIGKILL
        return said[-1].removeprefix(crashing.SAYS) if said and killed else ""

    def loud(self) -> list[str]:
        """What it said that nobody wants to read."""
        return [line for line in self.served.log if any(word in line for word in _LOUD)]


@asynccontextmanager
async def life(house: House, folder: Path, spot: Spot | None = None, passage: int = 1) -> AsyncIterator[Life]:
    """Start the program, to die at the n-th passage of a spot; whatever is left of it is killed on leaving."""
    plan = {crashing.NAME: f"{spot} {passage}"} if spot else {}
    async with begun(folder, house.environment() | plan, command=COMMAND) as served:
        run = Life(served, asyncio.create_task(served.process.wait()))
        try:
            yield run
        finally:
            run.kill()
            await run.death
