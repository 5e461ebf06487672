"""The command line; what it does with accounts and people is in ``cli_accounts``."""

import argparse
import asyncio
import logging
import os
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli_accounts import add_account_commands
from bot.clock import SystemClock
from bot.database import HOPELESS, not_as_it_should_be, prepare_database, records_url
from bot.errors import CantListen, NotThere
from bot.numbers import number, port
from bot.settings import BadSettings, load, package_settings, read_environment
from core.deliveries import State
from core.errors import PlatformRefuses, StorageAway, StorageTaken

if TYPE_CHECKING:
    from bot.doctor import Check

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit code (2 when the settings can't be used)."""
    parsed = _parser().parse_args(arguments)
    try:
        code: int = parsed.run(parsed)
    except BadSettings as bad:
        print("Baton can't start with these settings:", file=sys.stderr)
        for problem in bad.problems:
            print(f"  {problem}", file=sys.stderr)
        return 2
    except StorageAway as away:
        print(f"DATABASE_URL: {away}. Is the database there, and are we let in?", file=sys.stderr)
        return 1
    except (PlatformRefuses, CantListen, StorageTaken, NotThere) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="baton", description="Hand it off in Slack, pick it up in Teams.")
    commands = parser.add_subparsers(title="commands", required=True)

    serve = commands.add_parser("serve", help="serve Slack and Microsoft Teams")
    serve.add_argument("--host", help="the address to listen on (default 0.0.0.0; with --dev 127.0.0.1)")
    serve.add_argument(
        "--dev", action="store_true", help="let a local Teams emulator in without a token; loopback only"
    )
    serve.set_defaults(run=_serve)

    db = commands.add_parser("db", help="look after the database").add_subparsers(title="commands", required=True)
    db.add_parser("upgrade", help="bring the schema up to date").set_defaults(run=_upgrade)

    books = commands.add_parser("deliveries", help="who was told what, where and when; try again what was given up")
    which = books.add_mutually_exclusive_group()
    which.add_argument("--dead", action="store_true", help="only what was given up")
    which.add_argument("--pending", action="store_true", help="only what is still owed")
    books.add_argument(
        "--retry", nargs="*", metavar="KEY", help="make these due again that were given up; all of them with --dead"
    )
    books.add_argument("--most", type=number, default=50, help="how many to show, the newest first (default 50)")
    books.add_argument("--json", action="store_true", help="everything that is known of them, for programs")
    books.set_defaults(run=_deliveries)

    add_account_commands(commands)
    access = commands.add_parser("access", help="the table of who may do what")
    access.add_argument("--markdown", action="store_true", help="as docs/access.md shows it")
    access.set_defaults(run=_access)

    doctor = commands.add_parser("doctor", help="check the settings, the database and the platforms")
    doctor.add_argument("--audit", action="store_true", help="hold the records against every rule instead")
    doctor.set_defaults(run=_doctor)

    commands.add_parser("key", help="print a fresh key for BATON_SECRET_KEY").set_defaults(run=_key)

    demo = commands.add_parser("demo", help="play junior and senior on one local page, no account anywhere")
    demo.add_argument("--script", action="store_true", help="run the main job by itself and print what happens")
    demo.add_argument(
        "--port", type=port, default=8765, help="where the page is served (default 8765; 0 for any free port)"
    )
    demo.set_defaults(run=_demo)

    manifest = commands.add_parser("manifest", help="make app packages").add_subparsers(
        title="platforms", required=True
    )
    teams = manifest.add_parser("teams", help="make the Teams app package, a zip to upload")
    teams.add_argument(
        "--out", type=Path, default=Path("teams-app.zip"), help="where to write it (default teams-app.zip)"
    )
    teams.add_argument(
        "--registration", type=int, choices=range(1, 10), default=1, help="of which registration (default the first)"
    )
    teams.set_defaults(run=_teams_package)
    return parser


def _serve(parsed: argparse.Namespace) -> int:
    from bot.http import serve

    host = parsed.host or ("127.0.0.1" if parsed.dev else "0.0.0.0")  # noqa: S104 - a server listens to the outside
    if parsed.dev and host not in LOOPBACK:
        raise BadSettings([f"--host {host}: --dev lets everyone in without a token, so it listens on 127.0.0.1 only."])
    settings = load(read_environment(os.environ), dev=parsed.dev)
    _log(settings.log_level)
    if parsed.dev:
        logging.getLogger("baton").warning("--dev: Teams activities are taken WITHOUT A TOKEN from this machine")
    if problem := prepare_database(settings.database_url):
        print(problem, file=sys.stderr)
        return 1
    return asyncio.run(serve(settings, host, lambda url: print(f"Baton listens on {url}", flush=True)))


