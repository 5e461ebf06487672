"""Leaving: nothing more is sent where Baton was removed, and an account goes with everything that is its own."""

import json
from dataclasses import replace

import pytest

from core.changes import GiveRole
from core.deliveries import Sent, State, TryLater
from core.errors import StorageAway
from core.handoff import Handoff, Notice
from core.people import Role
from core.use_cases.claim import CLAIM
from storage import OpenRecords
from storage.account import SqlAccount
from storage.tables import metadata
from tests.storage.cast import (
    BLUE,
    DANA,
    DANA_ON_GREEN,
    GREEN,
    JANE,
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
    terms,
)
from tests.storage.installing import SEA, TOKEN, a_code, an_install, installed, keyed
from tests.storage.rows import count, rows

__all__ = ["keyed"]

SOON, AFTERWARDS = LATER + MINUTE, LATER + 3 * MINUTE


async def owned(storage: OpenRecords) -> SqlAccount:
    """The account with Dana, who is on both platforms, as its admin."""
    account = await open_account(storage)
    await account.change(GiveRole(None, NOON, DANA.identity, Role.ADMIN))
    await sent(storage, account)
    return account


async def sent(storage: OpenRecords, account: SqlAccount) -> None:
    """Everything that is due gets there, and every lane is free again."""
    while found := await due(storage, account, LATER):
        for lease, owed in found:
            await account.record(lease, owed, Sent(f"copy of {owed.key}"), LATER, SOON, None)


async def shown(storage: OpenRecords, account: SqlAccount) -> Handoff:
    """A handoff whose cards are up in both rooms."""
    handoff = await recorded(account)
    await sent(storage, account)
    return handoff


async def test_uninstalled_it_is_not_ours_any_more_and_its_token_is_gone(keyed: OpenRecords, storage_url: str) -> None:
    account = await installed(keyed, SEA, token=TOKEN)
    assert await account.installation(SEA.platform, SEA.workspace) is not None
    assert await keyed.registry.uninstall(SEA.platform, SEA.workspace, SOON, SOON)
    assert await keyed.registry.account_of(SEA.platform, SEA.workspace) is None
    assert await account.installation(SEA.platform, SEA.workspace) is None
    assert await count(storage_url, "installations", account._account) == 0
    assert list(await keyed.registry.accounts()) == [account._account]


async def test_uninstalled_twice_or_never_installed_it_changes_nothing(storage: OpenRecords, storage_url: str) -> None:
    account = await installed(storage, SEA)
    assert await storage.registry.uninstall(SEA.platform, SEA.workspace, SOON, SOON)
    assert not await storage.registry.uninstall(SEA.platform, SEA.workspace, SOON, SOON)
    assert not await storage.registry.uninstall(SEA.platform, "never", SOON, SOON)
    assert await count(storage_url, "events WHERE name = 'workspace_removed'", account._account) == 1


async def test_a_removal_that_is_older_than_the_installation_is_not_believed(storage: OpenRecords) -> None:
    account = await installed(storage, SEA)
    assert not await storage.registry.uninstall(SEA.platform, SEA.workspace, NOON, SOON)
    assert await storage.registry.account_of(SEA.platform, SEA.workspace) == account._account


async def test_installed_again_it_finds_its_account_and_its_history(storage: OpenRecords) -> None:
    account = await installed(storage, SEA)
    handoff = await recorded(account, new(SEA.owner, request="before"))
    await storage.registry.uninstall(SEA.platform, SEA.workspace, SOON, SOON)
    again = await storage.registry.install(an_install(SEA, at=AFTERWARDS))
    assert (again.account, again.new, again.again) == (account._account, False, True)
    assert await storage.registry.account_of(SEA.platform, SEA.workspace) == account._account
    assert await account.made_by("before") == handoff


async def test_what_was_owed_there_is_never_sent_and_the_others_go_on(storage: OpenRecords, storage_url: str) -> None:
    account = await owned(storage)
    handoff = await shown(storage, account)
    await made(account, move(CLAIM, handoff.id, DANA_ON_GREEN))
    assert await count(storage_url, "deliveries WHERE state = 'pending'") == 3  # two cards, and Jane is told
    assert await storage.registry.uninstall(BLUE, "B1", SOON, SOON)
    assert [room.lane.platform for room in await account.rooms()] == [GREEN]
    owed = [one for _, one in await due(storage, account, SOON)]
    assert {one.lane.platform for one in owed} == {GREEN}
    told = [one.news for one in owed if one.about is Notice.NEWS]
    assert [line and (str(line.event), line.subject) for line in told] == [("workspace_removed", "B1")]
    gone = await rows(storage_url, "SELECT DISTINCT state FROM deliveries WHERE lane LIKE 'blue:%' AND done < wanted")
    assert gone == [("superseded",)]


