"""What can be made to go wrong with a call to a stand-in, and the script that says when."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Ok:
    """Nothing goes wrong with this call."""


@dataclass(frozen=True, slots=True)
class Error:
    """The call is refused with this code, without being done.

    Teams answers with the HTTP ``status``; Slack answers 200 and merges ``extra`` into its answer.
    """

    code: str
    status: int = 400
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RateLimited:
    """HTTP 429 with ``Retry-After`` in seconds (no such header for None); the call is not done."""

    after: int | None


@dataclass(frozen=True, slots=True)
class Status:
    """Another HTTP status, with a page of HTML (which may be empty); the call is not done."""

    code: int
    body: str = "<html><body><h1>Bad Gateway</h1></body></html>"


@dataclass(frozen=True, slots=True)
class DropBefore:
    """The connection breaks before the call is done."""


@dataclass(frozen=True, slots=True)
class DropAfterTaking:
    """The call is done, but the connection breaks before the answer."""


@dataclass(frozen=True, slots=True)
class Hang:
    """No answer until ``until`` is set (without it: never). ``taken``: the call is done before the silence."""

    until: asyncio.Event | None = None
    taken: bool = False


@dataclass(frozen=True, slots=True)
class SlowBytes:
    """The call is done, and its answer comes byte by byte, ``pause`` seconds apart."""

    pause: float = 0.01


@dataclass(frozen=True, slots=True)
class WrongJson:
    """The call is done, but its answer is cut off in the middle of the JSON."""


Fault = Ok | Error | RateLimited | Status | DropBefore | DropAfterTaking | Hang | SlowBytes | WrongJson


class FaultScript:
    """Faults waiting for their call, per method and, where it is named, per conversation."""

    def __init__(self) -> None:
        self._scripts: defaultdict[tuple[str, str | None], deque[Fault]] = defaultdict(deque)

    def add(self, method: str, faults: Iterable[Fault], conversation: str | None) -> None:
        """Put faults behind those that wait already."""
        self._scripts[method, conversation].extend(faults)

    def next(self, method: str, conversation: str | None) -> Fault:
        """Take the fault of this call: the conversation's own script first, then the method's."""
        for key in ((method, conversation), (method, None)):
            script = self._scripts.get(key)
            if script:
                return script.popleft()
        return Ok()

    def left(self) -> int:
        """How many faults have not met their call yet."""
        return sum(len(script) for script in self._scripts.values())
