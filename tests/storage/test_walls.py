"""The wall between accounts: everything of one account is tried from another, with the application's own scoping."""

import inspect
from typing import Any

from core.account import Purpose
from core.changes import GiveRole, Hindered, Hindrance
from core.claim_rules import Kind
from core.people import Caller, Identity, Role, Strangers
from core.ports import Account, Answered
from core.use_cases.claim import CLAIM
from storage import OpenRecords, open_storage
from storage.account import SqlAccount
from storage.tables import metadata
from tests.databases.postgres import SUPERUSER, Server
from tests.storage.acts import ACTS, Acme, acme
from tests.storage.cast import DANA, LATER, NOON, ROOMS, configuration, member, move
from tests.storage.installing import a_code, typed
from tests.storage.rows import rows

RITA = Caller(Identity("blue", "B1-rival", "rita"), "Rita")
ASKABLE = {name for name, _ in inspect.getmembers(Account, inspect.isfunction) if not name.startswith("_")}
TABLES = [table.name for table in metadata.sorted_tables]
# What acme's people wrote and are called; and, beside these, every id that was made for them.
THEIR_WORDS = ("Jane", "Dana", "Lee", "Guest", "Acme", "Outlook", "Restarted", "Contoso", "#help", "Seniors")


async def rival(storage: OpenRecords) -> SqlAccount:
    """Another account, with Rita as its owner."""
    await storage.registry.configure(configuration("rival", rooms=()), NOON)
    account = storage.open("rival")
    await account.meet(RITA, member("rita"), NOON)
    await account.change(GiveRole(None, NOON, RITA.identity, Role.OWNER))
    return account


async def dump(url: str, account: str = "acme") -> dict[str, list[tuple[Any, ...]]]:
    """Every row of an account, by table."""
    found = {}
    for table in TABLES:
        column = "id" if table == "accounts" else "account"
        query = f"SELECT * FROM {table} WHERE {column} = '{account}'"  # noqa: S608 - our own words
        found[table] = sorted(await rows(url, query, account), key=repr)
    return found


async def their_ids(url: str, a: Acme) -> set[str]:
    """The ids of acme's rows, without those that whoever asks names themselves."""
    named = {a.handoff.id, a.asked.id, a.owed.key, a.dead, a.person, a.lease.lane}
    tables = ("people", "events", "claims", "rooms", "handoffs")
    made = {row[0] for table in tables for row in await rows(url, f"SELECT id FROM {table} WHERE account = 'acme'")}  # noqa: S608
    return made - named


def test_everything_that_can_be_asked_of_an_account_is_tried_here() -> None:
    assert set(ACTS) == ASKABLE


async def test_a1_from_another_account_nothing_is_read_and_nothing_is_changed(
    storage: OpenRecords, storage_url: str
) -> None:
    theirs, door = await acme(storage), await rival(storage)
    before, ids = await dump(storage_url), await their_ids(storage_url, theirs)
    for name, act in ACTS.items():
        answer = repr(await act(door, theirs, RITA))
        assert await dump(storage_url) == before, name
        assert [word for word in (*THEIR_WORDS, *ids) if word in answer] == [], name


async def test_the_same_acts_in_their_own_account_read_and_change_it(storage: OpenRecords, storage_url: str) -> None:
    """Else nothing would be tried above."""
    theirs = await acme(storage)
    door, before, ids = storage.open("acme"), await dump(storage_url), await their_ids(storage_url, theirs)
    told = {act: repr(await ACTS[act](door, theirs, DANA)) for act in ACTS}
    changed = {table for table, found in (await dump(storage_url)).items() if found != before[table]}
    assert changed >= {"people", "identities", "handoffs", "claims", "events", "requests", "rooms", "deliveries"}
    assert changed >= {"accounts", "installations", "lanes"}
    reads = {act for act, answer in told.items() if any(word in answer for word in (*THEIR_WORDS, *ids))}
    assert reads >= {"queue", "who", "people", "rooms", "history", "name", "export", "deliveries", "apply", "made_by"}


async def test_a1_an_id_of_another_account_is_answered_as_one_that_never_was(storage: OpenRecords) -> None:
    theirs, door = await acme(storage), await rival(storage)
    for who in (RITA, DANA):
        guessed, never = [await door.apply(move(CLAIM, one, who)) for one in (theirs.handoff.id, "0" * 26)]
        assert isinstance(guessed, Answered) and guessed.verdict.kind is Kind.UNKNOWN
        assert guessed == never


async def test_a1_workspaces_and_codes_of_another_account_are_as_unknown(
    storage: OpenRecords, storage_url: str
) -> None:
    await acme(storage)
    await rival(storage)
    before = await dump(storage_url)
    registry = storage.registry
    assert await registry.part("rival", RITA, "B1", LATER) == Hindered(Hindrance.NO_SUCH_WORKSPACE)
    assert await registry.part("rival", DANA, "B1", LATER) == Strangers((DANA.identity,))
    assert await dump(storage_url) == before
    code = await a_code(storage, "acme", DANA, Purpose.PERSON)
    assert await registry.redeem(typed(RITA, code)) == Hindered(Hindrance.OTHER_ACCOUNT)
    await registry.delete("rival")
    assert await dump(storage_url) == before | {"one_time": (await dump(storage_url))["one_time"]}
    assert len((await dump(storage_url))["one_time"]) == 1


async def test_rooms_of_the_same_lane_in_two_accounts_are_two_rooms(storage: OpenRecords) -> None:
    await acme(storage)
    await rival(storage)
    await storage.registry.configure(configuration("rival", rooms=ROOMS[:1]), LATER)
    [there] = await storage.open("rival").rooms()
    assert there.lane == ROOMS[0].lane
    assert there.id not in {room.id for room in await storage.open("acme").rooms()}


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
