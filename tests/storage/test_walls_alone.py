"""Row-level security alone: with the application's scoping taken out of its statements, nothing of others is seen."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.base import Executable

from storage import OpenRecords, open_storage, postgres
from storage.statements import Params, Prepared, Statements
from storage.tables import accounts, metadata
from tests.databases.postgres import SUPERUSER, Server
from tests.storage.acts import ACTS, acme
from tests.storage.cast import DANA
from tests.storage.rows import count, rows
from tests.storage.test_walls import dump, rival, their_ids

# Which account a workspace belongs to, and whose a secret that works once is: asked before anybody knows the account.
OUTSIDE = {"workspaces", "one_time"}
WALLED = sorted(set(metadata.tables) - OUTSIDE)
# It would have written into another account, or the same twice; or found several where there is one in an account.
REFUSED = (
    asyncpg.InsufficientPrivilegeError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.CardinalityViolationError,
)


class Recorded(Prepared):
    """A statement that remembers what it was asked with."""

    def __init__(self, statement: Executable, asked: "list[tuple[Executable, Params]]") -> None:
        super().__init__(statement, "postgresql")
        self._statement, self._asked = statement, asked

    def arguments(self, params: Params) -> list[Any]:
        self._asked.append((self._statement, params))
        return super().arguments(params)


class Recording(Statements):
    """Every statement that is run, in order, and with what."""

    def __init__(self) -> None:
        super().__init__("postgresql")
        self.asked: list[tuple[Executable, Params]] = []

    def __getitem__(self, statement: Executable) -> Prepared:
        return Recorded(statement, self.asked)


def unscoped(statement: Any) -> Any:
    """The statement as if somebody had forgotten everywhere to say whose rows are meant."""

    def forget(element: Any, **_: Any) -> Any:
        if not isinstance(element, sa.BinaryExpression) or element.operator is not operators.eq:
            return None
        says = isinstance(element.right, sa.BindParameter) and element.right.key == "account"
        return sa.true() if says and _names_the_account(element.left) else None

    return visitors.replacement_traverse(statement, {}, forget)


def _names_the_account(column: Any) -> bool:
    its_table = getattr(column, "table", None)
    return getattr(column, "key", "") == "account" or (its_table is accounts and column.key == "id")


@dataclass
class Scene:
    """Two accounts, and every statement that acme's own gestures were made of."""

    url: str
    asked: Sequence[tuple[Executable, Params]]
    ids: set[str]


@pytest.fixture
async def scene(postgres_url: str) -> AsyncIterator[Scene]:
    storage = await open_storage(postgres_url, lambda: None)
    theirs = await acme(storage)
    await rival(storage)
    recording = Recording()
    storage._database._statements = recording
    for act in ACTS.values():
        await act(storage.open("acme"), theirs, DANA)
    await storage.close()
    yield Scene(postgres_url, recording.asked, await their_ids(postgres_url, theirs))


async def replay(scene: Scene, url: str) -> tuple[int, set[str]]:
    """Run all of them unscoped for the rival account: how many ran, and what of acme's was read."""
    connection = await asyncpg.connect(url, server_settings=postgres.SETTINGS)
    ran, seen = 0, set[str]()
    for statement, params in scene.asked:
        bare = unscoped(statement)
        if {table.name for table in visitors.iterate(bare) if isinstance(table, sa.Table)} <= OUTSIDE:
            continue
        prepared = Prepared(bare, "postgresql")
        try:
            async with connection.transaction():
                await connection.execute("SELECT set_config('baton.account', 'rival', true)")
                found = await connection.fetch(prepared.sql, *prepared.arguments(params))
        except REFUSED:
            continue
        ran += 1
        seen |= {value for row in found for value in row.values() if value in scene.ids}
    await connection.close()
    return ran, seen


async def test_a8_with_the_scoping_forgotten_in_every_statement_nothing_of_others_is_read_or_changed(
    scene: Scene,
) -> None:
    before = await dump(scene.url)
    assert len({statement for statement, _ in scene.asked}) > 60
    ran, seen = await replay(scene, scene.url)
    assert ran > 100
    assert seen == set()
    assert await dump(scene.url) == before


