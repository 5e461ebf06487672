"""The pace that the connector keeps, per conversation and per tenant."""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

# At most so many calls in so many seconds.
Windows = tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Pace:
    """How often one bot may call; every call must fit into all windows of its kind. No windows, no limit.

    ``writes`` and ``reads`` count per conversation (msteams-docs, rate-limit.md): a channel with all its threads is
    one, and so is a person's chat with the opening of it. The table there has no row for corrections and deletions;
    since "all requests are subject to the same rate limiting policy", they are writes like the rest, and all writes
    count together. ``tenant`` counts every call of the app in its tenant.
    """

    writes: Windows = ((7, 1), (8, 2), (60, 30), (1800, 3600))
    reads: Windows = ((14, 1), (16, 2), (120, 30), (3600, 3600))
    tenant: Windows = ((50, 1),)


PUBLISHED = Pace()


class PaceKeeper:
    """Remembers when calls were let through, by the clock."""

    def __init__(self, pace: Pace, clock: Callable[[], datetime]) -> None:
        self._pace, self._clock = pace, clock
        self._passed: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def wait(self, conversation: str, *, reads: bool) -> int:
        """Take one call: 0 if it may pass, else the whole seconds to wait."""
        now = self._clock()
        windows = self._pace.reads if reads else self._pace.writes
        counts = {f"{'read' if reads else 'write'} {conversation}": windows, "tenant": self._pace.tenant}
        wait = max(_wait(self._passed[name], windows, now) for name, windows in counts.items())
        if wait <= 0:
            for name in counts:
                self._passed[name].append(now)
        return math.ceil(wait)


def _wait(passed: deque[datetime], windows: Windows, now: datetime) -> float:
    longest = max((seconds for _, seconds in windows), default=0)
    while passed and now - passed[0] >= timedelta(seconds=longest):
        passed.popleft()
    full = [seconds - (now - passed[-most]).total_seconds() for most, seconds in windows if len(passed) >= most]
    return max(full, default=0)
