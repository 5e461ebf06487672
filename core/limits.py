"""How often a platform lets itself be called, and when the next call may go."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Act(StrEnum):
    """What is done with a delivery. A platform limits each in its own way."""

    POST = "post"
    CORRECT = "correct"
    TELL = "tell"


@dataclass(frozen=True, slots=True)
class Limit:
    """One call every so many seconds for as long as one likes, and up to ``burst`` of them at once.

    ``shared`` limits count all calls in a workspace, the others those in one conversation. Limits of one name count
    together. In any length of time t no more than ``burst + t / every`` calls pass.
    """

    name: str
    every: float
    burst: int
    shared: bool = False


def take(full_at: datetime | None, now: datetime, limit: Limit) -> tuple[datetime, timedelta]:
    """Ask for one call: what to keep as the new ``full_at`` if it goes, and how long it has to wait (0: it may go).

    ``full_at`` is when the whole burst will be there again, None for never asked (the generic cell rate algorithm,
    ITU-T I.371: one instant is all there is to remember). One that lies further ahead than a whole burst was written
    before the clock was set back, and counts for nothing.
    """
    every = timedelta(seconds=limit.every)
    start = now if full_at is None or full_at > now + every * limit.burst else max(full_at, now)
    wait = start - every * (limit.burst - 1) - now
    return start + every, max(timedelta(), wait)
