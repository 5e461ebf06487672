"""The pace that Slack keeps for posts into one channel."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Pace:
    """About one message per second and channel, with short bursts (docs.slack.dev/apis/web-api/rate-limits)."""

    per_second: float = 1.0
    burst: int = 5


class PaceKeeper:
    """A token bucket per channel, filled by the clock."""

    def __init__(self, pace: Pace, clock: Callable[[], datetime]) -> None:
        self._pace, self._clock = pace, clock
        self._buckets: dict[str, tuple[float, datetime]] = {}

    def wait(self, channel: str) -> int:
        """Take one post: 0 if it may pass, else the whole seconds to wait for ``Retry-After``."""
        now = self._clock()
        left, then = self._buckets.get(channel, (float(self._pace.burst), now))
        left = min(self._pace.burst, left + (now - then).total_seconds() * self._pace.per_second)
        passes = left >= 1
        self._buckets[channel] = (left - 1 if passes else left, now)
        return 0 if passes else max(1, round((1 - left) / self._pace.per_second))
