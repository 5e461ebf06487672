"""Workspaces that were installed, and whoever installed them: each has an account of its own until it is joined."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
from cryptography.fernet import Fernet

from core.account import CODE_LIVES, Install, Installation, OneTime, Purpose, Redeem, digest, new_code
from core.people import Caller, Identity
from storage import OpenRecords, open_storage
from storage.account import SqlAccount
from tests.storage.cast import BLUE, GREEN, NOON

KEY = Fernet.generate_key().decode()
TOKEN = "token-that-nobody-may-see"


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace to install in, what it is called, and who installs."""

    platform: str
    workspace: str
    name: str
    owner: Caller

    def somebody(self, user: str) -> Caller:
        """Somebody else there."""
        return Caller(Identity(self.platform, self.workspace, user), user.title())


def place(platform: str, workspace: str, name: str, owner: str) -> Place:
    """A place with its owner."""
    return Place(platform, workspace, name, Caller(Identity(platform, workspace, owner), owner.title()))


SEA = place(BLUE, "B7", "Blue Sea", "olga")
SKY = place(BLUE, "B8", "Blue Sky", "paul")
HILL = place(GREEN, "G7", "Green Hill", "gus")


def an_install(where: Place, *, token: str = "", at: datetime = NOON, by: Caller | None = None) -> Install:
    """What is known when Baton was installed there, by its owner unless somebody else is named."""
    installation = Installation(where.platform, where.workspace, token, {"bot": "U0"})
    return Install(installation, where.name, by or where.owner, at)


async def installed(storage: OpenRecords, where: Place, *, token: str = "", at: datetime = NOON) -> SqlAccount:
    """The account of a place where Baton was just installed."""
    return storage.open((await storage.registry.install(an_install(where, token=token, at=at))).account)


async def a_code(
    storage: OpenRecords, account: str, by: Caller, purpose: Purpose = Purpose.WORKSPACE, at: datetime = NOON
) -> str:
    """The digest of a fresh code."""
    secret = digest(new_code())
    await storage.registry.keep(OneTime(purpose, secret, at + CODE_LIVES, account, by))
    return secret


def typed(by: Caller, secret: str, at: datetime = NOON) -> Redeem:
    """Somebody types a code."""
    return Redeem(by, secret, at)


@pytest.fixture
async def keyed(storage_url: str, owed: Callable[[], None]) -> AsyncIterator[OpenRecords]:
    """Open storage that can seal tokens."""
    opened = await open_storage(storage_url, owed, keys=[KEY])
    yield opened
    await opened.close()
