"""Installing: workspaces that find their account again or get a new one, and who owns it."""

import asyncio
from dataclasses import replace

from core.account import Install, Installation
from core.changes import Refresh
from core.people import Role, Standing
from storage import OpenRecords, opened
from tests.storage.cast import BLUE, JANE, LATER, MINUTE, NOON, configuration, member, open_account
from tests.storage.installing import HILL, SEA, SKY, TOKEN, an_install, installed, keyed
from tests.storage.rows import count, rows

__all__ = ["keyed"]


async def test_an_unknown_workspace_gets_an_account_whose_owner_is_the_installer(
    storage: OpenRecords, storage_url: str
) -> None:
    made = await storage.registry.install(an_install(SEA))
    assert (made.new, made.again) == (True, False)
    assert await storage.registry.account_of(SEA.platform, SEA.workspace) == made.account
    account = storage.open(made.account)
    assert await account.name() == "Blue Sea"
    [here] = await account.workspaces()
    assert (here.workspace, here.name, here.configured) == ("B7", "Blue Sea", False)
    owner = await account.who(SEA.owner.identity)
    assert owner is not None
    assert (owner.person.name, owner.person.role, owner.given) == ("Olga", Role.OWNER, True)
    said = await rows(storage_url, "SELECT name FROM events ORDER BY name", made.account)
    assert said == [("account_made",), ("person_met",), ("role_changed",), ("workspace_bound",)]


async def test_each_workspace_has_an_account_of_its_own(storage: OpenRecords) -> None:
    accounts = {(await installed(storage, where))._account for where in (SEA, SKY, HILL)}
    assert len(accounts) == 3
    assert list(await storage.registry.accounts()) == sorted(accounts)


async def test_a_workspace_that_twenty_install_at_once_has_one_account(storage: OpenRecords, storage_url: str) -> None:
    async with opened(storage_url) as other:
        both = (storage, other)
        made = await asyncio.gather(*(both[n % 2].registry.install(an_install(SEA)) for n in range(20)))
    assert len({one.account for one in made}) == 1
    assert sum(one.new for one in made) == 1
    assert await count(storage_url, "events WHERE name = 'account_made'", made[0].account) == 1
    assert await count(storage_url, "people", made[0].account) == 1


async def test_installed_once_more_it_has_the_new_token_and_the_first_owner(keyed: OpenRecords) -> None:
    account = await installed(keyed, SEA, token="an older token")
    assert await account.installation(SEA.platform, SEA.workspace) is not None
    again = await keyed.registry.install(an_install(SEA, token=TOKEN, at=LATER, by=SEA.somebody("sam")))
    assert (again.account, again.new, again.again) == (account._account, False, False)
    found = await account.installation(SEA.platform, SEA.workspace)
    assert found is not None and found.token == TOKEN
    sam, olga = await account.who(SEA.somebody("sam").identity), await account.who(SEA.owner.identity)
    assert sam is not None and olga is not None
    assert (sam.person.role, olga.person.role) == (Role.ENGINEER, Role.OWNER)


async def test_where_the_platform_does_not_say_who_installed_it_nobody_owns_it(
    storage: OpenRecords, storage_url: str
) -> None:
    made = await storage.registry.install(replace(an_install(HILL), by=None))
    assert list(await storage.open(made.account).people(10)) == []
    later = await storage.registry.install(an_install(HILL, at=LATER))
    assert later.account == made.account
    owner = await storage.open(made.account).who(HILL.owner.identity)
    assert owner is not None and owner.person.role is Role.OWNER


async def test_a_name_that_is_not_said_again_stays(storage: OpenRecords) -> None:
    account = await installed(storage, SEA)
    await storage.registry.install(replace(an_install(SEA, at=LATER), name=""))
    assert [one.name for one in await account.workspaces()] == ["Blue Sea"]
    nameless = await storage.registry.install(replace(an_install(SKY), name=""))
    assert await storage.open(nameless.account).name() == SKY.workspace


async def test_a_configured_workspace_stays_configured_and_keeps_no_token(keyed: OpenRecords, storage_url: str) -> None:
    account = await open_account(keyed)
    made = await keyed.registry.install(Install(Installation(BLUE, "B1", TOKEN, {}), "Blue One", None, LATER))
    assert (made.account, made.new) == ("acme", False)
    found = await account.installation(BLUE, "B1")
    assert found is not None and found.token == ""
    assert {(one.name, one.configured) for one in await account.workspaces()} == {("Blue One", True), ("G1", True)}
    assert await count(storage_url, "installations WHERE token <> ''") == 0


async def test_what_is_configured_later_loses_its_token_and_what_is_no_longer_is_not_configured(
    keyed: OpenRecords, storage_url: str
) -> None:
    await keyed.registry.configure(configuration(), NOON)
    without = replace(configuration(rooms=()), workspaces=((BLUE, "B1"),))
    await keyed.registry.configure(replace(without, pending=("green",)), LATER)
    assert await count(storage_url, "installations WHERE configured") == 2
    await keyed.registry.configure(without, LATER)
    assert await rows(storage_url, "SELECT workspace FROM installations WHERE configured") == [("B1",)]
    await keyed.registry.install(Install(Installation("green", "G1", TOKEN, {}), "", None, LATER))
    assert await count(storage_url, "installations WHERE token <> ''") == 1
    await keyed.registry.configure(configuration(), LATER + MINUTE)
    assert await count(storage_url, "installations WHERE token <> ''") == 0


async def test_other_facts_of_an_installation_are_kept_and_its_token_stays(keyed: OpenRecords) -> None:
    account = await installed(keyed, SEA, token=TOKEN)
    assert await account.installation(SEA.platform, SEA.workspace) is not None
    await account.know(Installation(SEA.platform, SEA.workspace, "", {"service": "elsewhere"}))
    found = await account.installation(SEA.platform, SEA.workspace)
    assert found is not None
    assert (found.token, found.facts) == (TOKEN, {"service": "elsewhere"})
    assert await account.installation(SKY.platform, SKY.workspace) is None


async def test_whoever_is_an_owner_already_is_not_made_one_again(storage: OpenRecords, storage_url: str) -> None:
    account = await installed(storage, SEA)
    await storage.registry.install(an_install(SEA, at=LATER))
    assert await count(storage_url, "events WHERE name = 'role_changed'", account._account) == 1


async def test_whoever_installs_it_anew_owns_nothing_that_has_an_owner_who_is_away(storage: OpenRecords) -> None:
    account = await installed(storage, SEA)
    gone = replace(member("olga"), standing=Standing.DEACTIVATED)
    await account.change(Refresh(SEA.owner.identity, gone, NOON))
    await storage.registry.install(an_install(SEA, at=LATER, by=SEA.somebody("sam")))
    sam = await account.who(SEA.somebody("sam").identity)
    assert sam is not None and sam.person.role is Role.ENGINEER


async def test_whoever_installs_it_in_the_workspace_of_the_settings_owns_nothing(storage: OpenRecords) -> None:
    account = await open_account(storage)
    await storage.registry.install(Install(Installation(BLUE, "B1", "", {}), "Acme", JANE, LATER, member("jane")))
    jane = await account.who(JANE.identity)
    assert jane is not None and jane.person.role is Role.ENGINEER
