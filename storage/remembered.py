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

    def get(self, key: K) -> V | None:
        """What was kept, unless it is too old."""
        kept = self._kept.get(key)
        return kept[0] if kept is not None and kept[1] > time.monotonic() else None

    def keep(self, key: K, value: V) -> None:
        """Remember it for ``SECONDS``."""
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[key] = (value, time.monotonic() + SECONDS)

    def forget(self) -> None:
        """Ask anew from now on."""
        self._kept.clear()
