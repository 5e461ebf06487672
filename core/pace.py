"""How often one person may escalate: enough for the worst night, not enough for a loop."""

from datetime import datetime

from core.people import Identity

BURST = 20
PER_MINUTE = 20


class Pace:
    """A token bucket for each identity, in this process: ``BURST`` at once, refilled at ``PER_MINUTE``."""

    def __init__(self) -> None:
        self._left: dict[Identity, tuple[float, datetime]] = {}

    def allows(self, identity: Identity, now: datetime) -> bool:
        """Whether one more is fine now; takes it if so. A full bucket is forgotten, so memory stays bounded."""
        left, then = self._left.get(identity, (float(BURST), now))
        left = min(float(BURST), left + max(0.0, (now - then).total_seconds()) * PER_MINUTE / 60)
        if left < 1:
            return False
        self._left[identity] = (left - 1, now)
        if len(self._left) > 10_000:
            self._forget(now)
        return True

    def give_back(self, identity: Identity) -> None:
        """Undo the last ``allows``: it was no new gesture after all."""
        if identity in self._left:
            left, then = self._left[identity]
            self._left[identity] = (left + 1, then)

    def _forget(self, now: datetime) -> None:
        refilled = 60 * BURST / PER_MINUTE
        self._left = {who: kept for who, kept in self._left.items() if (now - kept[1]).total_seconds() < refilled}
