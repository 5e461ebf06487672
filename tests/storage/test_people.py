"""People: who is the same person on both platforms, and who is not; on both databases."""

import asyncio

from core.people import Caller, Identity, Profile, Role
from storage.engine import OpenRecords
from tests.storage.cast import BLUE, GREEN, LATER, NOON, caller, configuration, member
from tests.storage.rows import count, rows


async def test_members_with_one_address_are_one_person_across_platforms(storage: OpenRecords, storage_url: str) -> None:
    await storage.registry.configure(configuration(), NOON)
    account = storage.open("acme")
    first = await account.meet(caller("sam"), Profile("Sam", " Sam@Example.com ", member=True), NOON)
    second = await account.meet(caller("s.m", GREEN), Profile("Samuel", "sam@example.COM", member=True), LATER)
    assert first == second
    assert (first.name, first.role) == ("Sam", Role.ENGINEER)
    assert await count(storage_url, "events WHERE name = 'identity_linked'") == 1
    assert await count(storage_url, "events WHERE name = 'person_met'") == 1


async def test_whoever_is_not_a_member_is_linked_to_nobody(storage: OpenRecords) -> None:
    await storage.registry.configure(configuration(), NOON)
    account = storage.open("acme")
    senior = await account.meet(caller("sam"), member("sam"), NOON)
    guest = await account.meet(caller("guest", GREEN), Profile("Guest", "sam@example.com", member=False), NOON)
    unanswered = await account.meet(caller("unanswered", GREEN), None, NOON)
    assert len({senior.id, guest.id, unanswered.id}) == 3
    assert (guest.role, unanswered.role) == (Role.VIEWER, Role.ENGINEER)
    # Their look-up failed then, so no address of theirs is known to be theirs: nobody is linked to them later either.
    late = await account.meet(caller("late"), Profile("Late", "unanswered@example.com", member=True), NOON)
    assert late.id != unanswered.id


async def test_an_address_changed_on_one_platform_takes_nobody_over(storage: OpenRecords) -> None:
    await storage.registry.configure(configuration(), NOON)
    account = storage.open("acme")
    senior = await account.meet(caller("sam"), member("sam"), NOON)
    linked = await account.meet(caller("sam", GREEN), member("sam"), NOON)
    thief = await account.meet(caller("thief", GREEN), member("sam"), LATER)
    twin = await account.meet(caller("twin"), member("sam"), LATER)
    assert linked == senior
    assert len({senior.id, thief.id, twin.id}) == 3


async def test_meeting_somebody_known_changes_nothing(storage: OpenRecords, storage_url: str) -> None:
    await storage.registry.configure(configuration(), NOON)
    account = storage.open("acme")
    first = await account.meet(caller("sam"), member("sam"), NOON)
    assert await account.meet(caller("sam"), Profile("Other", "other@example.com", member=False), LATER) == first
    assert await rows(storage_url, "SELECT email, member FROM identities") in (
        [("sam@example.com", 1)],
        [("sam@example.com", True)],
    )


async def test_two_first_clicks_at_once_are_one_person(storage: OpenRecords, storage_url: str) -> None:
    await storage.registry.configure(configuration(), NOON)
    account = storage.open("acme")
    met = await asyncio.gather(
        *(account.meet(caller("sam", where), member("sam"), NOON) for where in [BLUE, GREEN] * 10)
    )
    assert len(set(met)) == 1
    assert await count(storage_url, "people") == 1
    assert await count(storage_url, "identities") == 2


async def test_a_name_is_found_even_where_none_was_given(storage: OpenRecords) -> None:
    await storage.registry.configure(configuration(), NOON)
    account = storage.open("acme")
    nameless = await account.meet(Caller(Identity(BLUE, "B1", "U1"), ""), Profile("", None, member=True), NOON)
    assert nameless.name == "U1"
