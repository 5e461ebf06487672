"""``baton deliveries``: the record of who was told what, where and when, and a second chance for what was given up."""

import dataclasses
import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from bot.terminal import tame
from core.deliveries import Delivery, State
from core.ledger import Balance
from core.ports import Storage
from core.wording import ago, cut, span

# So many are made due in one transaction, and none is made to wait for all the others.
AT_ONCE = 500
EVERYTHING = 1_000_000_000
_INDENT = "            "


def short(key: str) -> str:
    """A delivery's key as it fits into a line and is easily copied; ``retry`` takes it in place of the whole key."""
    return hashlib.blake2s(key.encode(), digest_size=5).hexdigest()


async def newest(storage: Storage, states: Sequence[State], most: int) -> list[Delivery]:
    """The newest deliveries of all accounts."""
    found: list[Delivery] = []
    for account in await storage.registry.accounts():
        found += await storage.open(account).deliveries(states, most)
    return sorted(found, key=lambda line: (line.created_at, line.key), reverse=True)[:most]


async def balance(storage: Storage) -> Balance:
    """What the deliveries of all accounts come to."""
    found = [await storage.open(account).balance() for account in await storage.registry.accounts()]
    dues = [one.oldest_due for one in found if one.oldest_due]
    return Balance(sum(one.pending for one in found), sum(one.dead for one in found), min(dues, default=None))


async def retry(storage: Storage, keys: Collection[str] | None, now: datetime) -> tuple[int, list[str]]:
    """Make dead deliveries due again, all of them without ``keys``: how many, and which keys are no dead delivery's."""
    unknown, number = set(keys or ()), 0
    for account in await storage.registry.accounts():
        books = storage.open(account)
        dead = [line.key for line in await books.deliveries([State.DEAD], EVERYTHING)]
        chosen = [key for key in dead if keys is None or {key, short(key)} & set(keys)]
        for start in range(0, len(chosen), AT_ONCE):
            number += len(await books.retry(chosen[start : start + AT_ONCE], now))
        unknown -= {name for key in chosen for name in (key, short(key))}
    if number:
        await storage.lanes.call_others()
    return number, sorted(unknown)


def as_json(lines: Sequence[Delivery]) -> str:
    """Everything that is known of them, times in ISO 8601."""
    return json.dumps(
        [{"short": short(line.key)} | dataclasses.asdict(line) for line in lines],
        default=lambda time: time.isoformat(),
        ensure_ascii=False,
        indent=2,
    )


def table(lines: Sequence[Delivery], standing: Balance, now: datetime, width: int) -> Iterator[str]:
    """Them in a terminal, so wide; then how many are pending and dead in all."""
    room = max(10, width - 61)
    if lines:
        yield f"{'KEY':12}{'STATE':12}{'OWED':17}{'WHERE':{room}}  WHAT"
    for line in lines:
        where = cut(tame(f"{line.platform} {line.where}"), room)
        of = f" …{line.handoff[-4:]}" if line.handoff else ""
        what = (line.about.replace("_", " ") if line.about else "card") + of
        yield f"{short(line.key):12}{line.state:12}{ago(line.created_at, now):17}{where:{room}}  {what}"
        if how := _how_it_went(line, now):
            yield _INDENT + cut(tame(how), width - len(_INDENT))
    yield f"{len(lines)} shown, the newest first. In all: {standing.pending} pending, {standing.dead} dead."
    if standing.dead:
        yield "To try again: baton deliveries --retry KEY ..., or --dead --retry for all dead."


def _how_it_went(line: Delivery, now: datetime) -> str:
    """What there is to say beside the state; nothing of what went well at once."""
    tried = ""
    if line.attempts and line.last_attempt_at:
        times = "once" if line.attempts == 1 else f"{line.attempts} times"
        tried = f"tried {times}, last {ago(line.last_attempt_at, now)}"
    error = f": {line.error}" if line.error else ""
    match line.state:
        case State.PENDING if line.due_at is None:
            return "waits until the card is up"
        case State.PENDING:
            wait = (line.due_at or now) - now
            following = f"next try in {span(wait)}" if wait > timedelta() else "due now"
            return f"{tried}, {following}{error}" if tried else following
        case State.DONE:
            return f"{tried}; before that{error}" if error else ""
    return f"{tried or 'not tried'}{error}" if tried or error else ""
