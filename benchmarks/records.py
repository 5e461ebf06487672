"""Records whose cards are all owed in Teams, a worker over them, and a way out that keeps no pace."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp

from adapters.teams.outgoing import TeamsOutgoing
from adapters.teams.settings import TeamsSettings
from benchmarks.arrivals import channel
from benchmarks.databases import PATIENT, Kind
from bot.clock import SystemClock
from bot.keyring import Keyring
from bot.wiring import ACCOUNT
from bot.worker import Worker
from core.context_card import ContextCard
from core.deliveries import Lane, Sending, Sent
from core.handoff import Handoff, NewHandoff, Priority
from core.ids import new_id
from core.limits import Act, Limit
from core.people import Caller, Identity, Profile
from core.ports import Configuration, ConfiguredRoom, Outgoing, Recorded, Storage
from core.snapshot import Snapshot
from storage import open_storage

# She escalates where nothing is sent, so that all there is to send are the cards.
JANE = Caller(Identity("elsewhere", "T1", "U1"), "jane")


class Unhurried(TeamsOutgoing):
    """The real way out, without its pace; it says when so many posts got through."""

    limits: Mapping[Act, tuple[Limit, ...]] = dict.fromkeys(Act, ())

    def __init__(self, settings: TeamsSettings, session: aiohttp.ClientSession) -> None:
        super().__init__(settings, session, Keyring(None))
        self._left, self._done = 0, asyncio.Event()

    async def post(self, lane: Lane, card: ContextCard, key: str) -> Sending:
        """As ever."""
        sent = await super().post(lane, card, key)
        assert isinstance(sent, Sent), sent
        self._left -= 1
        if not self._left:
            self._done.set()
        return sent

    def expect(self, posts: int) -> asyncio.Event:
        """Set when so many have got through from now on."""
        self._left, self._done = posts, asyncio.Event()
        return self._done


@dataclass(frozen=True, slots=True)
class Records:
    """Records of an account whose rooms are all in Teams."""

    url: str
    storage: Storage
    wake: asyncio.Event
    lanes: Sequence[Lane]

    async def escalate(self, number: int) -> Handoff:
        """Record a handoff, which owes a card to every room."""
        now = datetime.now(UTC)
        snapshot = Snapshot("Outlook is failing to sync for the whole office", "Restarted it", "Contoso", f"#{number}")
        new = NewHandoff(new_id(now), JANE, now, f"r:{number}", snapshot, Priority.NORMAL, deadline=PATIENT)
        recorded = await self.storage.open(ACCOUNT).escalate(new)
        assert isinstance(recorded, Recorded)
        return recorded.handoff

    @asynccontextmanager
    async def worker(self, *platforms: str, way: Outgoing) -> AsyncIterator[None]:
        """A worker over them, with one way out to all these platforms; when it ends, all that it sent is recorded."""
        worker = Worker(self.storage, dict.fromkeys(platforms, way), SystemClock(), self.wake)
        running = asyncio.create_task(worker.run())
        yield
        worker.stop()
        await running


@asynccontextmanager
async def records(kind: Kind, tenant: str, rooms: int) -> AsyncIterator[Records]:
    """Fresh records with so many rooms and one handoff."""
    wake, now, url = asyncio.Event(), datetime.now(UTC), kind.new()
    storage = await open_storage(url, wake.set)
    lanes = [Lane("teams", tenant, channel(number), private=False) for number in range(rooms)]
    shown = tuple(ConfiguredRoom(lane, lane.address) for lane in lanes)
    workspaces = ((JANE.identity.platform, JANE.identity.workspace), ("teams", tenant))
    await storage.registry.configure(Configuration(ACCOUNT, "Baton", workspaces, shown), now)
    await storage.open(ACCOUNT).meet(JANE, Profile("Jane", None, member=True), now)
    made = Records(url, storage, wake, lanes)
    await made.escalate(0)
    await kind.analyze(url)
    yield made
    await storage.close()
