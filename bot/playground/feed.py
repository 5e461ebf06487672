"""Telling whoever watches that something in a stand-in changed."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")


class Feed:
    """Wakes those who wait and calls those who subscribed, at every change."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()
        self._subscribers: list[Callable[[], None]] = []

    def changed(self) -> None:
        """Say that something changed."""
        for event in self._waiting:
            event.set()
        for subscriber in list(self._subscribers):
            subscriber()

    def subscribe(self, subscriber: Callable[[], None]) -> Callable[[], None]:
        """Have ``subscriber`` called at every change, on the event loop; the answer ends that."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    async def wait_until(self, predicate: Callable[[], Seen], timeout: float = 5.0) -> Seen:  # noqa: ASYNC109 - read as a limit
        """Wait until ``predicate`` answers something true, and answer that; ``TimeoutError`` after real seconds."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            async with asyncio.timeout(timeout):
                while not (seen := predicate()):
                    event.clear()
                    await event.wait()
                return seen
        finally:
            self._waiting.discard(event)
