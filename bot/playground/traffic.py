"""The log of what went between Baton and the two platforms, both ways, with status and duration."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

KEPT = 60


class Call(Protocol):
    """A call of Baton's as a stand-in keeps it; ``answered`` is None while it is under way."""

    at: datetime
    answered: Any


@dataclass(slots=True)
class Entry:
    """One request: ``status`` is what it was answered with, "" while it is under way; ``ms`` is a duration."""

    number: int
    at: str
    sender: str
    receiver: str
    what: str
    status: str = ""
    ok: bool = True
    ms: int | None = None


class Traffic:
    """The last requests, oldest first. ``changed`` is called at every new one and at every answer."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._changed = changed
        self._count = 0
        self._taken: dict[str, int] = {}
        self._open: list[tuple[Call, Entry, float]] = []

    def shown(self) -> list[dict[str, Any]]:
        """The entries as JSON."""
        return [asdict(entry) for entry in self._entries]

    @contextmanager
    def gesture(self, sender: str, what: str) -> Iterator[Entry]:
        """Log a request to Baton; the status is set on the entry that this yields."""
        entry, start = self._add(sender, "Baton", what), time.perf_counter()
        self._changed()
        try:
            yield entry
        finally:
            entry.ms = _since(start)
            self._changed()

    def follow(self, platform: str, calls: Sequence[Call], describe: Callable[[Any], tuple[str, str, bool]]) -> None:
        """Take in a platform's new calls, and the answers to earlier ones.

        ``describe`` says of a call what it was, its status, and whether it went well.
        """
        for call in calls[self._taken.get(platform, 0) :]:
            what, _, _ = describe(call)
            self._open.append((call, self._add("Baton", platform, what), time.perf_counter()))
        self._taken[platform] = len(calls)
        for call, entry, start in self._open:
            if entry.receiver == platform and call.answered is not None:
                _, entry.status, entry.ok = describe(call)
                entry.ms = _since(start)
        self._open = [(call, entry, start) for call, entry, start in self._open if entry.ms is None]

    def _add(self, sender: str, receiver: str, what: str) -> Entry:
        self._count += 1
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        entry = Entry(self._count, at, sender, receiver, what)
        self._entries.append(entry)
        return entry


def _since(start: float) -> int:
    return round((time.perf_counter() - start) * 1000)
