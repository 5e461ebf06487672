"""The accounts as Baton's records have them, for the page: read anew whenever something may have changed."""

import asyncio
from collections.abc import Callable, Sequence

from bot.playground.cast import Json
from core import history_wording
from core.account import Workspace
from core.errors import StorageAway
from core.events import Entry
from core.people import Member
from core.ports import Account, Storage
from core.roster import Room

MOST_PEOPLE, MOST_CHANGES = 20, 12
PATIENCE = 10.0


class Accounts:
    """``shown`` is what the page draws; ``changed`` is called when that is other than before."""

    def __init__(self, storage: Storage, changed: Callable[[], None]) -> None:
        self._storage, self._changed = storage, changed
        self._look = asyncio.Event()
        self.shown: list[Json] = []

    def look(self) -> None:
        """Something may have changed."""
        self._look.set()

    async def follow(self) -> None:
        """Read whenever there may be something new, until cancelled."""
        while True:
            await self._look.wait()
            self._look.clear()
            try:
                await self.read()
            except StorageAway:
                # The page then shows what was last known; gestures say for themselves that storage is away.
                continue

    async def settle(self) -> None:
        """Wait until nothing is owed to anybody; ``TimeoutError`` if that takes longer than ``PATIENCE`` seconds."""
        async with asyncio.timeout(PATIENCE):
            for name in await self._storage.registry.accounts():
                while (await self._storage.open(name).balance()).pending:  # noqa: ASYNC110 - the ledger calls nobody
                    await asyncio.sleep(0.01)

    async def read(self) -> None:
        """Read once, and tell if there is something new."""
        found = [await _account(self._storage.open(name)) for name in await self._storage.registry.accounts()]
        if found != self.shown:
            self.shown = found
            self._changed()


async def _account(account: Account) -> Json:
    return {
        "name": await account.name(),
        "workspaces": [_workspace(one) for one in await account.workspaces()],
        "people": [_person(one) for one in await account.people(MOST_PEOPLE)],
        "rooms": [_room(one) for one in await account.rooms()],
        "history": _history(await account.history(MOST_CHANGES)),
    }


def _workspace(one: Workspace) -> Json:
    return {"platform": one.platform, "name": one.name}


def _person(one: Member) -> Json:
    return {
        "name": one.person.name,
        "role": one.person.role.name.lower(),
        "given": one.given,
        "identities": [{"platform": known.identity.platform, "how": str(known.how)} for known in one.identities],
    }


def _room(one: Room) -> Json:
    return {"platform": one.lane.platform, "name": one.name.removeprefix("#"), "least": one.least.name.lower()}


def _history(entries: Sequence[Entry]) -> list[Json]:
    return [{"id": entry.id, "at": entry.at.isoformat(), "what": history_wording.happened(entry)} for entry in entries]
