"""The registry: whose a workspace is, and what the configuration makes; on both databases."""

import asyncio
from dataclasses import replace

import pytest

from core.deliveries import Lane
from core.ports import ConfiguredRoom
from storage.engine import OpenRecords
from tests.storage.cast import BLUE, GREEN, LATER, NOON, ROOMS, configuration
from tests.storage.rows import count

THIRD = ConfiguredRoom(Lane(BLUE, "B1", "third", private=False), "#third")


async def test_a_workspace_that_is_not_ours_has_no_account(storage: OpenRecords) -> None:
    assert await storage.registry.account_of(BLUE, "B1") is None
    await storage.registry.configure(configuration(), NOON)
    assert await storage.registry.account_of(BLUE, "B1") == "acme"
    assert await storage.registry.account_of(GREEN, "B1") is None


async def test_the_same_configuration_again_meets_what_it_made(storage: OpenRecords, storage_url: str) -> None:
    await asyncio.gather(*(storage.registry.configure(configuration(), NOON) for _ in range(5)))
    assert await count(storage_url, "events") == 1 + 2 + 2
    assert [room.lane for room in await storage.open("acme").rooms()] == [room.lane for room in ROOMS]


async def test_rooms_come_and_go_and_come_back_in_order(storage: OpenRecords) -> None:
    account = storage.open("acme")
    await storage.registry.configure(configuration(), NOON)
    first = await account.rooms()
    await storage.registry.configure(configuration(rooms=[THIRD, replace(ROOMS[1], name="Renamed")]), LATER)
    assert [(room.name, room.lane) for room in await account.rooms()] == [
        ("Renamed", ROOMS[1].lane),
        ("#third", THIRD.lane),
    ]
    await storage.registry.configure(configuration(rooms=[*ROOMS, THIRD]), LATER.replace(hour=13))
    back = await account.rooms()
    assert [room.lane for room in back] == [ROOMS[1].lane, THIRD.lane, ROOMS[0].lane]
    assert back[2].id == first[0].id


async def test_what_is_known_of_a_platform_that_is_away_stays(storage: OpenRecords) -> None:
    await storage.registry.configure(configuration(), NOON)
    await storage.registry.configure(replace(configuration(rooms=ROOMS[:1]), pending=(GREEN,)), LATER)
    assert len(await storage.open("acme").rooms()) == 2
    await storage.registry.configure(configuration(rooms=ROOMS[:1]), LATER)
    assert len(await storage.open("acme").rooms()) == 1


async def test_a_workspace_of_another_account_is_not_taken(storage: OpenRecords) -> None:
    await storage.registry.configure(configuration(), NOON)
    with pytest.raises(ValueError, match="belongs to another account"):
        await storage.registry.configure(replace(configuration("rival"), workspaces=((BLUE, "B1"),)), NOON)
    assert await storage.registry.account_of(BLUE, "B1") == "acme"
    assert await storage.open("rival").rooms() == []


async def test_every_account_with_a_workspace_is_looked_after(storage: OpenRecords) -> None:
    assert list(await storage.registry.accounts()) == []
    await storage.registry.configure(configuration("rival"), NOON)
    await storage.registry.configure(configuration(), NOON)
    assert list(await storage.registry.accounts()) == ["acme", "rival"]