async def test_whoever_sends_there_while_it_is_removed_sends_nothing_more(
    storage: OpenRecords, storage_url: str
) -> None:
    account = await owned(storage)
    await recorded(account)
    await recorded(account)
    begun = [(lease, one) for lease, one in await due(storage, account, LATER) if one.lane.platform == BLUE]
    assert begun
    await storage.registry.uninstall(BLUE, "B1", SOON, SOON)
    for lease, one in begun:
        assert await account.record(lease, one, TryLater("busy"), SOON, SOON, terms(SOON)) is None
    assert await count(storage_url, "deliveries WHERE lane LIKE 'blue:%' AND state = 'pending'") == 0
    assert await count(storage_url, "lanes WHERE platform = 'blue' AND leased_by IS NOT NULL") == 0


async def test_what_waited_for_a_card_there_is_said_elsewhere(storage: OpenRecords) -> None:
    account = await owned(storage)
    await recorded(account, new(target=DANA.identity))
    before = {one.about for _, one in await due(storage, account, LATER)}
    assert before == {None}
    await storage.registry.uninstall(BLUE, "B1", SOON, SOON)
    after = []
    for lease, one in await due(storage, account, AFTERWARDS):
        after.append(one.about)
        if following := await keep(account, lease, one, Sent("x"), AFTERWARDS):
            after.append(following.about)
    assert Notice.AIMED_AT_YOU in after


async def test_a_card_that_hangs_there_is_not_corrected_until_it_is_installed_again(
    storage: OpenRecords, storage_url: str
) -> None:
    account = await owned(storage)
    handoff = await shown(storage, account)
    await storage.registry.uninstall(BLUE, "B1", SOON, SOON)
    await made(account, move(CLAIM, handoff.id, DANA_ON_GREEN, at=SOON))
    cards = [one for _, one in await due(storage, account, AFTERWARDS) if one.about is None]
    assert [one.lane.platform for one in cards] == [GREEN]
    assert await count(storage_url, "deliveries WHERE about IS NULL AND lane LIKE 'blue:%' AND state = 'pending'") == 0


async def test_a_configured_workspace_that_was_removed_is_back_with_the_next_start(storage: OpenRecords) -> None:
    account = await owned(storage)
    await storage.registry.uninstall(BLUE, "B1", SOON, SOON)
    assert await storage.registry.account_of(BLUE, "B1") is None
    await storage.registry.configure(configuration(), AFTERWARDS)
    assert await storage.registry.account_of(BLUE, "B1") == "acme"
    assert {room.lane.platform for room in await account.rooms()} == {BLUE, GREEN}


async def test_all_of_an_account_can_be_taken_out_without_its_token(keyed: OpenRecords) -> None:
    account = await owned(keyed)
    handoff = await shown(keyed, account)
    await made(account, move(CLAIM, handoff.id, DANA))
    await installed(keyed, SEA, token=TOKEN)
    taken = await account.export()
    assert set(taken) == set(metadata.tables) - {"one_time"}
    empty = {table for table, found in taken.items() if not found}
    assert empty <= {"paces", "guesses"}
    text = json.dumps(taken)
    assert TOKEN not in text
    assert all("token" not in row for row in taken["installations"])
    assert taken["handoffs"][0]["problem"] == handoff.snapshot.problem
    assert taken["handoffs"][0]["created_at"] == NOON.isoformat()
    assert {row["id"] for row in taken["accounts"]} == {"acme"}
    assert {row["account"] for found in taken.values() for row in found if "account" in row} == {"acme"}


async def test_a_deleted_account_leaves_nothing_and_the_others_stay(keyed: OpenRecords, storage_url: str) -> None:
    account = await owned(keyed)
    handoff = await shown(keyed, account)
    await recorded(account, new(JANE, ticket="T-1"))
    await recorded(account, new(JANE, ticket="T-1"))
    await made(account, move(CLAIM, handoff.id, DANA))
    await a_code(keyed, "acme", DANA)
    rival = await installed(keyed, SEA, token=TOKEN)
    theirs = await rival.export()
    before = {name: len(found) for name, found in (await account.export()).items()}
    removed = await keyed.registry.delete("acme")
    assert removed is not None
    assert {name: number for name, number in removed.items() if name != "one_time"} == before
    assert removed["one_time"] == 1
    assert await rival.export() == theirs
    for table in metadata.tables:
        column = "id" if table == "accounts" else "account"
        assert await count(storage_url, f"{table} WHERE {column} = 'acme'") == 0
    assert await keyed.registry.account_of(BLUE, "B1") is None
    assert await keyed.registry.delete("acme") is None
    assert await keyed.registry.delete("never") is None


async def test_whoever_is_still_at_work_in_a_deleted_account_is_told_that_it_is_away(storage: OpenRecords) -> None:
    account = await owned(storage)
    handoff = await recorded(account)
    begun = await due(storage, account, LATER)
    await storage.registry.delete("acme")
    for lease, one in begun:
        assert await account.record(lease, one, Sent("late"), LATER, SOON, terms(SOON)) is None
    assert (await made(account, move(CLAIM, handoff.id, DANA))).handoff is None
    with pytest.raises(StorageAway):
        await account.meet(replace(JANE, name="Jane"), member("jane"), LATER)
    assert await account.deliveries(list(State), 10) == []
