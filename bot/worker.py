"""The worker: leases lanes that have something due, sends what is owed in them, and keeps how it went."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from core.deliveries import Failed, Lease, Outcome, Owed, TryLater, back_off
from core.errors import StorageAway
from core.ids import new_id
from core.ports import Clock, Outgoing, Storage
from core.use_cases.deliver import deliver

log = logging.getLogger("baton.worker")

LANES_AT_ONCE = 16
# A call to a platform is given up after CALL, and none is begun that could outlast its lease, with storage's own 2.5 s
# before and after it.
LEASE = timedelta(seconds=30)
CALL = timedelta(seconds=12)
STORAGE = timedelta(seconds=5)
# However long a platform asks us to wait: a mistyped header must not park a conversation for years.
LONGEST_WAIT = timedelta(hours=1)
# Another replica's commit is noticed within this many seconds; our own wakes us at once.
LONGEST_SLEEP = 5.0
# Under load every commit wakes us. One look finds what several of them owe, and with a long backlog it is not cheap.
BETWEEN_LOOKS = 0.05


class Worker:
    """One per process. ``wake`` is set whenever something may be due; after ``stop``, ``run`` ends with the sends."""

    def __init__(self, storage: Storage, outgoing: Mapping[str, Outgoing], clock: Clock, wake: asyncio.Event) -> None:
        self._storage = storage
        self._outgoing = outgoing
        self._clock = clock
        self._wake = wake
        self._holder = new_id(clock.now())
        self._sending: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def run(self) -> None:
        """Work until ``stop``; ends early only by an error that nobody foresaw, which should end the process."""
        loop = asyncio.get_running_loop()
        while not self._stopping:
            self._wake.clear()
            looked = loop.time()
            try:
                pause = await self._begin()
            except StorageAway as away:
                log.warning("storage is away (%s); what is owed waits", away)
                pause = 1.0
            for task in [task for task in self._sending if task.done()]:
                self._sending.discard(task)
                task.result()
            try:
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            except TimeoutError:
                pass
            await asyncio.sleep(looked + BETWEEN_LOOKS - loop.time())
        await asyncio.gather(*self._sending)

    def stop(self) -> None:
        """Begin nothing new."""
        self._stopping = True
        self._wake.set()

    async def _begin(self) -> float:
        """Start on every lane that is due and free; answers how many seconds there is nothing else to do."""
        free = LANES_AT_ONCE - sum(not task.done() for task in self._sending)
        if free <= 0:
            return LONGEST_SLEEP
        now = self._clock.now()
        leases = await self._storage.lanes.lease(self._holder, now, now + LEASE, free)
        for lease in leases:
            task = asyncio.create_task(self._drain(lease, now + LEASE - CALL - STORAGE))
            self._sending.add(task)
            task.add_done_callback(lambda _: self._wake.set())
        if len(leases) == free:
            return LONGEST_SLEEP
        due = await self._storage.lanes.next_due_at(now)
        if due is None:
            return LONGEST_SLEEP
        return min(LONGEST_SLEEP, max(0.01, (due - self._clock.now()).total_seconds()))

    async def _drain(self, lease: Lease, last_start: datetime) -> None:
        account = self._storage.open(lease.account)
        try:
            while not self._stopping and (now := self._clock.now()) < last_start:
                owed = await account.next_due(lease, now)
                if owed is None:
                    break
                outcome = await self._send(owed)
                wait = back_off(owed.attempts + 1)
                if isinstance(outcome, TryLater) and outcome.after is not None:
                    wait = timedelta(seconds=min(outcome.after, LONGEST_WAIT.total_seconds()))
                if isinstance(outcome, Failed):
                    log.warning("%s can't be shown in %s: %s", owed.key, owed.lane.id, outcome.reason)
                now = self._clock.now()
                await account.record(lease, owed, outcome, owed.handoff.version, now, now + wait)
            await self._storage.lanes.give_back(lease)
        except StorageAway as away:
            log.warning("storage went away (%s) while sending in %s; the lease runs out by itself", away, lease.lane)

    async def _send(self, owed: Owed) -> Outcome:
        try:
            async with asyncio.timeout(CALL.total_seconds()):
                return await deliver(owed, self._outgoing)
        except TimeoutError:
            return TryLater("the platform did not answer")
        except Exception as error:  # whatever is wrong with one delivery, the others must go on: it wears out by itself
            log.exception("delivery %s can't be sent", owed.key)
            return TryLater(f"failed: {type(error).__name__}")
