"""The pace that Slack keeps, for posts into one channel and for calls in one workspace."""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

POST = "chat.postMessage"
_TIER_3 = ("chat.update", "conversations.info", "conversations.open")
_READS = ("conversations.history", "conversations.replies")
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often one app may call (docs.slack.dev/apis/web-api/rate-limits, and the pages of the methods).

    Into one channel it may post ``per_second`` and ``burst`` at once. In any minute it may make ``posts`` in the whole
    workspace ("several hundred"), ``tier_3`` calls of each Tier 3 method, and ``reads`` of history and of replies, at
    ``page`` messages a time. Of bursts over that Slack says that they may pass; here they don't.
    """

    per_second: float = 1.0
    burst: int = 5
    posts: int = 200
    tier_3: int = 50
    reads: int = 50
    page: int = 999


PUBLISHED = Pace()
# For apps that are distributed without Marketplace (docs.slack.dev/changelog/2025/05/29).
UNLISTED = Pace(reads=1, page=15)


class PaceKeeper:
    """A token bucket per channel and a sliding minute per method, by the clock."""

    def __init__(self, pace: Pace, clock: Callable[[], datetime]) -> None:
        self._pace, self._clock = pace, clock
        self._buckets: dict[str, tuple[float, datetime]] = {}
        self._passed: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self._most = {POST: pace.posts, **dict.fromkeys(_TIER_3, pace.tier_3), **dict.fromkeys(_READS, pace.reads)}

    def wait(self, method: str, channel: str) -> int:
        """Take one call: 0 if it may pass, else the whole seconds to wait for ``Retry-After``."""
        if method not in self._most:
            return 0
        now = self._clock()
        wait = self._until_minute_has_room(method, now)
        left = self._in_bucket(channel, now) if method == POST else 1.0
        wait = max(wait, (1 - left) / self._pace.per_second)
        if wait > 0:
            return math.ceil(wait)
        self._passed[method].append(now)
        if method == POST:
            self._buckets[channel] = (left - 1, now)
        return 0

    def _in_bucket(self, channel: str, now: datetime) -> float:
        left, then = self._buckets.get(channel, (float(self._pace.burst), now))
        return min(self._pace.burst, left + max(0.0, (now - then).total_seconds()) * self._pace.per_second)

    def _until_minute_has_room(self, method: str, now: datetime) -> float:
        passed = self._passed[method]
        while passed and not now - _MINUTE < passed[0] <= now:
            passed.popleft()
        return (_MINUTE - (now - passed[0])).total_seconds() if len(passed) >= self._most[method] else 0.0
