"""The worker's bench: real storage, ways out that keep what they were given, and a clock that stands still."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.worker import Worker
from core.context_card import ContextCard, Letter
from core.deliveries import Lane, Lease, Sending, Sent
from core.handoff import Priority, Verb
from core.people import Caller
from core.ports import Account, Lanes, Outgoing, Registry, Storage
from core.snapshot import Snapshot
from storage import OpenRecords, open_storage
from storage.account import SqlAccount
from tests.storage.cast import BLUE, GREEN, NOON, made, move, new, open_account, recorded

PATIENCE = 10.0
BLUE_ROOM, GREEN_ROOM = "blue-room", "green-room"


class StoppedClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self._now = NOON

    def now(self) -> datetime:
        """The time."""
        return self._now

    def move(self, **length: float) -> None:
        """Let time pass."""
        self._now += timedelta(**length)


class Post:
    """A way out that keeps what it was given, by address; ``answers`` says how the next sendings there end."""

    def __init__(self) -> None:
        self.given: defaultdict[str, list[str]] = defaultdict(list)
        self.order: list[str] = []
        self.answers: defaultdict[str, deque[Sending | Exception]] = defaultdict(deque)
        self.hold: dict[str, asyncio.Event] = {}
        self.changed = asyncio.Event()
        self._copies = 0

    async def post(self, lane: Lane, card: ContextCard, key: str) -> Sending:  # noqa: ARG002 - as the port has it
        """A new card."""
        return await self._take(lane, f"posted {_problem(card)} v{card.version}")

    async def correct(self, lane: Lane, copy: str, card: ContextCard) -> Sending:
        """A card drawn anew."""
        answer = await self._take(lane, f"corrected {_problem(card)} v{card.version}")
        return Sent(copy, f"link:{copy}") if isinstance(answer, Sent) else answer

    async def tell(self, lane: Lane, letter: Letter, key: str) -> Sending:  # noqa: ARG002 - the same
        """Something said."""
        return await self._take(lane, letter.text)

    async def _take(self, lane: Lane, what: str) -> Sending:
        self.given[lane.address].append(what)
        self.order.append(what)
        self.changed.set()
        await asyncio.sleep(0)
        if held := self.hold.get(lane.address):
            await held.wait()
        answer = self.answers[lane.address].popleft() if self.answers[lane.address] else None
        if isinstance(answer, Exception):
            raise answer
        self._copies += 1
        return answer or Sent(f"copy-{self._copies}", f"link:copy-{self._copies}")


def _problem(card: ContextCard) -> str:
    return card.title.rpartition(": ")[2]


class WatchedLanes:
    """Storage's lanes, which say when the worker has looked at them, and can be away."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self.trouble: Exception | None = None
        self.found: Sequence[Lease] = ()
        self.looks = 0
        self.looked = asyncio.Event()

    async def lease(self, holder: str, now: datetime, until: datetime, most: int) -> Sequence[Lease]:
        """A look."""
        self.looks += 1
        self.looked.set()
        if self.trouble:
            raise self.trouble
        self.found = await self._lanes.lease(holder, now, until, most)
        return self.found

    async def give_back(self, lease: Lease) -> None:
        """The end of a lease."""
        await self._lanes.give_back(lease)

    async def next_due_at(self, now: datetime) -> datetime | None:
        """The end of a look."""
        return await self._lanes.next_due_at(now)


class WatchedStorage:
    """Storage with its lanes watched."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.lanes = WatchedLanes(storage.lanes)

    @property
    def registry(self) -> Registry:
        """As it is."""
        return self._storage.registry

    def open(self, account: str) -> Account:
        """As it is."""
        return self._storage.open(account)


class Bench:
    """A worker at work, and everything around it."""

    def __init__(self, records: OpenRecords, account: SqlAccount, wake: asyncio.Event) -> None:
        self.records, self.account, self.wake = records, account, wake
        self.clock, self.post = StoppedClock(), Post()
        self.storage = WatchedStorage(records)
        self.worker = self.another()

    def another(self, platforms: Sequence[str] = (BLUE, GREEN)) -> Worker:
        """A worker, which is yet to run, with ways out to these platforms."""
        ways: Mapping[str, Outgoing] = dict.fromkeys(platforms, self.post)
        return Worker(self.storage, ways, self.clock, self.wake)

    async def idle(self, worker: Worker | None = None) -> None:
        """Have the worker look until it has found nothing to do, twice in a row, and nothing is under way."""
        lanes, quiet = self.storage.lanes, 0
        async with asyncio.timeout(PATIENCE):
            while quiet < 2:
                before = lanes.looks
                self.wake.set()
                while lanes.looks == before:
                    lanes.looked.clear()
                    await lanes.looked.wait()
                sending = [task for task in (worker or self.worker)._sending if not task.done()]
                await asyncio.gather(*sending)
                quiet = 0 if lanes.found or sending else quiet + 1

    async def begun(self, address: str, times: int = 1) -> None:
        """Wait until so many sendings to an address were begun."""
        async with asyncio.timeout(PATIENCE):
            while len(self.post.given[address]) < times:
                self.post.changed.clear()
                await self.post.changed.wait()

    async def moved(self, verb: Verb, handoff: str, by: Caller, note: str = "") -> None:
        """Make a move now."""
        await made(self.account, move(verb, handoff, by, at=self.clock.now(), note=note))


async def escalated(desk: Bench, problem: str = "Mail", priority: Priority = Priority.NORMAL) -> str:
    """An escalation, made now; answers the handoff's id."""
    escalation = replace(new(at=desk.clock.now()), snapshot=Snapshot(problem), priority=priority)
    return (await recorded(desk.account, escalation)).id


@asynccontextmanager
async def bench(url: str) -> AsyncIterator[Bench]:
    """A bench on a fresh database with the cast of the storage tests; its worker is not running yet."""
    wake = asyncio.Event()
    records = await open_storage(url, wake.set)
    yield Bench(records, await open_account(records), wake)
    await records.close()


@asynccontextmanager
async def running(worker: Worker) -> AsyncIterator["asyncio.Task[None]"]:
    """The worker runs, and is stopped gracefully at the end."""
    task = asyncio.create_task(worker.run())
    try:
        yield task
    finally:
        worker.stop()
        with suppress(asyncio.CancelledError):
            await task
