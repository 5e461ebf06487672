"""How long one gesture may take: the platforms want their answer within 3 s, and somebody waits for it."""

import asyncio

WHOLE = 2.5
# However late it is, storage gets this long: less would refuse what is about to succeed.
LEAST = 0.2


class Patience:
    """What is left of one gesture's time, in seconds of the event loop's clock."""

    def __init__(self, seconds: float = WHOLE) -> None:
        self._ends = asyncio.get_running_loop().time() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left, never under ``LEAST``."""
        return max(LEAST, self._ends - asyncio.get_running_loop().time())
