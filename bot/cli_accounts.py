"""The commands about accounts: ``accounts``, ``people``, ``role``, ``rooms``, ``audit``, and ``account``."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import accounts
from bot.clock import SystemClock
from bot.database import not_as_it_should_be, records_url
from bot.errors import NotThere
from bot.numbers import number
from core.people import Role

if TYPE_CHECKING:
    from core.ports import Storage

    Work = Callable[[Storage], Awaitable[Sequence[str]]]


def add_account_commands(commands: Any) -> None:
    """Give the command line these commands; ``commands`` is what argparse calls subparsers."""
    commands.add_parser("accounts", help="every account, and its workspaces").set_defaults(run=_accounts)

    people = commands.add_parser("people", help="everybody, their roles, and how each platform knows them")
    people.set_defaults(run=_people)
    rooms = commands.add_parser("rooms", help="which rooms show escalations")
    rooms.set_defaults(run=_rooms)

    role = commands.add_parser("role", help="give somebody a role; the way to the first owner")
    role.add_argument("who", metavar="WHO", help="their id, or platform:workspace:user, as baton people prints them")
    role.add_argument("role", metavar="ROLE", type=_role_of, help="viewer, engineer, admin or owner")
    role.set_defaults(run=_role)

    audit = commands.add_parser("audit", help="what was changed: people, roles, rooms, links and settings")
    audit.add_argument("--most", type=number, default=50, help="how many lines to show, the newest first (default 50)")
    audit.add_argument("--json", action="store_true", help="everything that is known of them, for programs")
    audit.set_defaults(run=_audit)

    for one in (people, rooms, role, audit):
        one.add_argument("--account", metavar="ID", help="which account, where there are several")

    account = commands.add_parser("account", help="take an account's records out, or away").add_subparsers(
        title="commands", required=True
    )
    export = account.add_parser("export", help="write everything that is recorded of an account as JSON")
    export.add_argument("id", metavar="ID", help="which account (see: baton accounts)")
    export.add_argument("--out", type=Path, help="where to write it (default baton-ID.json)")
    export.set_defaults(run=_export)
    delete = account.add_parser("delete", help="remove an account with everything that is recorded of it")
    delete.add_argument("id", metavar="ID", help="which account (see: baton accounts)")
    delete.add_argument("--yes", action="store_true", help="don't ask")
    delete.set_defaults(run=_delete)


def _role_of(text: str) -> Role:
    if text.upper() not in Role.__members__:
        raise argparse.ArgumentTypeError("a role is one of viewer, engineer, admin and owner")
    return Role[text.upper()]


def _accounts(_: argparse.Namespace) -> int:
    return _say(accounts.overview)


def _people(parsed: argparse.Namespace) -> int:
    async def work(storage: "Storage") -> Sequence[str]:
        return await accounts.people(storage, await accounts.choose(storage, parsed.account))

    return _say(work)


def _rooms(parsed: argparse.Namespace) -> int:
    async def work(storage: "Storage") -> Sequence[str]:
        return await accounts.rooms(storage, await accounts.choose(storage, parsed.account))

    return _say(work)


def _role(parsed: argparse.Namespace) -> int:
    async def work(storage: "Storage") -> Sequence[str]:
        return [await accounts.give_role(storage, parsed.account, parsed.who, parsed.role, SystemClock().now())]

    return _say(work)


def _audit(parsed: argparse.Namespace) -> int:
    async def work(storage: "Storage") -> Sequence[str]:
        chosen = await accounts.choose(storage, parsed.account)
        entries = await accounts.history(storage, chosen, parsed.most)
        return [accounts.as_json(entries)] if parsed.json else list(accounts.history_table(entries))

    return _say(work)


def _export(parsed: argparse.Namespace) -> int:
    out: Path = parsed.out or Path(f"baton-{parsed.id}.json")

    async def work(storage: "Storage") -> Sequence[str]:
        found = await accounts.export(storage, parsed.id, SystemClock().now())
        _write(out, json.dumps(found, ensure_ascii=False, indent=1))
        rows = sum(len(rows) for rows in found["tables"].values())
        return [f"Wrote {rows} rows of account {parsed.id} to {out}. Only you can read it; it holds what people wrote."]

    return _say(work)


def _write(out: Path, text: str) -> None:
    """Write a file that is new, and that nobody else may read."""
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
    except FileExistsError:
        raise NotThere(f"{out} is there already. Say another place with --out.") from None
    except OSError as error:
        raise NotThere(f"Can't write {out}: {error.strerror}.") from None


def _delete(parsed: argparse.Namespace) -> int:
    async def work(storage: "Storage") -> Sequence[str]:
        name = await accounts.deletable(storage, parsed.id)
        if not parsed.yes and not await asyncio.to_thread(_sure, parsed.id, name):
            raise NotThere("Nothing was removed.")
        counts = await storage.registry.delete(parsed.id)
        if counts is None:
            raise NotThere(f"Account {parsed.id} was removed by somebody else meanwhile.")
        return [f"Removed account {parsed.id} ({name}):", *accounts.removed(counts)]

    return _say(work)


def _sure(account: str, name: str) -> bool:
    if not sys.stdin.isatty():
        raise NotThere("Nothing was removed: there is nobody to ask. Say --yes if you are sure.")
    print(f"This removes account {account} ({name}) with its people, handoffs, history and deliveries, for good.")
    return input("Type the account's id to go on: ").strip() == account


def _say(work: "Work") -> int:
    """Do some work on the records and print what it answers."""
    url = records_url(os.environ)
    if problem := not_as_it_should_be(url):
        print(problem, file=sys.stderr)
        return 1
    for line in asyncio.run(_done(url, work)):
        print(line)
    return 0


async def _done(url: str, work: "Work") -> Sequence[str]:
    from storage import opened

    async with opened(url) as storage:
        return await work(storage)
