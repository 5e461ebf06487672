"""Where each tenant is served: learned in the background, kept once, and known after a restart."""

import pytest

from adapters.teams.services import Services
from bot.keyring import Keyring
from core.errors import StorageAway
from tests.adapters.real_desk import WatchedDesk
from tests.adapters.teams.bot_framework import TENANT
from tests.adapters.teams.keys_kept import MemoryKeyring

USUAL, EMEA, AMER = (f"https://smba.trafficmanager.net/{region}/" for region in ("teams", "emea", "amer"))


async def test_what_was_learned_is_kept_and_used_after_a_restart(keyring: MemoryKeyring):
    keyring.hold(TENANT, other="fact")
    services = Services(keyring, USUAL)
    services.learn(TENANT, EMEA)
    assert await services.of(TENANT) == EMEA
    await services.drain()
    assert keyring.kept[TENANT].facts == {"other": "fact", "service_url": EMEA}
    assert await Services(keyring, USUAL).of(TENANT) == EMEA


async def test_it_is_kept_when_it_changed_and_asked_for_once(keyring: MemoryKeyring):
    keyring.hold(TENANT)
    services = Services(keyring, USUAL)
    for _ in range(3):
        services.learn(TENANT, EMEA)
        await services.drain()
    assert keyring.asked == 1
    services.learn(TENANT, AMER)
    await services.drain()
    assert (keyring.asked, keyring.kept[TENANT].facts["service_url"]) == (2, AMER)
    await services.of(TENANT)
    assert keyring.asked == 2


async def test_a_tenant_that_was_never_heard_of_is_served_where_all_are(keyring: MemoryKeyring):
    assert await Services(keyring, USUAL).of(TENANT) == USUAL


async def test_while_the_records_are_away_nothing_is_guessed_and_it_is_kept_later(keyring: MemoryKeyring):
    keyring.hold(TENANT)
    services = Services(keyring, USUAL)
    keyring.away = True
    with pytest.raises(StorageAway):
        await services.of(TENANT)
    services.learn(TENANT, EMEA)
    await services.drain()
    keyring.away = False
    assert keyring.kept[TENANT].facts == {}
    services.learn(TENANT, EMEA)
    await services.drain()
    assert keyring.kept[TENANT].facts == {"service_url": EMEA}


async def test_what_the_records_could_not_take_is_kept_with_the_next_activity(keyring: MemoryKeyring):
    keyring.hold(TENANT)
    services = Services(keyring, USUAL)
    for full, kept in ((True, {}), (False, {"service_url": EMEA})):
        keyring.full = full
        services.learn(TENANT, EMEA)
        await services.drain()
        assert keyring.kept[TENANT].facts == kept


async def test_what_is_learned_while_it_is_being_kept_is_kept_with_the_next_activity(keyring: MemoryKeyring):
    keyring.hold(TENANT)
    services = Services(keyring, USUAL)
    services.learn(TENANT, EMEA)
    services.learn(TENANT, AMER)
    assert await services.of(TENANT) == AMER
    await services.drain()
    services.learn(TENANT, AMER)
    await services.drain()
    assert keyring.kept[TENANT].facts == {"service_url": AMER}


async def test_over_real_records_a_configured_tenant_is_known_and_remembered(desk: WatchedDesk):
    keyring = Keyring(desk._records)
    services = Services(keyring, USUAL)
    assert [await services.installed(tenant) for tenant in (TENANT, "another-tenant")] == [True, False]
    services.learn(TENANT, EMEA)
    services.learn("another-tenant", EMEA)
    await services.drain()
    again = Services(Keyring(desk._records), USUAL)
    assert [await again.of(tenant) for tenant in (TENANT, "another-tenant")] == [EMEA, USUAL]
