"""The wall between accounts: also where the application forgot it, and against the tables' owner."""

import asyncpg
import pytest

from core.claim_rules import Kind
from core.deliveries import Failed, State
from core.ledger import Balance
from core.limits import Act, Limit
from core.ports import Answered, Strangers
from core.use_cases.claim import CLAIM
from storage import open_storage
from storage.engine import OpenRecords
from storage.tables import metadata
from tests.databases.postgres import SUPERUSER, Server
from tests.storage.cast import (
    DANA,
    LATER,
    MINUTE,
    NOON,
    configuration,
    due,
    keep,
    made,
    member,
    move,
    new,
    open_account,
    recorded,
)
from tests.storage.rows import count, rows

WALLED = sorted(table.name for table in metadata.sorted_tables if table.name != "workspaces")


async def test_an_id_of_another_account_is_as_unknown_as_one_that_never_was(storage: OpenRecords) -> None:
    asked = new()
    ours = await recorded(await open_account(storage), asked)
    await storage.registry.configure(configuration("rival"), NOON)
    rival = storage.open("rival")
    await rival.meet(DANA, member("dana"), NOON)
    guessed, never = await rival.apply(move(CLAIM, ours.id, DANA)), await rival.apply(move(CLAIM, "0" * 26, DANA))
    assert isinstance(guessed, Answered) and guessed.verdict.kind is Kind.UNKNOWN
    assert guessed == never
    assert await storage.open("acme").made_by(asked.request) == ours
    assert await rival.made_by(asked.request) is None


async def test_whoever_looks_after_one_account_reads_and_changes_nothing_of_another(
    storage: OpenRecords, storage_url: str
) -> None:
    account = await open_account(storage)
    handoff = await recorded(account, new(request="the same key"))
    await made(account, move(CLAIM, handoff.id, DANA))
    for lease, owed in await due(storage, account, LATER):
        await keep(account, lease, owed, Failed("gone"), LATER)
    assert min((standing := await account.balance()).pending, standing.dead) > 0
    await storage.registry.configure(configuration("rival"), NOON)
    rival = storage.open("rival")
    await rival.meet(DANA, member("dana"), NOON)
    tables = ("lanes", "deliveries", "requests")
    before = [await rows(storage_url, f"SELECT * FROM {table} WHERE account = 'acme'") for table in tables]  # noqa: S608
    keys = [line.key for line in await account.deliveries(list(State), 50)]
    assert await rival.deliveries(list(State), 50) == []
    assert await rival.balance() == Balance(0, 0, None)
    assert list(await rival.retry(keys, LATER)) == []
    assert await rival.audit(LATER) == []
    assert await rival.forget(LATER + MINUTE, 50) == 0
    await recorded(rival, new(DANA, request="the same key"))
    assert await rival.forget(LATER + MINUTE, 50) == 1
    await rival.clamp(NOON - MINUTE, NOON - MINUTE)
    assert [await rows(storage_url, f"SELECT * FROM {table} WHERE account = 'acme'") for table in tables] == before  # noqa: S608


@pytest.fixture
async def with_two_accounts(postgres_url: str) -> str:
    storage = await open_storage(postgres_url, lambda: None)
    account = await open_account(storage)
    handoff = await recorded(account)
    await made(account, move(CLAIM, handoff.id, DANA))  # so that no table of theirs is empty
    await due(storage, account, LATER, {Act.POST: (Limit("posts", every=1.0, burst=1),)})
    await storage.registry.configure(configuration("rival"), NOON)
    await storage.open("rival").meet(DANA, member("dana"), NOON)
    await storage.close()
    return postgres_url


@pytest.mark.parametrize("table", WALLED)
async def test_row_level_security_shows_nothing_of_others_even_to_the_owner(with_two_accounts: str, table: str) -> None:
    column = "id" if table == "accounts" else "account"
    assert await count(with_two_accounts, table, account=None) == 0
    assert await count(with_two_accounts, table, account="") == 0
    for account in ("acme", "rival"):
        found = await rows(with_two_accounts, f"SELECT DISTINCT {column} FROM {table}", account)  # noqa: S608 - our words
        assert found in ([], [(account,)])
    assert await count(with_two_accounts, table, "acme") > 0


async def test_nobody_can_write_into_another_account(with_two_accounts: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await rows(
            with_two_accounts,
            "INSERT INTO people (account, id, name, role, created_at) VALUES ('acme', 'x', 'X', 3, now())",
            "rival",
        )
    await rows(with_two_accounts, "UPDATE people SET role = 3", "rival")
    assert await count(with_two_accounts, "people WHERE role = 3", "acme") == 0


async def test_the_registry_sees_across_accounts_what_is_due_and_nothing_else(with_two_accounts: str) -> None:
    connection = await asyncpg.connect(with_two_accounts)
    await connection.execute("SET baton.registry = 'on'")
    seen = {table for table in WALLED if await connection.fetchval(f"SELECT count(*) FROM {table}")}  # noqa: S608
    changed = await connection.execute("UPDATE deliveries SET attempts = 9")
    await connection.close()
    assert seen == {"deliveries", "lanes"}
    assert changed == "UPDATE 0"


async def test_serving_as_a_superuser_can_be_noticed(postgres_server: Server, postgres_url: str) -> None:
    ours = await open_storage(postgres_url, lambda: None)
    theirs = await open_storage(postgres_server.url(postgres_url.rpartition("/")[2], SUPERUSER), lambda: None)
    assert not await ours.bypasses_row_security()
    assert await theirs.bypasses_row_security()
    await ours.close()
    await theirs.close()


async def test_an_account_can_not_smuggle_a_statement_in(storage: OpenRecords) -> None:
    stranger = storage.open("x'; DROP TABLE events; --")
    try:
        answer = await stranger.apply(move(CLAIM, "0" * 26, DANA, at=LATER))
    except ValueError:
        return
    assert isinstance(answer, Answered | Strangers)
