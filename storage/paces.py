"""The platforms' limits: when each may be called again, one instant per limit, shared by all processes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.deliveries import Lane
from core.limits import Limit, take
from storage.binds import ACCOUNT, NOW, instant, text
from storage.scripts import Script, run
from storage.statements import Change, Dialect, Params
from storage.tables import paces

_NAME = text("pace")


def _ask(insert: Any) -> Change:
    # Whoever asks holds the row until the end, also if it is new. Never asked before is full by now.
    made = insert(paces).values(account=ACCOUNT, name=_NAME, full_at=NOW)
    as_it_is = {"full_at": paces.c.full_at}
    held: Change = made.on_conflict_do_update(index_elements=["account", "name"], set_=as_it_is)
    return held.returning(paces.c.full_at)


_ASK: Mapping[Dialect, Change] = {"sqlite": _ask(sqlite.insert), "postgresql": _ask(postgresql.insert)}
_KEEP = sa.update(paces).where(paces.c.account == ACCOUNT, paces.c.name == _NAME).values(full_at=instant("full_at"))


def ask(dialect: Dialect, params: Params, lane: Lane, limits: Sequence[Limit]) -> Script[timedelta]:
    """Take one call out of every limit, or none: how long to wait until all of them would allow it (0: taken)."""
    return (yield from take_all(dialect, params, ((name(lane, limit), limit) for limit in limits)))


def take_all(dialect: Dialect, params: Params, limits: Iterable[tuple[str, Limit]]) -> Script[timedelta]:
    """The same, of limits by the names that they are kept under; ``params`` have the account and now."""
    kept: list[tuple[str, datetime]] = []
    longest = timedelta()
    # Whoever asks for several takes them in one order, so that nobody waits in a circle.
    for named, limit in sorted(limits, key=itemgetter(0)):
        [held] = yield from run(_ASK[dialect], {**params, "pace": named})
        full_at, wait = take(held.full_at, params["now"], limit)
        kept.append((named, full_at))
        longest = max(longest, wait)
    if not longest:
        for named, full_at in kept:
            yield from run(_KEEP, {**params, "pace": named, "full_at": full_at})
    return longest


def name(lane: Lane, limit: Limit) -> str:
    """A conversation's own limit goes by its lane, a shared one by the workspace; none is ever taken for another."""
    whose = f"workspace/{lane.platform}:{lane.workspace}" if limit.shared else f"lane/{lane.id}"
    return f"{whose}/{limit.name}"
