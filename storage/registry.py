"""The registry: which account a workspace belongs to, how workspaces come and go, and what works once."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.account import Install, Installed, Joined, Linked, OneTime, Parted, Purpose, Redeem
from core.changes import Hindered
from core.people import Caller, Strangers
from core.ports import Configuration
from core.roster import Room
from storage import bindings, joining, leaving, one_time
from storage.configuring import configure
from storage.installs import install
from storage.own import Known
from storage.parting import part
from storage.remembered import Remembered
from storage.scripts import PATIENCE, Begin, Database, T
from storage.seal import Seal

# An operator waits for all of an account to go; a person at a chat would not. For what a platform says of an
# installation nobody waits, and nobody may say it again.
LONG, UNATTENDED = 60.0, 10.0


class SqlRegistry:
    """The registry over either database."""

    def __init__(
        self, database: Database, known_rooms: Remembered[str, Sequence[Room]], installed: Known, seal: Seal
    ) -> None:
        self._database = database
        self._accounts: Remembered[tuple[str, str], str] = Remembered()
        self._rooms = known_rooms
        self._installed = installed
        self._seal = seal

    async def account_of(self, platform: str, workspace: str) -> str | None:
        """The account that a workspace is bound to; None for a workspace that is not ours, or has left."""
        known, ticket = self._accounts.get((platform, workspace)), self._accounts.ticket
        if known is not None:
            return known
        params = {"platform": platform, "workspace": workspace}
        found = await self._database.read(None, bindings.ACCOUNT_OF, params)
        if not found:
            return None
        account: str = found[0].account
        self._accounts.keep((platform, workspace), account, ticket)
        return account

    async def accounts(self) -> Sequence[str]:
        """Every account that has, or had, a workspace."""
        return [row.account for row in await self._database.read(None, bindings.ACCOUNTS, {})]

    async def configure(self, configuration: Configuration, at: datetime) -> None:
        """Make or meet the account, and bring its workspaces and rooms to what is configured.

        ``ValueError`` if one of the workspaces belongs to another account.
        """
        dialect = self._database.dialect
        await self._change(configuration.account, lambda: configure(dialect, configuration, at))

    async def delete(self, account: str) -> Mapping[str, int] | None:
        """Remove an account with everything that is its own; answers how many rows of each table, None if unknown."""
        dialect = self._database.dialect
        return await self._change(None, lambda: leaving.delete(dialect, account), LONG)

    async def install(self, new: Install) -> Installed:
        """Bind a workspace to its account, or a new one; its installer is an owner if there is none yet.

        ``NoKey`` if it brings a token and there is no key to seal it with.
        """
        dialect, seal = self._database.dialect, self._seal
        return await self._change(None, lambda: install(dialect, seal, new), UNATTENDED)

    async def uninstall(self, platform: str, workspace: str, began: datetime, at: datetime) -> bool:
        """Forget the token, retire the rooms, and send nothing there any more; answers whether it was installed."""
        dialect = self._database.dialect
        return await self._change(None, lambda: leaving.uninstall(dialect, platform, workspace, began, at), UNATTENDED)

    async def part(self, account: str, by: Caller, name: str, at: datetime) -> Parted | Hindered | Strangers:
        """Give a workspace of this account, called so, an account of its own; its history stays here."""
        dialect = self._database.dialect
        return await self._change(account, lambda: part(dialect, account, by, name, at))

    async def keep(self, one: OneTime) -> None:
        """Keep a secret that works once until it is used or too old."""
        await self._database.write(None, lambda: one_time.keep(one))

    async def use(self, purpose: Purpose, digest: str, at: datetime) -> bool:
        """Use one up; whether it was there and not too old. Of any number that use it at once, one is told yes."""
        return await self._database.write(None, lambda: one_time.use(purpose, digest, at))

    async def redeem(self, redeem: Redeem) -> Joined | Linked | Hindered | Strangers:
        """Do what a code is good for, and use it up with that; a code that could not do it stays."""
        dialect = self._database.dialect
        return await self._change(None, lambda: joining.redeem(dialect, redeem))

    async def prune(self, at: datetime) -> int:
        """Forget those that are too old; answers how many."""
        return await self._database.write(None, lambda: one_time.prune(at))

    async def _change(self, account: str | None, begin: Begin[T], deadline: float = PATIENCE) -> T:
        """A change after which nothing that is remembered may still be true."""
        try:
            return await self._database.write(account, begin, deadline)
        finally:
            # Also if nobody knows whether it was made.
            self._accounts.forget()
            self._rooms.forget()
            self._installed.forget()
