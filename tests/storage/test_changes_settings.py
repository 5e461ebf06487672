"""What the admins choose, and who follows it; on both databases."""

import pytest

from core.access import Right
from core.account_settings import AccountSettings
from core.changes import ChangeSetting, Hindered, Hindrance
from core.events import Event
from core.people import Profile, Role
from storage.account import SqlAccount
from storage.engine import OpenRecords
from tests.storage.cast import (
    DANA,
    GREEN,
    GUEST,
    LATER,
    LEE,
    NOON,
    caller,
    configuration,
    done,
    give,
    member,
    open_account,
    why_not,
)


def choice(name: str, value: str) -> ChangeSetting:
    """Lee's, who is an admin."""
    return ChangeSetting(LEE, LATER, name, value)


async def opened(storage: OpenRecords) -> SqlAccount:
    """The account with Lee as an admin."""
    account = await open_account(storage)
    await give(account, LEE, Role.ADMIN)
    return account


async def roles(account: SqlAccount) -> dict[str, Role]:
    """Everybody's role by name."""
    return {one.person.name: one.person.role for one in await account.people(100)}


@pytest.mark.parametrize(
    ("name", "value", "before", "after", "settings"),
    [
        ("default-role", "Viewer", "engineer", "viewer", AccountSettings(default_role=Role.VIEWER)),
        ("readers", "engineers", "admins", "engineers", AccountSettings(engineers_read_all=True)),
        ("retention", "90", "forever", "90d", AccountSettings(retention_days=90)),
    ],
)
async def test_a_setting_is_changed_and_history_says_how(
    storage: OpenRecords, name: str, value: str, before: str, after: str, settings: AccountSettings
) -> None:
    account = await opened(storage)
    await storage.registry.configure(configuration("rival"), NOON)
    assert await account.settings() == AccountSettings()
    line = await done(account, choice(name, value))
    assert (line.event, line.who, line.subject) == (Event.SETTING_CHANGED, "Lee", name)
    assert (line.before, line.after) == (before, after)
    assert await account.settings() == settings
    assert await why_not(account, choice(name, value)) is Hindrance.ALREADY_SO
    assert await account.history(1) == [line]
    assert await storage.open("rival").settings() == AccountSettings()


async def test_what_is_no_setting_and_what_is_no_value_is_said(storage: OpenRecords) -> None:
    account = await opened(storage)
    assert await why_not(account, choice("color", "red")) is Hindrance.NOT_A_SETTING
    assert await why_not(account, choice("retention", "0d")) is Hindrance.NOT_A_VALUE
    refused = await account.change(ChangeSetting(DANA, LATER, "retention", "90d"))
    assert refused == Hindered(Hindrance.NOT_ALLOWED, Right.CHANGE_SETTINGS)
    assert await account.settings() == AccountSettings()


async def test_whoever_nobody_gave_a_role_follows_the_default_and_guests_stay_viewers(storage: OpenRecords) -> None:
    account = await opened(storage)
    await give(account, DANA, Role.ENGINEER)
    unanswered = caller("unanswered", GREEN)
    await account.meet(unanswered, None, NOON)
    first = await roles(account)
    assert first["Unanswered"] is Role.ENGINEER
    await done(account, choice("default-role", "viewer"))
    assert await roles(account) == {
        "Lee": Role.ADMIN, "Dana": Role.ENGINEER, "Jane": Role.VIEWER, "Guest": Role.VIEWER, "Unanswered": Role.VIEWER,
    }  # fmt: skip
    for who, profile in ((caller("new"), member("new")), (caller("nobody-knows"), None)):
        assert (await account.meet(who, profile, LATER)).role is Role.VIEWER
    await done(account, choice("default-role", "engineer"))
    after = await roles(account)
    # Whom no platform has said to be a member is not raised with the members.
    assert {name: after[name] for name in ("Jane", "New", "Guest", "Unanswered")} == {
        "Jane": Role.ENGINEER, "New": Role.ENGINEER, "Guest": Role.VIEWER, "Unanswered": Role.VIEWER,
    }  # fmt: skip
    assert (await account.meet(GUEST, Profile("Guest", None, member=False), LATER)).role is Role.VIEWER
