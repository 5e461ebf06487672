"""Tokens under seal: in the database nobody reads them, and keys can change."""

import logging

import pytest
from cryptography.fernet import Fernet

from core.errors import StorageAway
from storage import OpenRecords, open_storage
from storage.seal import NoKey, Seal
from tests.storage.installing import HILL, KEY, SEA, SKY, TOKEN, an_install, installed, keyed
from tests.storage.rows import rows

__all__ = ["keyed"]

OTHER = Fernet.generate_key().decode()


def test_what_is_sealed_is_opened_by_its_key_and_by_no_other() -> None:
    sealed = Seal([KEY]).seal(TOKEN)
    assert TOKEN not in sealed
    assert Seal([KEY]).unseal(sealed) == TOKEN
    assert Seal([OTHER]).unseal(sealed) is None
    assert Seal([]).unseal(sealed) is None


def test_the_first_key_seals_and_older_ones_still_open() -> None:
    old = Seal([KEY]).seal(TOKEN)
    both = Seal([OTHER, KEY])
    assert both.unseal(old) == TOKEN
    assert both.needs_new_seal(old)
    new = both.seal(TOKEN)
    assert Seal([OTHER]).unseal(new) == TOKEN
    assert not both.needs_new_seal(new)


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(NoKey, match="BATON_SECRET_KEY"):
        Seal([]).seal(TOKEN)


def test_a_key_that_is_none_is_refused_and_not_quoted() -> None:
    with pytest.raises(ValueError, match="base64") as refused:
        Seal(["my-password-as-a-key"])
    assert "my-password" not in str(refused.value)


async def test_a_token_is_sealed_in_the_database_and_open_to_its_account(keyed: OpenRecords, storage_url: str) -> None:
    account = await installed(keyed, SEA, token=TOKEN)
    [(kept,)] = await rows(storage_url, "SELECT token FROM installations", account._account)
    assert kept
    assert TOKEN not in kept
    found = await account.installation(SEA.platform, SEA.workspace)
    assert found is not None
    assert (found.token, found.facts) == (TOKEN, {"bot": "U0"})
    assert TOKEN not in repr(found)


async def test_a_token_can_not_come_in_without_a_key_to_seal_it(storage: OpenRecords) -> None:
    with pytest.raises(NoKey):
        await storage.registry.install(an_install(SEA, token=TOKEN))
    assert await storage.registry.account_of(SEA.platform, SEA.workspace) is None


async def test_a7_a_token_that_no_key_opens_is_said_without_it_and_what_needs_it_waits(
    keyed: OpenRecords, storage_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    name = (await installed(keyed, SEA, token=TOKEN))._account
    [(kept,)] = await rows(storage_url, "SELECT token FROM installations", name)
    other = await open_storage(storage_url, None, keys=[OTHER])
    with caplog.at_level(logging.DEBUG), pytest.raises(StorageAway):
        await other.open(name).installation(SEA.platform, SEA.workspace)
    assert "BATON_SECRET_KEY" in caplog.text
    assert TOKEN not in caplog.text
    assert kept not in caplog.text
    assert await other.sealed() == (0, 0, 1)
    assert await other.reseal() == 0
    await other.close()


async def test_tokens_of_all_accounts_are_sealed_anew_when_the_first_key_is_a_new_one(
    keyed: OpenRecords, storage_url: str
) -> None:
    for where in (SEA, SKY):
        await installed(keyed, where, token=TOKEN)
    await installed(keyed, HILL)  # its platform gives none
    assert await keyed.sealed() == (2, 0, 0)
    turned = await open_storage(storage_url, None, keys=[OTHER, KEY])
    assert await turned.sealed() == (0, 2, 0)
    assert await turned.reseal() == 2
    assert await turned.reseal() == 0
    assert await turned.sealed() == (2, 0, 0)
    await turned.close()
    without_the_old_one = await open_storage(storage_url, None, keys=[OTHER])
    account = without_the_old_one.open(await without_the_old_one.registry.account_of(SEA.platform, SEA.workspace) or "")
    found = await account.installation(SEA.platform, SEA.workspace)
    assert found is not None and found.token == TOKEN
    await without_the_old_one.close()
