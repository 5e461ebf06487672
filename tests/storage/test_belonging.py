"""Whose an account is, whoever joins, parts, leaves and comes back; and that what left is reached no more."""

import sqlite3
from contextlib import closing

import pytest

from core.account import Joined, Parted
from core.changes import GiveRole, Hindered, Hindrance
from core.claim_rules import Kind
from core.deliveries import Failed, State
from core.people import Role
from core.ports import Answered
from core.use_cases.claim import CLAIM
from core.use_cases.deliver import deliver
from storage import OpenRecords, open_storage
from storage.account import SqlAccount
from tests.storage.cast import LATER, NOON, due, keep, move, new, recorded
from tests.storage.installing import HILL, SEA, SKY, Place, a_code, an_install, installed, typed


async def together(storage: OpenRecords) -> SqlAccount:
    """Sea's account, which Hill's workspace was joined to."""
    sea = await installed(storage, SEA)
    await installed(storage, HILL)
    answer = await storage.registry.redeem(typed(HILL.owner, await a_code(storage, sea._account, SEA.owner)))
    assert isinstance(answer, Joined)
    return sea


async def role(account: SqlAccount, where: Place, user: str | None = None) -> Role:
    """What somebody there is."""
    found = await account.who((where.somebody(user) if user else where.owner).identity)
    assert found is not None
    return found.person.role


async def test_a6_the_workspace_of_the_last_owner_is_not_parted_from_its_account(storage: OpenRecords) -> None:
    sea = await together(storage)
    part = storage.registry.part
    assert await part(sea._account, HILL.owner, "Blue Sea", LATER) == Hindered(Hindrance.LAST_OWNER)
    await sea.change(GiveRole(SEA.owner, NOON, HILL.owner.identity, Role.OWNER))
    assert isinstance(await part(sea._account, HILL.owner, "Blue Sea", LATER), Parted)


async def test_whoever_installs_a_joined_workspace_anew_does_not_get_the_account(storage: OpenRecords) -> None:
    sea = await together(storage)
    assert await storage.registry.uninstall(SEA.platform, SEA.workspace, LATER, LATER)
    await storage.registry.install(an_install(HILL, at=LATER, by=HILL.somebody("nobody")))
    assert await role(sea, HILL, "nobody") is Role.ENGINEER


async def test_roles_that_were_given_go_along_when_workspaces_join_and_part(storage: OpenRecords) -> None:
    sea, hill = await installed(storage, SEA), await installed(storage, HILL)
    for user, given in (("ann", Role.VIEWER), ("bea", Role.OWNER)):
        await hill.meet(HILL.somebody(user), None, NOON)
        await hill.change(GiveRole(HILL.owner, NOON, HILL.somebody(user).identity, given))
    await storage.registry.redeem(typed(HILL.owner, await a_code(storage, sea._account, SEA.owner)))
    assert [await role(sea, HILL, user) for user in ("ann", "bea")] == [Role.VIEWER, Role.ADMIN]
    parted = await storage.registry.part(sea._account, SEA.owner, "Green Hill", LATER)
    assert isinstance(parted, Parted)
    own = storage.open(parted.account)
    assert [await role(own, HILL, user) for user in (None, "ann", "bea")] == [Role.OWNER, Role.VIEWER, Role.ADMIN]
    # They are told, since their rooms are gone.
    assert {one.lane.address for _, one in await due(storage, own, LATER)} >= {"bea"}


async def test_a_letter_of_one_account_is_not_sent_where_another_is_installed_by_now(storage: OpenRecords) -> None:
    sea = await together(storage)
    await sea.meet(HILL.somebody("jane"), None, NOON)
    handoff = await recorded(sea, new(HILL.somebody("jane")))
    assert isinstance(await storage.registry.part(sea._account, SEA.owner, "Green Hill", LATER), Parted)
    answer = await sea.apply(move(CLAIM, handoff.id, SEA.owner, at=LATER))
    assert isinstance(answer, Answered) and answer.verdict.kind is Kind.DONE
    owed = [(lease, one) for lease, one in await due(storage, sea, LATER) if one.lane.platform == HILL.platform]
    for lease, one in owed:
        outcome = await deliver(one, None)  # type: ignore[arg-type]  # there is no way out to be asked
        assert isinstance(outcome, Failed)
        await keep(sea, lease, one, outcome, LATER)
    there = [line for line in await sea.deliveries(list(State), 50) if line.platform == HILL.platform]
    assert owed and {line.state for line in there} <= {State.DEAD, State.SUPERSEDED}


async def test_whose_workspace_was_parted_can_not_act_whatever_another_process_remembers(
    storage: OpenRecords, storage_url: str
) -> None:
    sea = await together(storage)
    handoff = await recorded(sea, new(SEA.owner))
    assert isinstance(await storage.registry.part(sea._account, SEA.owner, "Green Hill", LATER), Parted)
    other = await open_storage(storage_url, None)
    answer = await other.open(sea._account).apply(move(CLAIM, handoff.id, HILL.owner, at=LATER))
    await other.close()
    assert isinstance(answer, Answered) and answer.verdict.kind is Kind.DEACTIVATED


async def test_a_code_ends_with_the_workspace_that_it_was_made_in(storage: OpenRecords) -> None:
    sea = await together(storage)
    code = await a_code(storage, sea._account, HILL.owner)
    assert isinstance(await storage.registry.part(sea._account, SEA.owner, "Green Hill", LATER), Parted)
    await installed(storage, SKY)
    assert await storage.registry.redeem(typed(SKY.owner, code)) == Hindered(Hindrance.BAD_CODE)


@pytest.mark.parametrize(("table", "column"), [("handoffs", "follows"), ("deliveries", '"of"')])
def test_what_refers_to_its_own_table_is_found_by_an_index_when_an_account_goes(
    sqlite_url: str, table: str, column: str
) -> None:
    """Each row that goes asks who refers to it. Without an index 6,400 handoffs took over a minute."""
    query = f"EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE account = 'a' AND {column} = 'b'"  # noqa: S608 - our words
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        plan = " ".join(row[3] for row in connection.execute(query))
    assert f"INDEX ix_{table}_{column.strip(chr(34))} (account=? AND {column.strip(chr(34))}=?)" in plan
