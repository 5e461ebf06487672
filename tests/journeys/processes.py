"""Baton as a process of its own: ``baton serve`` with settings in its environment, as an operator runs it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-c", "import sys; from bot.cli import main; sys.exit(main())")
# Starting Python on a busy machine takes its time.
PATIENCE = 30.0


@dataclass
class Served:
    """A running ``baton serve``: where it listens, and what it said on standard error, complete once it has ended."""

    process: asyncio.subprocess.Process
    url: str
    log: list[str] = field(default_factory=list)
    reading: "asyncio.Task[None] | None" = None

    async def listens(self) -> None:
        """Wait until it has said where it listens."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            line = (await self.process.stdout.readline()).decode()
        self.url = line.removeprefix("Baton listens on ").strip()
        assert self.url.startswith("http://"), (line, self.log)

    async def said(self, words: str) -> None:
        """Wait until it has said this on standard error."""
        async with asyncio.timeout(PATIENCE):
            while not any(words in line for line in self.log):  # noqa: ASYNC110 - its words come by a pipe, line by line
                await asyncio.sleep(0.01)

    async def stop(self, number: int = signal.SIGTERM) -> int:
        """Send it a signal; answers its exit code."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await self.ended()

    async def ended(self) -> int:
        """Wait for its end; answers its exit code."""
        async with asyncio.timeout(PATIENCE):
            code = await self.process.wait()
            if self.reading:
                await self.reading
        return code


def surroundings(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process of ours: nothing of this one's settings."""
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"} | dict(settings)


async def run(folder: Path, settings: Mapping[str, str], *arguments: str) -> tuple[int, str, str]:
    """Run ``baton`` to its end; answers the exit code and what it said on both streams."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *COMMAND, *arguments, cwd=folder, env=surroundings(settings), stdout=pipe, stderr=pipe
    )
    async with asyncio.timeout(PATIENCE):
        out, error = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), error.decode()


@asynccontextmanager
async def begun(
    folder: Path, settings: Mapping[str, str], *arguments: str, command: Sequence[str] = COMMAND
) -> AsyncIterator[Served]:
    """``baton serve`` on a free port, which may not listen yet; it is ended hard if the play has not ended it."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command,
        "serve",
        *(arguments or ("--host", "127.0.0.1")),
        cwd=folder,
        env=surroundings(settings),
        stdout=pipe,
        stderr=pipe,
    )
    served = Served(process, "")
    served.reading = asyncio.create_task(_read(process, served.log))
    try:
        yield served
    finally:
        if process.returncode is None:
            process.kill()
        await served.ended()


@asynccontextmanager
async def serving(folder: Path, settings: Mapping[str, str], *arguments: str) -> AsyncIterator[Served]:
    """The same, and it listens."""
    async with begun(folder, settings, *arguments) as served:
        await served.listens()
        yield served


async def _read(process: asyncio.subprocess.Process, into: list[str]) -> None:
    assert process.stderr is not None
    async for line in process.stderr:
        into.append(line.decode().rstrip())  # noqa: PERF401 - each is to be there as soon as it was said
