"""The registry: which account a workspace belongs to, and the account that the configuration makes."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from core.events import Event
from core.ports import Configuration, Room
from storage.binds import ACCOUNT, AT, PLATFORM, WORKSPACE, text
from storage.history import note
from storage.people import LOCK_ACCOUNT
from storage.remembered import Remembered
from storage.rooms import arrange
from storage.scripts import Database, Ending, Script, run
from storage.statements import Change, Dialect, adds_if_new
from storage.tables import accounts, workspaces


class SqlRegistry:
    """The registry over either database."""

    def __init__(self, database: Database, known_rooms: Remembered[str, Sequence[Room]]) -> None:
        self._database = database
        self._accounts: Remembered[tuple[str, str], str] = Remembered()
        self._rooms = known_rooms

    async def account_of(self, platform: str, workspace: str) -> str | None:
        """The account that a workspace is bound to; None for a workspace that is not ours."""
        known = self._accounts.get((platform, workspace))
        if known is not None:
            return known
        found = await self._database.read(None, _ACCOUNT_OF, {"platform": platform, "workspace": workspace})
        if not found:
            return None
        account: str = found[0].account
        self._accounts.keep((platform, workspace), account)
        return account

    async def accounts(self) -> Sequence[str]:
        """Every account that has a workspace; no gesture can reach another, so there is nothing to look after in it."""
        return [row.account for row in await self._database.read(None, _ACCOUNTS, {})]

    async def configure(self, configuration: Configuration, at: datetime) -> None:
        """Make or meet the account, and bring its workspaces and rooms to what is configured.

        ``ValueError`` if one of the workspaces belongs to another account.
        """
        dialect = self._database.dialect
        await self._database.write(configuration.account, lambda: _configure(dialect, configuration, at))
        self._rooms.forget()


_ACCOUNT_OF = sa.select(workspaces.c.account).where(
    workspaces.c.platform == PLATFORM, workspaces.c.workspace == WORKSPACE
)
_ACCOUNTS = sa.select(workspaces.c.account).distinct().order_by(workspaces.c.account)


def _make_account(dialect: Dialect) -> Change:
    values = {"id": ACCOUNT, "name": text("name"), "created_at": AT}
    return adds_if_new(dialect, accounts, values).returning(accounts.c.id)


def _bind_workspace(dialect: Dialect) -> Change:
    values = {"platform": PLATFORM, "workspace": WORKSPACE, "account": ACCOUNT}
    return adds_if_new(dialect, workspaces, values).returning(workspaces.c.account)


_DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgresql")
_MAKE_ACCOUNT = {dialect: _make_account(dialect) for dialect in _DIALECTS}
_BIND_WORKSPACE = {dialect: _bind_workspace(dialect) for dialect in _DIALECTS}


def _configure(dialect: Dialect, wanted: Configuration, at: datetime) -> Script[Ending[None]]:
    params = {"account": wanted.account, "at": at, "name": wanted.name}
    nowhere = {"person": None, "platform": None, "workspace": None}
    if (yield from run(_MAKE_ACCOUNT[dialect], params)):
        yield from note(params | nowhere, Event.ACCOUNT_MADE)
    yield from run(LOCK_ACCOUNT, params)
    for platform, workspace in wanted.workspaces:
        place = params | {"person": None, "platform": platform, "workspace": workspace}
        if (yield from run(_BIND_WORKSPACE[dialect], place)):
            yield from note(place, Event.WORKSPACE_BOUND)
        bound = yield from run(_ACCOUNT_OF, place)
        if bound[0].account != wanted.account:
            raise ValueError(f"the workspace {platform}:{workspace} already belongs to another account")
    yield from arrange(dialect, wanted.account, wanted.rooms, wanted.pending, at)
    return None, False
