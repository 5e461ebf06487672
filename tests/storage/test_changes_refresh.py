"""What a platform says of somebody later: kept, and never a reason to link; on both databases."""

import pytest

from core.changes import Changed, Refresh
from core.events import Event
from core.people import Caller, Member, Profile, Role, Standing, Strangers
from storage.account import SqlAccount
from storage.engine import OpenRecords
from tests.databases.fixtures import Owed
from tests.storage.cast import (
    DANA,
    DANA_ON_GREEN,
    GREEN,
    GUEST,
    LATER,
    LEE,
    NOON,
    caller,
    done,
    give,
    member,
    open_account,
)
from tests.storage.rows import rows


def says(
    who: Caller, name: str, email: str | None, standing: Standing = Standing.ACTIVE, *, full: bool = True
) -> Refresh:
    """Their platform says so; ``full`` members are no guests."""
    return Refresh(who.identity, Profile(name, email, full, standing), LATER)


async def person(account: SqlAccount, who: Caller) -> Member:
    """Somebody who is known."""
    found = await account.who(who.identity)
    assert found is not None
    return found


async def test_a4_a_changed_address_takes_nobody_over(storage: OpenRecords) -> None:
    account = await open_account(storage)
    thief = caller("thief", GREEN)
    await account.meet(thief, member("thief"), NOON)
    line = await done(account, says(thief, "Thief", "Lee@Example.com"))
    assert (line.event, line.subject, line.before, line.after) == (
        Event.IDENTITY_CHANGED, "Thief", "e-mail address", "another e-mail address",
    )  # fmt: skip
    mine, lees = await person(account, thief), await person(account, LEE)
    assert mine.person.id != lees.person.id
    # An address that was changed links nobody any more: not whoever had it first, and nobody who is met with it later.
    assert mine.identities[0].email is None
    late = await account.meet(caller("lee-too", GREEN), member("lee"), LATER)
    assert late.id == lees.person.id


async def test_a4_who_took_the_address_of_somebody_not_met_yet_is_not_met_as_them(storage: OpenRecords) -> None:
    account = await open_account(storage)
    thief = caller("thief", GREEN)
    await account.meet(thief, member("thief"), NOON)
    await done(account, says(thief, "Thief", "boss@example.com"))
    boss = await account.meet(caller("boss"), member("boss"), LATER)
    assert boss.id != (await person(account, thief)).person.id


async def test_a4_whoever_was_linked_stays_linked_when_an_address_changes(storage: OpenRecords) -> None:
    account = await open_account(storage)
    await done(account, says(DANA, "Dana", "dana@elsewhere.example"))
    assert (await person(account, DANA)).person == (await person(account, DANA_ON_GREEN)).person


async def test_somebody_who_was_never_met_stays_unmet(storage: OpenRecords) -> None:
    account = await open_account(storage)
    stranger = caller("stranger")
    assert await account.change(says(stranger, "Stranger", None)) == Strangers((stranger.identity,))
    assert await account.who(stranger.identity) is None


async def test_what_is_known_is_not_written_again(storage: OpenRecords, storage_url: str, owed: Owed) -> None:
    account = await open_account(storage)
    tables = ("identities", "people", "events")
    before = [await rows(storage_url, f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4") for table in tables]  # noqa: S608
    for who in (DANA, DANA_ON_GREEN, GUEST):
        name = who.identity.user
        answer = await account.change(says(who, name.title(), f" {name.title()}@example.com", full=who is not GUEST))
        assert answer == Changed(None)
    assert [await rows(storage_url, f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4") for table in tables] == before  # noqa: S608
    assert owed.times == 0


async def test_a_name_is_the_one_of_where_somebody_was_met(storage: OpenRecords) -> None:
    account = await open_account(storage)
    # A name is no event, and the person's other platform has no say in it.
    assert await account.change(says(DANA_ON_GREEN, "D.", "dana@example.com")) == Changed(None)
    assert (await person(account, DANA)).person.name == "Dana"
    assert await account.change(says(DANA, "Dana Scully", "dana@example.com")) == Changed(None)
    assert (await person(account, DANA_ON_GREEN)).person.name == "Dana Scully"
    assert await account.change(says(DANA, "", "dana@example.com")) == Changed(None)
    assert (await person(account, DANA)).person.name == "Dana Scully"


async def test_whoever_is_no_member_anywhere_any_more_looks_on_and_is_back_with_the_members(
    storage: OpenRecords,
) -> None:
    account = await open_account(storage)
    line = await done(account, says(DANA, "Dana", "dana@example.com", full=False))
    assert (line.before, line.after) == ("member", "guest")
    assert (await person(account, DANA)).person.role is Role.ENGINEER
    await done(account, says(DANA_ON_GREEN, "Dana", "dana@example.com", full=False))
    assert (await person(account, DANA)).person.role is Role.VIEWER
    [role] = [entry for entry in await account.history(3) if entry.event is Event.ROLE_CHANGED]
    assert (role.event, role.subject, role.before, role.after) == (Event.ROLE_CHANGED, "Dana", "engineer", "viewer")
    assert (role.who, role.platform) == ("", GREEN)
    await done(account, says(DANA, "Dana", "dana@example.com"))
    assert (await person(account, DANA)).person.role is Role.ENGINEER


async def test_a_role_that_was_given_is_kept(storage: OpenRecords) -> None:
    account = await open_account(storage)
    await give(account, LEE, Role.ADMIN)
    await done(account, says(LEE, "Lee", "lee@example.com", full=False))
    assert (await person(account, LEE)).person.role is Role.ADMIN


async def test_whom_the_platform_could_not_tell_us_about_is_what_it_says_later(storage: OpenRecords) -> None:
    account = await open_account(storage)
    for name in ("one", "two"):
        assert (await account.meet(caller(name, GREEN), None, NOON)).role is Role.ENGINEER
    line = await done(account, says(caller("one", GREEN), "One", None, full=False))
    assert line.event is Event.ROLE_CHANGED
    assert (await person(account, caller("one", GREEN))).person.role is Role.VIEWER
    await done(account, says(caller("two", GREEN), "Two", None))
    assert (await person(account, caller("two", GREEN))).person.role is Role.ENGINEER


@pytest.mark.parametrize("standing", [Standing.DEACTIVATED, Standing.BOT])
async def test_how_somebody_stands_is_said_and_they_are_no_member_meanwhile(
    storage: OpenRecords, standing: Standing
) -> None:
    account = await open_account(storage)
    line = await done(account, says(LEE, "Lee", "lee@example.com", standing))
    assert (line.event, line.before, line.after) == (Event.IDENTITY_CHANGED, "active", standing)
    found = await person(account, LEE)
    assert (found.identities[0].standing, found.identities[0].member) == (standing, False)
    back = await done(account, says(LEE, "Lee", "lee@example.com"))
    assert (back.before, back.after) == (standing, "active")
    assert (await person(account, LEE)).person.role is Role.ENGINEER
