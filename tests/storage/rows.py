"""Looking into the tables themselves, past everything that Baton puts in front of them."""

import sqlite3
from contextlib import closing
from typing import Any

import asyncpg

from storage.engine import sqlite_file


async def rows(url: str, query: str, account: str | None = "acme") -> list[tuple[Any, ...]]:
    """The rows of a query, on PostgreSQL with the account set, as a transaction of Baton's would have it."""
    file = sqlite_file(url)
    if file is not None:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA foreign_keys=ON")
            found: list[tuple[Any, ...]] = connection.execute(query).fetchall()
            connection.commit()
            return found
    connection = await asyncpg.connect(url)
    try:
        if account is not None:
            await connection.execute("SELECT set_config('baton.account', $1, false)", account)
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


async def count(url: str, condition: str, account: str | None = "acme") -> int:
    """How many rows; ``condition`` is what follows FROM."""
    number: int = (await rows(url, f"SELECT count(*) FROM {condition}", account))[0][0]  # noqa: S608 - our own words
    return number
