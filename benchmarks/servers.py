"""The servers under measurement, each a process of its own: the whole program, and the bare one."""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.scene import Scene

ROOT = Path(__file__).parent.parent
SAYS = " listens on "


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: process, port, and how many seconds it took from the start of its interpreter to listening."""

    pid: int
    port: int
    seconds: float


def whole(scene: Scene, database: str, *, teams: bool = True) -> AbstractAsyncContextManager[Server]:
    """``baton serve`` between the scene's stand-ins."""
    program = Path(sys.executable).with_name("baton")
    return running([str(program), "serve", "--host", "127.0.0.1"], scene.settings(database, teams=teams))


def bare(scene: Scene, database: str) -> AbstractAsyncContextManager[Server]:
    """The bare server with the same secrets."""
    settings = {
        "database": database,
        "secret": scene.slack.signing_secret,
        "app_id": scene.teams.app_id,
        "keys": scene.teams.login.key_set()["keys"],
    }
    return running([sys.executable, "-m", "benchmarks.bare"], {"BARE": json.dumps(settings)})


@asynccontextmanager
async def running(command: list[str], settings: Mapping[str, str]) -> AsyncIterator[Server]:
    """A program with these settings alone, from the line that says where it listens; it is asked to end, and ends."""
    with tempfile.TemporaryDirectory() as folder:  # where no .env lies
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings}
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            *command, cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE
        )
        try:
            assert process.stdout
            line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
            if SAYS not in line:
                raise RuntimeError(f"{command[0]} did not start: it said {line!r}")
            yield Server(process.pid, int(line.rpartition(":")[2]), time.perf_counter() - began)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()
