"""Two watchmen over every journey: no unexpected warning in the log, and no frozen event loop."""

import asyncio
import gc
import logging
import re
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path

FROZEN = 0.05
_PAUSE = 0.01
_LOOKS = 3
_STAGE = ("/tests/", "/playground/")
_TURN = "asyncio/events.py"
_SCHEDULER = Path("/proc/thread-self/schedstat")


class LogWatch(logging.Handler):
    """Keeps every line of WARNING and above, of whatever logger; those that ``expect`` was told of are fine."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self._expected: list[str] = []
        self._allowed: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    def expect(self, pattern: str) -> None:
        """A line that matches this belongs to the play, and must come."""
        self._expected.append(pattern)

    def allow(self, pattern: str) -> None:
        """A line that matches this may come, on a slow machine."""
        self._allowed.append(pattern)

    def check(self) -> None:
        """Nothing unexpected was logged, and everything expected was."""
        fine = self._expected + self._allowed
        assert [line for line in self.lines if not any(re.search(one, line) for one in fine)] == []
        assert [one for one in self._expected if not any(re.search(one, line) for line in self.lines)] == []


class LoopWatch:
    """Measures how long Baton keeps everybody else on the event loop waiting, and remembers where it was then.

    Time in which the thread was ready to run and the machine had no core for it does not count: the kernel's scheduler
    says how long that was. Where it does not say (not Linux), nothing is measured. A second thread looks where the
    loop is stuck; if it could not look several times, the whole process or machine stood still and not the loop alone.
    The tests and the stand-ins live on the same loop; what they do to it is not held against Baton.
    """

    def __init__(self) -> None:
        self.frozen: list[str] = []
        self._beat = 0.0
        self._seen: list[list[str]] = []
        self._task: asyncio.Task[None] | None = None
        self._over = threading.Event()

    def start(self) -> None:
        """Watch from now on."""
        # As ``serve`` does; here there is all that the tests hold as well.
        gc.freeze()
        if _SCHEDULER.exists():
            self._beat = time.monotonic()
            self._task = asyncio.create_task(self._watch())
            threading.Thread(target=self._look, args=(threading.get_ident(),), daemon=True).start()

    async def stop(self) -> None:
        """Watch no longer."""
        gc.unfreeze()
        self._over.set()
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def check(self) -> None:
        """The loop was never frozen."""
        assert self.frozen == []

    async def _watch(self) -> None:
        while True:
            waited = _waited_for_a_core()
            await asyncio.sleep(_PAUSE)
            now = time.monotonic()
            late = now - self._beat - _PAUSE - (_waited_for_a_core() - waited)
            self._beat, seen, self._seen = now, self._seen, []
            if late > FROZEN and len(seen) >= _LOOKS and not any(part in line for line in seen[0] for part in _STAGE):
                self.frozen.append(f"{late * 1000:.0f} ms in {' > '.join(seen[0])}")

    def _look(self, watched: int) -> None:
        """From a thread of its own, see where the loop is whenever its heart has not beaten for a while."""
        while not self._over.wait(_PAUSE):
            if time.monotonic() - self._beat > FROZEN / 2 and (frame := sys._current_frames().get(watched)):
                calls = [f"{call.filename}:{call.lineno}" for call in traceback.extract_stack(frame)]
                turns = [number for number, call in enumerate(calls) if _TURN in call]
                if turns:
                    self._seen.append(calls[turns[-1] + 1 :])


def _waited_for_a_core() -> float:
    return int(_SCHEDULER.read_text().split()[1]) / 1e9
