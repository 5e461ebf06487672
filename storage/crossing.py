"""Stepping from one account into another within a transaction: for the few changes that concern two of them."""

import sqlalchemy as sa

from storage.binds import ACCOUNT
from storage.scripts import Script, run
from storage.statements import Dialect
from storage.tables import accounts

# Ends with the transaction, as what it was begun with would have.
_ENTER = sa.select(
    sa.func.set_config("baton.account", ACCOUNT, sa.true()).label("account"),
    sa.func.set_config("baton.registry", sa.literal_column("'off'", sa.Text()), sa.true()).label("registry"),
)
# Held so, nothing can be added to an account: whoever refers to it waits, and is told that it is gone if it goes.
HOLD = sa.select(accounts.c.id).where(accounts.c.id == ACCOUNT).with_for_update()


def enter(dialect: Dialect, account: str) -> Script[None]:
    """See and change this account's rows from here on, and no other's (PostgreSQL; SQLite has no wall to step over)."""
    if dialect == "postgresql":
        yield from run(_ENTER, {"account": account})
