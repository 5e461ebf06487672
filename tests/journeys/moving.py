"""Moving the clock under a running Baton: what would take hours is done at once, and in the same order."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.worker import Worker
from tests.journeys.cast import StoppedClock

# How long anybody waits for something that must come, on the slowest of machines.
PATIENCE = 20.0


async def look(worker: Worker) -> None:
    """Have a worker look once more: everything that was asked for before is seen by that."""
    async with asyncio.timeout(PATIENCE):
        # One look may be under way already, so it is the second that counts.
        for _ in range(2):
            looked = worker._looked_at
            worker._wake.set()
            while worker._looked_at == looked:  # noqa: ASYNC110 - a look has no event of its own
                await asyncio.sleep(0.001)


async def idle(worker: Worker, patience: float = PATIENCE) -> None:
    """Have a worker do all that is due now, while its clock stands still."""
    async with asyncio.timeout(patience):
        while True:
            await look(worker)
            at = await due(worker)
            if not worker._tasks and (at is None or at > worker._clock.now()):
                return


async def due(worker: Worker) -> datetime | None:
    """When there will be something to do for a worker; None if never."""
    return await worker._storage.lanes.next_due_at(tuple(worker._outgoing), worker._clock.now())


async def pass_time(workers: Sequence[Worker], clock: StoppedClock, most: timedelta = timedelta.max) -> timedelta:
    """Move the clock from one due time to the next until nothing is owed, or for so long; answers how long it was."""
    began = clock.now()
    while True:
        for worker in workers:
            await idle(worker)
        dues = [at for worker in workers if (at := await due(worker))]
        if not dues or min(dues) - began > most:
            return clock.now() - began
        clock.move_to(max(clock.now(), min(dues)))


async def vanish(worker: Worker, run: "asyncio.Task[None]") -> None:
    """End a worker in the middle of everything, as a crash would."""
    ending = [run, *worker._tasks]
    for task in ending:
        task.cancel()
    await asyncio.gather(*ending, return_exceptions=True)
