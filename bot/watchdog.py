"""The watchdog: ends a process whose event loop has stuck, so that it is started anew."""

import asyncio
import faulthandler
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

STUCK_SECONDS = 60.0


@asynccontextmanager
async def watched_loop(seconds: float = STUCK_SECONDS) -> AsyncIterator[None]:
    """While this is held, a loop that does not turn for so long ends the process: exit code 1, all stacks on stderr.

    A thread of the interpreter's own counts, in C: it needs neither the loop nor the lock that Python code runs under.
    """
    feeding = asyncio.create_task(_feed(seconds), name="watchdog")
    try:
        yield
    finally:
        feeding.cancel()
        with suppress(asyncio.CancelledError):
            await feeding
        faulthandler.cancel_dump_traceback_later()


async def _feed(seconds: float) -> None:
    while True:
        faulthandler.dump_traceback_later(seconds, exit=True)
        await asyncio.sleep(seconds / 20)
