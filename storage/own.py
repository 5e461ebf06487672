"""What an account has of the platforms, and how its records are taken out."""

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.account import Installation, Workspace
from core.errors import StorageAway
from storage.binds import ACCOUNT, PLATFORM, WORKSPACE, text
from storage.remembered import Remembered
from storage.scripts import Database, Ending, Script, run
from storage.seal import Seal
from storage.statements import Row
from storage.tables import accounts, installations, metadata, one_time

log = logging.getLogger("baton.storage")

# An operator waits for all of an account; a person at a chat would not.
PATIENCE = 60.0
Known = Remembered[tuple[str, str, str], Installation]

_I = installations.c
_THIS = (_I.account == ACCOUNT, _I.platform == PLATFORM, _I.workspace == WORKSPACE)
NAME = sa.select(accounts.c.name).where(accounts.c.id == ACCOUNT)
WORKSPACES = (
    sa.select(_I.platform, _I.workspace, _I.name, _I.configured, _I.installed_at)
    .where(_I.account == ACCOUNT)
    .order_by(_I.installed_at, _I.platform, _I.workspace)
)
INSTALLATION = sa.select(installations).where(*_THIS)
_KNOW = sa.update(installations).where(*_THIS).values(facts=text("facts"))
# Digests of codes are nobody's data, and gone in minutes.
EXPORTED = tuple(table for table in metadata.sorted_tables if table is not one_time)


def _of_the_account(table: sa.Table) -> "sa.Select[Any]":
    columns = [column for column in table.c if column is not _I.token]
    return (
        sa.select(*columns)
        .where((accounts.c.id if table is accounts else table.c.account) == ACCOUNT)
        # The order in which they were made, wherever ids are ours.
        .order_by(*table.primary_key.columns)
    )


EXPORT = {table.name: _of_the_account(table) for table in EXPORTED}


def to_workspace(row: Row) -> Workspace:
    """A row of the installations."""
    return Workspace(row.platform, row.workspace, row.name, bool(row.configured))


class SqlOwn:
    """The part of an account's door that its installations are behind."""

    _account: str
    _database: Database
    _seal: Seal
    _installed: Known

    async def name(self) -> str:
        """What the account is called."""
        found = await self._database.read(self._account, NAME, {"account": self._account})
        return found[0].name if found else ""

    async def workspaces(self) -> Sequence[Workspace]:
        """Its workspaces, in the order in which they came."""
        found = await self._database.read(self._account, WORKSPACES, {"account": self._account})
        return [to_workspace(row) for row in found]

    async def installation(self, platform: str, workspace: str) -> Installation | None:
        """What a platform gave us there, unsealed; None if nothing is installed there.

        ``StorageAway`` if none of our keys opens the token: with the right ones, what waits for it goes on.
        """
        key = (self._account, platform, workspace)
        known, ticket = self._installed.get(key), self._installed.ticket
        if known is not None:
            return known
        params = {"account": self._account, "platform": platform, "workspace": workspace}
        found = await self._database.read(self._account, INSTALLATION, params)
        if not found:
            return None
        token = self._seal.unseal(found[0].token) if found[0].token else ""
        if token is None:
            log.error("no key in BATON_SECRET_KEY opens the token of the workspace %s:%s", platform, workspace)
            raise StorageAway("the token is sealed with a key that is not there")
        installation = Installation(platform, workspace, token, json.loads(found[0].facts))
        self._installed.keep(key, installation, ticket)
        return installation

    async def know(self, installation: Installation) -> None:
        """Keep other facts of an installation that is there; the token stays."""
        params = {
            "account": self._account,
            "platform": installation.platform,
            "workspace": installation.workspace,
            "facts": json.dumps(dict(installation.facts)),
        }

        def script() -> Script[Ending[None]]:
            yield from run(_KNOW, params)
            return None, False

        await self._database.write(self._account, script)
        self._installed.forget()

    async def export(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Every row of the account by table, as JSON can hold it (times as ISO text); no token is in it."""
        params, taken = {"account": self._account}, {}
        for table, statement in EXPORT.items():
            rows = await self._database.read(self._account, statement, params, PATIENCE)
            taken[table] = [{name: _plain(value) for name, value in row._asdict().items()} for row in rows]
        return taken


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
