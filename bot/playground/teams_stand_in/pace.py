"""The pace that the connector keeps per conversation."""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime, timedelta

# Calls of one bot in one conversation (msteams-docs, rate-limit.md): most of them, in so many seconds.
WRITES = ((7, 1), (8, 2), (60, 30), (1800, 3600))
READS = ((14, 1), (120, 30), (3600, 3600))


class Pace:
    """Remembers when calls were let through, by the clock; a channel with all its threads is one conversation."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._passed: defaultdict[tuple[str, str], deque[datetime]] = defaultdict(deque)

    def wait(self, kind: str, conversation: str) -> int:
        """Take one call of a kind (create, write, read): 0 if it may pass, else the whole seconds to wait."""
        now, passed = self._clock(), self._passed[kind, conversation]
        while passed and now - passed[0] >= timedelta(hours=1):
            passed.popleft()
        waits = [0.0]
        for most, seconds in READS if kind == "read" else WRITES:
            if len(passed) >= most:
                waits.append(seconds - (now - passed[-most]).total_seconds())
        if max(waits) <= 0:
            passed.append(now)
        return math.ceil(max(waits))
