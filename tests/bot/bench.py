"""The worker's bench: real storage, ways out that keep what they were given, and a clock that stands still."""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.worker import LANES_AT_ONCE, Worker
from core.context_card import ContextCard, Letter
from core.deliveries import Lane, Lease, NotThere, Sending, Sent, Unsure
from core.handoff import Priority, Verb
from core.limits import Act, Limit
from core.people import Caller
from core.ports import ConfiguredRoom, Lanes, Outgoing, Registry, Storage
from core.snapshot import Snapshot
from storage import OpenRecords, open_storage
from storage.account import SqlAccount
from tests.journeys.cast import StoppedClock
from tests.journeys.moving import PATIENCE, idle
from tests.storage.cast import BLUE, GREEN, ROOMS, made, move, new, open_account, recorded

BLUE_ROOM, GREEN_ROOM = "blue-room", "green-room"
# More rooms on one platform than are sent in at once.
MANY = tuple(ConfiguredRoom(Lane(BLUE, "B1", f"blue-{n}", private=False), f"#{n}") for n in range(LANES_AT_ONCE + 4))
LOST = Unsure("lost")  # as an answer: it was taken, and the answer did not come


class Post:
    """A way out that keeps what it was given, by address; ``answers`` says how the next sendings there end.

    ``taken`` counts what really arrived, by key, and is what it looks in; ``blind``: it can't look.
    """

    def __init__(self) -> None:
        self.limits: Mapping[Act, tuple[Limit, ...]] = {}
        self.given: defaultdict[str, list[str]] = defaultdict(list)
        self.order: list[str] = []
        self.answers: defaultdict[str, deque[Sending | Exception]] = defaultdict(deque)
        self.hold: dict[str, asyncio.Event] = {}
        self.changed = asyncio.Event()
        self.taken: Counter[str] = Counter()
        self.looked: list[tuple[str, datetime]] = []
        self.blind = False

    async def post(self, lane: Lane, card: ContextCard, key: str) -> Sending:
        """A new card."""
        return await self._take(lane, f"posted {_problem(card)} v{card.version}", key)

    async def correct(self, lane: Lane, copy: str, card: ContextCard) -> Sending:
        """A card drawn anew."""
        answer = await self._take(lane, f"corrected {_problem(card)} v{card.version}")
        return Sent(copy, f"link:{copy}") if isinstance(answer, Sent) else answer

    async def tell(self, lane: Lane, letter: Letter, key: str, under: str | None = None) -> Sending:
        """Something said."""
        return await self._take(lane, f"under {under}: {letter.text}" if under else letter.text, key)

    async def find(self, lane: Lane, key: str, since: datetime, under: str | None = None) -> Sent | NotThere:  # noqa: ARG002 - as the port has it
        """A look for what was taken."""
        self.looked.append((key, since))
        return Sent(f"copy of {key}", f"link:{key}") if self.taken[key] and not self.blind else NotThere()

    async def _take(self, lane: Lane, what: str, key: str = "") -> Sending:
        self.given[lane.address].append(what)
        self.order.append(what)
        self.changed.set()
        await asyncio.sleep(0)
        if held := self.hold.get(lane.address):
            await held.wait()
        answer = self.answers[lane.address].popleft() if self.answers[lane.address] else None
        if isinstance(answer, Exception):
            raise answer
        if key and (answer is None or answer is LOST):
            self.taken[key] += 1
        return answer or Sent(f"copy of {key}", f"link:{key}")


def _problem(card: ContextCard) -> str:
    return card.title.rpartition(": ")[2]


class WatchedLanes:
    """Storage's lanes, which count the worker's looks at them and its calls for help, and can be away."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self.trouble: Exception | None = None
        self.hold: asyncio.Event | None = None
        self.looks = self.calls = 0
        self.looked = asyncio.Event()

    async def lease(self, platform: str, holder: str, now: datetime, until: datetime, most: int) -> Sequence[Lease]:
        """A look."""
        self.looks += 1
        self.looked.set()
        if self.trouble:
            raise self.trouble
        if self.hold:
            await self.hold.wait()
        return await self._lanes.lease(platform, holder, now, until, most)

    async def next_due_at(self, platforms: Sequence[str], now: datetime) -> datetime | None:
        """The end of a look."""
        return await self._lanes.next_due_at(platforms, now)

    async def call_others(self) -> None:
        """A call for help."""
        self.calls += 1
        await self._lanes.call_others()


class WatchedAccount:
    """The account, of which ``record`` can go wrong."""

    def __init__(self, account: SqlAccount, troubles: deque[Exception]) -> None:
        self._account, self._troubles = account, troubles

    def __getattr__(self, name: str) -> Any:
        return getattr(self._account, name)

    async def record(self, *arguments: Any) -> Any:
        """Keep how it went, or not."""
        if self._troubles:
            raise self._troubles.popleft()
        return await self._account.record(*arguments)


class WatchedStorage:
    """Storage with its lanes watched; ``troubles`` meet the next records, ``registry_troubles`` the next questions."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.lanes = WatchedLanes(storage.lanes)
        self.troubles: deque[Exception] = deque()
        self.registry_troubles: deque[Exception] = deque()

    @property
    def registry(self) -> Registry:
        """As it is, or away."""
        if self.registry_troubles:
            raise self.registry_troubles.popleft()
        return self._storage.registry

    def open(self, account: str) -> Any:
        """The account, watched."""
        return WatchedAccount(self._storage.open(account), self.troubles)


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
        """Have the worker do all that is due now."""
        await idle(worker or self.worker)

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
async def bench(url: str, rooms: Sequence[ConfiguredRoom] = ROOMS) -> AsyncIterator[Bench]:
    """A bench on a fresh database with the cast of the storage tests; its worker is not running yet."""
    wake = asyncio.Event()
    records = await open_storage(url, wake.set)
    yield Bench(records, await open_account(records, rooms), wake)
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
