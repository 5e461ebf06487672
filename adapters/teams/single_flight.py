"""One call at a time for something that many ask for at once: all of them share its answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class SingleFlight(Generic[Answer]):
    """Runs ``work`` in a task of its own, so that an asker who gives up does not end it for the others."""

    def __init__(self, work: Callable[[], Awaitable[Answer]]) -> None:
        self._work = work
        self._task: asyncio.Task[Answer] | None = None

    def start(self) -> asyncio.Task[Answer]:
        """The call under way, or a new one."""
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._run())
            self._task.add_done_callback(_seen)
        return self._task

    async def __call__(self) -> Answer:
        """Wait for the call under way, or for a new one; raises what it raises."""
        return await asyncio.shield(self.start())

    async def _run(self) -> Answer:
        return await self._work()


def _seen(task: asyncio.Task[Answer]) -> None:
    # Everybody who asked may have given up meanwhile; a failure that nobody is left to hear is not worth a log line.
    if not task.cancelled():
        task.exception()