def _upgrade(_: argparse.Namespace) -> int:
    from storage.migrate import state, upgrade

    url = records_url(os.environ)
    if problem := HOPELESS.get(state(url)):
        print(problem, file=sys.stderr)
        return 1
    backup = upgrade(url)
    if backup:
        print(f"Backed up to {backup}")
    print("The database schema is up to date.")
    return 0


def _deliveries(parsed: argparse.Namespace) -> int:
    url = records_url(os.environ)
    if parsed.retry is not None and (parsed.pending or parsed.json or not (parsed.retry or parsed.dead)):
        print("To try again, say what: --retry KEY ..., or --dead --retry for all that was given up.", file=sys.stderr)
        return 2
    if problem := not_as_it_should_be(url):
        print(problem, file=sys.stderr)
        return 1
    return asyncio.run(_show(url, parsed) if parsed.retry is None else _retry(url, parsed.retry))


async def _show(url: str, parsed: argparse.Namespace) -> int:
    from bot import books
    from storage import opened

    async with opened(url) as storage:
        states = [State.DEAD] if parsed.dead else [State.PENDING] if parsed.pending else list(State)
        lines = await books.newest(storage, states, parsed.most)
        if parsed.json:
            print(books.as_json(lines))
            return 0
        standing = await books.balance(storage)
    for line in books.table(lines, standing, SystemClock().now(), shutil.get_terminal_size((100, 24)).columns):
        print(line)
    return 0


async def _retry(url: str, keys: Sequence[str]) -> int:
    from bot import books
    from storage import opened

    async with opened(url) as storage:
        number, unknown = await books.retry(storage, keys or None, SystemClock().now())
    print(f"{number} {'delivery is' if number == 1 else 'deliveries are'} due again.")
    for key in unknown:
        print(f"{key}: nothing that was given up has this key", file=sys.stderr)
    return 1 if unknown else 0


def _access(parsed: argparse.Namespace) -> int:
    from bot.access_table import in_a_terminal, in_markdown

    for line in in_markdown() if parsed.markdown else in_a_terminal():
        print(line)
    return 0


def _key(_: argparse.Namespace) -> int:
    from cryptography.fernet import Fernet

    print(Fernet.generate_key().decode())
    return 0


def _doctor(parsed: argparse.Namespace) -> int:
    from bot import doctor

    if not parsed.audit:
        return asyncio.run(_report(doctor.examine(read_environment(os.environ), SystemClock())))
    url = records_url(os.environ)
    if problem := not_as_it_should_be(url):
        print(problem, file=sys.stderr)
        return 1
    return asyncio.run(_report(doctor.audit(url, SystemClock())))


async def _report(checks: "AsyncIterator[Check]") -> int:
    wrong = 0
    async for check in checks:
        wrong += not check.ok
        print(f"{'ok' if check.ok else 'WRONG':7}{check.part:12}{check.words}", flush=True)
        for row in check.rows:
            print(f"{'':19}{row}")
    return 1 if wrong else 0


def _demo(parsed: argparse.Namespace) -> int:
    from bot.playground.demo import demo

    _log("WARNING")
    return asyncio.run(demo(port=parsed.port, script=parsed.script))


def _teams_package(parsed: argparse.Namespace) -> int:
    from adapters.teams.app_package import teams_app_package

    app_id, public_url = package_settings(read_environment(os.environ), parsed.registration)
    try:
        parsed.out.write_bytes(teams_app_package(app_id, public_url, version("baton")))
    except OSError as error:
        print(f"Can't write {parsed.out}: {error.strerror}.", file=sys.stderr)
        return 1
    print(f"Wrote {parsed.out}. Upload it in Teams: Apps, Manage your apps, Upload an app.")
    return 0


def _log(level: str) -> None:
    logging.basicConfig(level="WARNING", format="%(asctime)s %(levelname)-8s %(name)s: %(message)s", stream=sys.stderr)
    # The libraries stay at WARNING whatever is asked for: at DEBUG they log what customers wrote.
    for ours in ("baton", "adapters"):
        logging.getLogger(ours).setLevel(level)
