"""Sending in one leased lane: a delivery after the other, each within its time, and how long to wait after each."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from core.deliveries import (
    MOST_FAILURES,
    SETTLES,
    Failed,
    Lease,
    Owed,
    Scope,
    Sending,
    Sent,
    Terms,
    TryLater,
    Unsure,
    act,
    back_off,
)
from core.errors import StorageAway
from core.limits import Act
from core.ports import Account, Clock, Outgoing
from core.use_cases.deliver import deliver

log = logging.getLogger("baton.worker")

# A call to a platform is given up after CALL, and its lane is leased for longer than that and storage's 2.5 s on either
# side of it, so that nobody else begins while it is under way.
CALL = timedelta(seconds=12)
LEASE = timedelta(seconds=20)
# However long a platform asks us to wait: a mistyped header must not park a conversation for years.
LONGEST_WAIT = timedelta(hours=1)
# However short: a rate limit is no failure and wears nothing out, so "again, at once" must find its end here.
SHORTEST_WAIT = timedelta(seconds=1)
# After a rate limit that doesn't say how long: as after so many failures, 4 to 8 s.
UNTOLD = 4
# Until storage is asked again.
STORAGE_PAUSE = 1.0


class Sender:
    """Sends in one lane that is leased to it. ``stopping`` says whether to begin no other delivery."""

    def __init__(
        self, account: Account, way: Outgoing, lease: Lease, clock: Clock, stopping: Callable[[], bool]
    ) -> None:
        self._account, self._way, self._lease, self._clock = account, way, lease, clock
        self._stopping = stopping
        self.moved_at = asyncio.get_running_loop().time()

    async def run(self) -> None:
        """Send until nothing is due here any more. Whatever is wrong with one lane, the others must go on."""
        try:
            now = self._clock.now()
            owed = await self._account.next_due(self._lease, now, self._terms(now))
            while owed is not None:
                self._move()
                outcome = await self._send(owed)
                self._move()
                owed = await self._keep(owed, outcome)
        except StorageAway as away:
            log.warning("storage is away (%s) for %s; its lease runs out by itself", away, self._lease.lane)
        except Exception:
            log.exception("%s can't be sent in; it is tried again when its lease has run out", self._lease.lane)

    def _move(self) -> None:
        self.moved_at = asyncio.get_running_loop().time()

    def _terms(self, now: datetime) -> Terms:
        return Terms(now + LEASE, self._way.limits)

    async def _send(self, owed: Owed) -> Sending:
        try:
            async with asyncio.timeout(CALL.total_seconds()):
                return await deliver(owed, self._way)
        except TimeoutError:
            return _unknown(owed, "the platform did not answer")
        except Exception as error:  # a mistake of ours with this one delivery: it wears out by itself
            log.exception("%s can't be sent", owed.key)
            return _unknown(owed, f"failed: {type(error).__name__}")

    async def _keep(self, owed: Owed, outcome: Sending) -> Owed | None:
        """Have it recorded, however long storage is away: what nobody knows of might be posted again."""
        if why := given_up(owed, outcome):
            log.warning("%s is given up in %s: %s", owed.key, owed.lane.id, why)
        known = outcome
        while True:
            now = self._clock.now()
            terms = None if self._stopping() else self._terms(now)
            try:
                return await self._account.record(self._lease, owed, known, now, now + wait(owed, known), terms)
            except StorageAway as away:
                if terms is None:
                    raise
                log.warning("storage is away (%s); how %s went is kept in mind", away, owed.key)
                await asyncio.sleep(STORAGE_PAUSE)
            except Exception as error:  # nor may what can't be written down be tried for ever
                if known is not outcome:
                    raise
                log.exception("how %s went can't be recorded", owed.key)
                known = _unknown(owed, f"not recorded: {type(error).__name__}")


def wait(owed: Owed, outcome: Sending) -> timedelta:
    """How long to wait before this delivery, or all of its lane, is tried again."""
    match outcome:
        case TryLater(after=float() | int() as after):
            return min(max(timedelta(seconds=min(after, 1e6)), SHORTEST_WAIT), LONGEST_WAIT)
        case TryLater(scope=Scope.LANE):
            return back_off(max(owed.failures + 1, UNTOLD))
        case Unsure():
            return max(back_off(owed.failures + 1), SETTLES)
    return back_off(owed.failures + 1)


def given_up(owed: Owed, outcome: Sending) -> str:
    """Why this delivery is not tried again, "" if it is, or need not be."""
    match outcome:
        case Failed(reason):
            return reason
        case Sent() | TryLater(scope=Scope.LANE):
            return ""
    return outcome.reason if owed.failures + 1 >= MOST_FAILURES else ""


def _unknown(owed: Owed, reason: str) -> Sending:
    """A correction that is made twice is made once; anything else may be there already."""
    return TryLater(reason) if act(owed) is Act.CORRECT else Unsure(reason)
