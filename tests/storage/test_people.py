"""People: who is the same person on both platforms, and who is not; on both databases."""

import asyncio

import pytest

from core.changes import ChangeSetting
from core.events import Event
from core.people import Caller, Identity, Profile, Role, Standing
from storage.engine import OpenRecords
from tests.storage.cast import BLUE, GREEN, LATER, NOON, caller, configuration, done, member, stands
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


@pytest.mark.parametrize("standing", [Standing.BOT, Standing.DEACTIVATED])
async def test_a4_a_bot_or_somebody_who_left_is_linked_to_nobody_and_nobody_to_them(
    storage: OpenRecords, standing: Standing
) -> None:
    await storage.registry.configure(configuration(), NOON)
    account = storage.open("acme")
    senior = await account.meet(caller("sam"), member("sam"), NOON)
    # What a platform says of its members it may say wrongly of one that is none.
    odd = await account.meet(caller("odd", GREEN), Profile("Odd", "sam@example.com", True, standing), NOON)
    assert (odd.id != senior.id, odd.role) == (True, Role.VIEWER)
    left = await account.meet(caller("lee"), member("lee"), NOON)
    await stands(account, caller("lee"), standing)
    # The address was given to somebody else since.
    heir = await account.meet(caller("heir", GREEN), member("lee"), LATER)
    assert heir.id != left.id


async def test_a4_an_address_that_two_people_have_links_a_third_to_neither(storage: OpenRecords) -> None:
    await storage.registry.configure(configuration(), NOON)
    account = storage.open("acme")
    senior = await account.meet(caller("sam"), member("sam"), NOON)
    await account.meet(caller("guest", GREEN), Profile("Guest", "sam@example.com", member=False), NOON)
    # A guest's address is nobody's proof, and no reason to doubt a member's.
    assert await account.meet(caller("sam", GREEN), member("sam"), NOON) == senior
    thief = await account.meet(caller("thief", GREEN), member("sam"), NOON)
    assert (await account.meet(caller("third"), member("sam"), NOON)).id not in (senior.id, thief.id)


async def test_the_default_role_is_the_one_that_the_admins_chose(storage: OpenRecords) -> None:
    await storage.registry.configure(configuration(), NOON)
    account = storage.open("acme")
    await done(account, ChangeSetting(None, NOON, "default-role", "viewer"))
    assert (await account.meet(caller("sam"), member("sam"), NOON)).role is Role.VIEWER
    assert (await account.meet(caller("unanswered"), None, NOON)).role is Role.VIEWER


async def test_history_says_who_was_met_and_how_they_were_linked(storage: OpenRecords) -> None:
    await storage.registry.configure(configuration(), NOON)
    account = storage.open("acme")
    await account.meet(caller("sam"), member("sam"), NOON)
    await account.meet(caller("sam", GREEN), member("sam"), LATER)
    said = {(line.event, line.who, line.subject, line.platform, line.after) for line in await account.history(99)}
    assert {
        (Event.PERSON_MET, "Sam", "Sam", BLUE, ""),
        (Event.IDENTITY_LINKED, "Sam", "Sam", GREEN, "address"),
    } < said


async def test_two_workspaces_of_one_platform_are_not_linked_by_an_address(storage: OpenRecords) -> None:
    await storage.registry.configure(configuration(), NOON)
    account = storage.open("acme")
    senior = await account.meet(caller("sam"), member("sam"), NOON)
    elsewhere = Caller(Identity(BLUE, "B2", "sam"), "Sam")
    assert (await account.meet(elsewhere, member("sam"), NOON)).id != senior.id
