"""The real desk over real records in a SQLite file, with a clock that stands still, for tests of what is before it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from core.deliveries import Lane
from core.desk import Click, Desk, Receipt, Refusal, Reply
from core.errors import StorageUnsure
from core.handoff import Handoff, NewHandoff
from core.ports import Configuration, ConfiguredRoom, Recorded
from core.snapshot import Invalid
from core.use_cases.escalate import Escalation
from storage import OpenRecords
from storage.engine import sqlite_file
from tests.journeys.cast import StoppedClock
from tests.storage.rows import count

ACCOUNT = "acme"
Said = TypeVar("Said")


class WatchedDesk(Desk):
    """The desk itself, which also keeps what it was asked, and shows what became of it.

    Nobody asks the platforms who people are: they are called what their gestures say, and are engineers.
    """

    def __init__(self, records: OpenRecords, url: str) -> None:
        self.clock = StoppedClock()
        self.clicks: list[Click] = []
        self.escalations: list[Escalation] = []
        self._records, self._url, self._request = records, url, ""
        self._mute = False
        super().__init__(records, {}, self.clock)

    async def escalate(self, escalation: Escalation) -> Receipt | Refusal | list[Invalid]:
        self.escalations.append(escalation)
        self._request = escalation.request
        return self._say(await super().escalate(escalation))

    async def act(self, click: Click) -> Reply | list[Invalid]:
        self.clicks.append(click)
        return self._say(await super().act(click))

    async def connect(self, platform: str, workspace: str, rooms: Mapping[str, str]) -> None:
        """Bind a workspace to the account, with these rooms of it (address: name) and no others."""
        shown = tuple(
            ConfiguredRoom(Lane(platform, workspace, address, private=False), name) for address, name in rooms.items()
        )
        wanted = Configuration(ACCOUNT, "Acme", ((platform, workspace),), shown)
        await self._records.registry.configure(wanted, self.clock.now())

    async def given(self, new: NewHandoff) -> None:
        """Have a handoff of somebody's on record, with an id that the test has chosen."""
        where = new.by.identity
        known = await self._records.registry.account_of(where.platform, where.workspace)
        if known is None:
            here = ((where.platform, where.workspace),)
            wanted = Configuration(ACCOUNT, "Acme", here, (), pending=("slack", "teams"))
            await self._records.registry.configure(wanted, new.at)
        account = self._records.open(ACCOUNT)
        await account.meet(new.by, None, new.at)
        assert isinstance(await account.escalate(new), Recorded)
        self._request = new.request

    async def recorded(self) -> int:
        """How many handoffs are on record."""
        return await count(self._url, "handoffs", ACCOUNT)

    async def handoff(self) -> Handoff:
        """The one handoff on record, as it now stands."""
        assert await self.recorded() == 1
        found = await self._records.open(ACCOUNT).made_by(self._request)
        assert found is not None
        return found

    @contextmanager
    def mute(self) -> Iterator[None]:
        """What is asked meanwhile is done, but the answer doesn't come in time."""
        self._mute = True
        try:
            yield
        finally:
            self._mute = False

    def _say(self, answer: Said) -> Said:
        if self._mute:
            raise StorageUnsure
        return answer

    @contextmanager
    def away(self) -> Iterator[None]:
        """The folder of the database file stands elsewhere meanwhile: nothing can be written, nor read anew."""
        file = sqlite_file(self._url)
        assert file is not None
        folder = file.parent
        moved = folder.rename(folder.with_name(f"{folder.name}-away"))
        try:
            yield
        finally:
            moved.rename(folder)
