"""Keeps one PostgreSQL server for a whole test run, however many workers it has: started by the first who asks."""

import fcntl
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.databases.postgres import Server, private_server

_START = 60.0
_kept: list[subprocess.Popen[bytes]] = []  # outlives whoever started it, which Popen takes for a mistake otherwise


def server_of(run: Path, owner: int) -> Server:
    """The server of the test run whose folder this is; it ends with ``end``, or with the process ``owner``."""
    with (run / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (run / "asked").exists():
            (run / "asked").touch()
            command = [sys.executable, "-m", "tests.databases.keeper", str(run), str(owner)]
            with (run / "keeper.log").open("wb") as log:
                root = Path(__file__).parents[2]
                _kept.append(subprocess.Popen(command, cwd=root, stdout=log, stderr=log, start_new_session=True))
    last = time.monotonic() + _START
    while not (run / "server.json").exists():
        if (run / "failed").exists() or time.monotonic() > last:
            raise RuntimeError(f"the suite's PostgreSQL did not start:\n{(run / 'keeper.log').read_text()}")
        time.sleep(0.05)
    return Server(**json.loads((run / "server.json").read_text()))


def end(run: Path) -> None:
    """Stop the server, if there is one, and wait until it is gone."""
    if not (run / "asked").exists():
        return
    (run / "stop").touch()
    last = time.monotonic() + _START
    while not ((run / "failed").exists() or (run / "gone").exists()) and time.monotonic() < last:
        time.sleep(0.05)


def _keep(run: Path, owner: int) -> None:
    with private_server() as server:
        told = run / "server.json.new"
        told.write_text(json.dumps({"port": server.port, "programs": server.programs}))
        told.rename(run / "server.json")
        while not (run / "stop").exists() and _lives(owner):
            time.sleep(0.1)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    try:
        _keep(folder, int(sys.argv[2]))
        (folder / "gone").touch()
    except BaseException:
        (folder / "failed").touch()
        raise
