"""``baton`` that keeps no platform's pace, and kills itself at the point that its environment names.

Nothing in the program knows of this: the functions at the seams are wrapped from outside before it starts. ``CRASH_AT``
is a spot and at which passage of it: ``after-post claimed slack-card 2``.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from adapters.slack.outgoing import SlackOutgoing
from adapters.teams.outgoing import TeamsOutgoing
from core.claim_rules import Kind
from core.deliveries import Owed
from core.handoff import Move, NewHandoff, Notice, Status
from core.ports import Answered, Recorded
from core.use_cases import deliver as delivering
from storage.account import SqlAccount
from storage.postgres import PostgresDatabase
from storage.sqlite import SqliteDatabase
from tests.endurance import points
from tests.endurance.points import Spot

NAME = "CRASH_AT"
SAYS = "killed at "
_FLOW_OF_CARD = {Status.OPEN: "released", Status.CLAIMED: "claimed", Status.RESOLVED: "resolved"}


class Plan:
    """Where to die, and at which passage; an empty text is nowhere."""

    def __init__(self, text: str) -> None:
        spot, _, passage = text.rpartition(" ")
        self._spot = points.read(spot) if text else None
        self._left = int(passage) if text else 0
        self._lock = threading.Lock()

    def passes(self, spot: Spot) -> None:
        """The program comes past a spot; it goes no further if this is the one."""
        if spot != self._spot:
            return
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.write(2, f"{SAYS}{spot}\n".encode())
                os.kill(os.getpid(), signal.SIGKILL)
                time.sleep(60)


plan = Plan(os.environ.pop(NAME, ""))

# What the transaction that is about to be run is about: called with its answer before its commit, and after it.
Seam = tuple[Callable[[Any], None], Callable[[Any], None]]
_seam: ContextVar[Seam | None] = ContextVar("seam", default=None)
_sending: ContextVar[Owed] = ContextVar("sending")


def spot_of(point: str, owed: Owed) -> Spot:
    """A point on the way of a delivery."""
    if owed.about is not None or owed.handoff is None:
        first = owed.about in (Notice.SHOWN, Notice.AIMED_AT_YOU)
        return Spot(point, "escalated" if first else str(owed.about), f"{owed.lane.platform}-letter")
    flow = "escalated" if owed.copy is None else _FLOW_OF_CARD[owed.handoff.status]
    return Spot(point, flow, f"{owed.lane.platform}-card")


def _begins(answer: Any) -> None:
    if isinstance(answer, Owed):
        plan.passes(spot_of(points.BEFORE_BEGIN, answer))


def _nothing(_: Any) -> None:
    pass


def _of_sending(arguments: tuple[Any, ...]) -> Seam:
    """Around ``record``, which also begins the next one; around ``next_due`` nothing is recorded."""
    recorded = next((one for one in arguments if isinstance(one, Owed)), None)
    if recorded is None:
        return _begins, _nothing

    def before(answer: Any) -> None:
        plan.passes(spot_of(points.BEFORE_RECORD, recorded))
        _begins(answer)

    return before, lambda _: plan.passes(spot_of(points.AFTER_RECORD, recorded))


def _of_gesture(arguments: tuple[Any, ...]) -> Seam:
    """Around an escalation or a move, if it changes anything."""
    asked = arguments[0]
    assert isinstance(asked, NewHandoff | Move)
    if isinstance(asked, NewHandoff):
        flow, way = "escalated", "slack-form" if asked.request.startswith("view:") else "slack-command"
    else:
        flow, way = str(asked.verb.event), f"{asked.by.identity.platform}-button"

    def passes(point: str, answer: Any) -> None:
        moved = isinstance(answer, Answered) and answer.verdict.kind is Kind.DONE
        if moved or isinstance(answer, Recorded):
            plan.passes(Spot(point, flow, way))

    return (
        lambda answer: passes(points.BEFORE_COMMIT, answer),
        lambda answer: passes(points.AFTER_COMMIT, answer),
    )


def _names(method: Callable[..., Awaitable[Any]], seam: Callable[[tuple[Any, ...]], Seam]) -> Any:
    async def named(self: SqlAccount, *arguments: Any, **others: Any) -> Any:
        token = _seam.set(seam(arguments))
        try:
            return await method(self, *arguments, **others)
        finally:
            _seam.reset(token)

    return named


def _watches(write: Callable[..., Awaitable[Any]]) -> Any:
    async def watched(self: Any, account: Any, begin: Any, *more: Any) -> Any:
        seam = _seam.get()
        if seam is None:
            return await write(self, account, begin, *more)
        before, after = seam

        def script() -> Any:
            # Its last step is taken; what comes next is the commit.
            ended = yield from begin()
            before(ended[0])
            return ended

        answer = await write(self, account, script, *more)
        after(answer)
        return answer

    return watched


def _sends(deliver: Callable[..., Awaitable[Any]]) -> Any:
    async def sent(owed: Owed, *ways: Any) -> Any:
        _sending.set(owed)
        plan.passes(spot_of(points.BEFORE_POST, owed))
        outcome = await deliver(owed, *ways)
        plan.passes(spot_of(points.AFTER_POST, owed))
        return outcome

    return sent


def _looks(find: Callable[..., Awaitable[Any]]) -> Any:
    async def looked(self: Any, *arguments: Any) -> Any:
        plan.passes(spot_of(points.BEFORE_LOOK, _sending.get()))
        found = await find(self, *arguments)
        plan.passes(spot_of(points.AFTER_LOOK, _sending.get()))
        return found

    return looked


def wrap() -> None:
    """Wrap the seams, and take the platforms' limits off."""
    for name, seam in (
        ("escalate", _of_gesture),
        ("apply", _of_gesture),
        ("next_due", _of_sending),
        ("record", _of_sending),
    ):
        setattr(SqlAccount, name, _names(getattr(SqlAccount, name), seam))
    for database in (SqliteDatabase, PostgresDatabase):
        setattr(database, "write", _watches(database.write))  # noqa: B010 - as above
    delivering.deliver = _sends(delivering.deliver)
    setattr(SlackOutgoing, "find", _looks(SlackOutgoing.find))  # noqa: B010
    for way in (SlackOutgoing, TeamsOutgoing):
        setattr(way, "limits", property(lambda _: {}))  # noqa: B010


if __name__ == "__main__":
    wrap()
    from bot.cli import main  # the worker takes ``deliver`` when it is imported

    sys.exit(main())
