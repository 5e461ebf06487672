"""Answers that hold for a few seconds, for what is asked with every gesture and hardly ever changes."""

import time
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

SECONDS = 3.0
MOST = 10_000


class Remembered(Generic[K, V]):
    """A bounded memory. Only a "yes" may be kept: a "no" would keep a newcomer out after they were let in."""

    def __init__(self) -> None:
        self._kept: dict[K, tuple[V, float]] = {}
        self._forgotten = 0

    def get(self, key: K) -> V | None:
        """What was kept, unless it is too old."""
        kept = self._kept.get(key)
        return kept[0] if kept is not None and kept[1] > time.monotonic() else None

    @property
    def ticket(self) -> int:
        """Taken before somebody is asked; what was forgotten meanwhile makes the answer too old to be kept."""
        return self._forgotten

    def keep(self, key: K, value: V, ticket: int) -> None:
        """Remember it for ``SECONDS``."""
        if ticket != self._forgotten:
            return
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[key] = (value, time.monotonic() + SECONDS)

    def forget(self) -> None:
        """Ask anew from now on."""
        self._forgotten += 1
        self._kept.clear()