async def test_whom_row_level_security_does_not_bind_would_see_and_change_it(
    scene: Scene, postgres_server: Server
) -> None:
    """Else nothing would be shown above: the scoping is gone from these statements."""
    before = await dump(scene.url)
    _, seen = await replay(scene, postgres_server.url(scene.url.rpartition("/")[2], SUPERUSER))
    assert len(seen) > 10
    changed = {table for table, found in (await dump(scene.url)).items() if found != before[table]}
    assert changed >= {"claims", "deliveries", "handoffs", "lanes"}


@pytest.fixture
async def full(postgres_url: str) -> str:
    """Two accounts, one of which has a row in every walled table."""
    storage: OpenRecords = await open_storage(postgres_url, lambda: None)
    theirs = await acme(storage)
    await rival(storage)
    for act in ("change", "apply"):
        await ACTS[act](storage.open("acme"), theirs, DANA)
    await storage.close()
    return postgres_url


async def test_a8_a_table_read_without_any_condition_shows_nothing_of_others(full: str) -> None:
    for table in WALLED:
        column = "id" if table == "accounts" else "account"
        assert await count(full, table, account=None) == 0, table
        assert await count(full, table, account="") == 0, table
        for account in ("acme", "rival"):
            found = await rows(full, f"SELECT DISTINCT {column} FROM {table}", account)  # noqa: S608 - our words
            assert found in ([], [(account,)]), table
        # Paces are kept for platforms that have limits.
        assert table == "paces" or await count(full, table, "acme") > 0, table


async def test_a8_a_table_changed_or_emptied_without_any_condition_keeps_what_is_of_others(full: str) -> None:
    before = await dump(full)
    connection = await asyncpg.connect(full)
    for account in (None, "", "nobody"):
        if account is not None:
            await connection.execute("SELECT set_config('baton.account', $1, false)", account)
        for table in WALLED:
            column = "id" if table == "accounts" else "account"
            assert await connection.execute(f"UPDATE {table} SET {column} = {column}") == "UPDATE 0"  # noqa: S608
            assert await connection.execute(f"DELETE FROM {table}") == "DELETE 0"  # noqa: S608
    await connection.close()
    assert await dump(full) == before


async def test_nobody_can_write_into_another_account(full: str) -> None:
    add = "INSERT INTO people (account, id, name, role, given, created_at) VALUES ('acme', 'x', 'X', 3, false, now())"
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await rows(full, add, "rival")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await rows(full, "UPDATE people SET account = 'acme'", "rival")


async def test_what_is_outside_the_wall_says_no_more_than_whose_it_is(full: str) -> None:
    connection = await asyncpg.connect(full)
    forced = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND {} ({})"
    both = "relrowsecurity AND relforcerowsecurity"
    walled = {row[0] for row in await connection.fetch(forced.format("", both))}
    open_to_all = {row[0] for row in await connection.fetch(forced.format("NOT", both))}
    await connection.close()
    assert walled == set(WALLED)
    assert open_to_all == OUTSIDE | {"alembic_version"}
    assert set(metadata.tables["workspaces"].c.keys()) == {"platform", "workspace", "account", "removed_at"}
    # No secret is in it, only what one is compared with; whoever finds it still has to be who it was made for.
    assert set(metadata.tables["one_time"].c.keys()) == {
        *("digest", "purpose", "account", "platform", "workspace", "user_id", "expires_at"),
    }


async def test_the_registry_sees_across_accounts_what_is_due_and_nothing_else(full: str) -> None:
    connection = await asyncpg.connect(full)
    await connection.execute("SET baton.registry = 'on'")
    seen = {table for table in WALLED if await connection.fetchval(f"SELECT count(*) FROM {table}")}  # noqa: S608
    changed = await connection.execute("UPDATE deliveries SET attempts = 9")
    await connection.close()
    assert seen == {"deliveries", "lanes"}
    assert changed == "UPDATE 0"
