"""The keyring: the settings first, then what was installed, and what it does while storage is away."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet

from bot.keyring import Keyring
from core.account import Install, Installation
from core.errors import StorageAway
from core.people import Caller, Identity
from storage import OpenRecords, open_storage
from tests.bot.bench import WatchedStorage
from tests.storage.cast import BLUE, GREEN, MINUTE, configuration

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FROM_THE_SETTINGS = Installation(BLUE, "B1", "configured", {"bot_user": "U1"})


@pytest.fixture
async def storage(storage_url: str) -> AsyncIterator[OpenRecords]:
    """Records with one workspace in which Baton was installed."""
    records = await open_storage(storage_url, None, keys=(Fernet.generate_key().decode(),))
    await records.registry.install(installed(GREEN, "G7", "sealed", {"bot_user": "U7"}))
    yield records
    await records.close()


def installed(platform: str, workspace: str, token: str, facts: dict[str, str]) -> Install:
    by = Caller(Identity(platform, workspace, "boss"), "Boss")
    return Install(Installation(platform, workspace, token, facts), workspace, by, NOW)


async def test_a_token_of_the_settings_comes_before_one_that_was_installed(storage: OpenRecords) -> None:
    await storage.registry.install(installed(BLUE, "B1", "older", {}))
    keyring = Keyring(storage)
    found = await keyring.installation(BLUE, "B1")
    assert found and found.token == "older"
    keyring.hold(FROM_THE_SETTINGS)
    assert await keyring.installation(BLUE, "B1") == FROM_THE_SETTINGS


async def test_what_the_settings_give_is_given_no_more_where_baton_was_removed(storage: OpenRecords) -> None:
    keyring = Keyring(storage)
    keyring.hold(FROM_THE_SETTINGS)
    await storage.registry.configure(configuration(), NOW)
    keyring.configured()
    assert await keyring.installation(BLUE, "B1") == FROM_THE_SETTINGS
    assert await storage.registry.uninstall(BLUE, "B1", NOW + MINUTE, NOW + MINUTE)
    assert await keyring.installation(BLUE, "B1") is None
    back = replace(installed(BLUE, "B1", "newer", {"bot_user": "U2"}), at=NOW + 2 * MINUTE)
    await storage.registry.install(back)
    assert await keyring.installation(BLUE, "B1") == Installation(BLUE, "B1", "newer", {"bot_user": "U2"})


async def test_before_the_records_have_the_settings_what_these_give_is_there(storage: OpenRecords) -> None:
    keyring = Keyring(storage)
    keyring.configured()
    keyring.hold(FROM_THE_SETTINGS)
    assert await keyring.installation(BLUE, "B1") == FROM_THE_SETTINGS


async def test_while_storage_is_away_what_the_settings_give_is_there(storage: OpenRecords) -> None:
    watched = WatchedStorage(storage)
    keyring = Keyring(watched)
    keyring.hold(FROM_THE_SETTINGS)
    keyring.configured()
    watched.registry_troubles.append(StorageAway("unplugged"))
    assert await keyring.installation(BLUE, "B1") == FROM_THE_SETTINGS
    assert await keyring.installation(BLUE, "B1") is None


async def test_what_was_installed_is_answered_unsealed(storage: OpenRecords) -> None:
    found = await Keyring(storage).installation(GREEN, "G7")
    assert found == Installation(GREEN, "G7", "sealed", {"bot_user": "U7"})


async def test_where_nothing_is_installed_there_is_nothing(storage: OpenRecords) -> None:
    assert await Keyring(storage).installation(GREEN, "G8") is None
    assert await Keyring(None).installation(GREEN, "G7") is None


async def test_facts_that_changed_are_kept_and_the_token_stays(storage: OpenRecords) -> None:
    keyring = Keyring(storage)
    assert await keyring.know(Installation(GREEN, "G7", "", {"bot_user": "U8"}))
    assert await keyring.installation(GREEN, "G7") == Installation(GREEN, "G7", "sealed", {"bot_user": "U8"})
    assert not await keyring.know(Installation(GREEN, "G8", "", {"bot_user": "U8"}))
    assert not await Keyring(None).know(Installation(GREEN, "G7", "", {"bot_user": "U8"}))
    assert await keyring.installation(GREEN, "G8") is None


async def test_while_storage_is_away_facts_are_let_go_and_questions_say_so(storage: OpenRecords) -> None:
    watched = WatchedStorage(storage)
    keyring = Keyring(watched)
    watched.registry_troubles += [StorageAway("unplugged"), StorageAway("unplugged")]
    assert not await keyring.know(Installation(GREEN, "G7", "", {"bot_user": "U8"}))
    with pytest.raises(StorageAway):
        await keyring.installation(GREEN, "G7")
    found = await keyring.installation(GREEN, "G7")
    assert found and found.facts["bot_user"] == "U7"
