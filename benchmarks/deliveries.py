"""Sending: what ledger and worker add to posting straight, with a backlog and one by one; and what a look costs."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median

import aiohttp

from benchmarks import report
from benchmarks.arrivals import There, stand_in
from benchmarks.databases import PATIENT, Kind
from benchmarks.records import Records, Unhurried, records
from benchmarks.report import Line
from bot.worker import LANES_AT_ONCE
from core.context_card import ContextCard, describe
from core.deliveries import Lane
from core.ids import new_id

# A backlog: rounds of so many posts, over many conversations and in one.
ROUNDS, MANY, POSTS, POSTS_IN_ONE = 5, 32, 256, 64
# One by one: so many posts, each some time after the one before.
TIMES, PAUSE = 50, 0.06
# Looking: so many times, over so many conversations with so many deliveries due in each.
LOOKS, WAITING, DUE_IN_EACH = 9, 300, 40
LONGEST_LEASE = timedelta(minutes=1)


async def backlog(kind: Kind, there: There, way: Unhurried, rooms: int, posts: int) -> Line:
    """Posts a second while there is plenty to post, through the ledger beside straight; a first round warms up."""
    rates = []
    async with records(kind, there.tenant, rooms) as made:
        await _through(made, way, rooms)
        for number in range(ROUNDS + 1):
            numbers = range(1 + number * posts, 1 + number * posts + posts // rooms)
            cards = [describe(handoff) for handoff in await asyncio.gather(*map(made.escalate, numbers))]
            await kind.analyze(made.url)
            rates.append((posts / await _through(made, way, posts), posts / await _straight(made.lanes, cards, way)))
    whole, bare = (median(side) for side in zip(*rates[1:], strict=True))
    ratio = median(through / straight for through, straight in rates[1:])
    where = f"into {rooms} conversations" if rooms > 1 else "into one conversation"
    return Line(f"posts {where}", f"{whole:,.0f} / {bare:,.0f} a second", ratio, "")


async def _through(made: Records, way: Unhurried, posts: int) -> float:
    done = way.expect(posts)
    began = time.perf_counter()
    async with asyncio.timeout(PATIENT), made.worker("teams", way=way):
        await done.wait()
    return time.perf_counter() - began


async def _straight(lanes: Sequence[Lane], cards: Sequence[ContextCard], way: Unhurried) -> float:
    """As many conversations at once as the worker takes, one post at a time in each."""
    waiting = list(lanes)

    async def drain() -> None:
        while waiting:
            lane = waiting.pop()
            for card in cards:
                await way.post(lane, card, "")

    began = time.perf_counter()
    await asyncio.gather(*(drain() for _ in range(LANES_AT_ONCE)))
    return time.perf_counter() - began


async def one_by_one(kind: Kind, there: There, way: Unhurried) -> list[Line]:
    """From the commit until Teams has the post, beside from the call of a straight post until Teams has that."""
    committed: dict[str, datetime] = {}
    called: dict[str, datetime] = {}
    async with records(kind, there.tenant, 1) as made:
        await _through(made, way, 1)
        async with made.worker("teams", way=way):
            for number in range(1, TIMES + 1):
                await asyncio.sleep(PAUSE)
                done = way.expect(1)
                handoff = await made.escalate(number)
                committed[handoff.id] = datetime.now(UTC)
                await asyncio.wait_for(done.wait(), PATIENT)
                await asyncio.sleep(PAUSE)
                now = datetime.now(UTC)
                card = replace(describe(handoff), handoff=new_id(now))
                called[card.handoff] = now
                await way.post(made.lanes[0], card, "")
    arrived = await there.arrivals()
    through, straight = (
        sorted((arrived[handoff] - at).total_seconds() * 1000 for handoff, at in side.items())
        for side in (committed, called)
    )
    return [
        Line(f"{name}, commit to platform", f"{through[place]:.1f} / {straight[place]:.1f} ms", ratio, "×", least=False)
        for name, place in (("p50", TIMES // 2), ("p99", int(TIMES * 0.99)))
        for ratio in [through[place] / straight[place]]
    ]


async def looks(kind: Kind, tenant: str) -> list[Line]:
    """What a look costs when much is due, beside when one delivery in each of a few conversations is."""
    many, few = [await _looks(kind, tenant, *size) for size in ((WAITING, DUE_IN_EACH), (LANES_AT_ONCE, 1))]
    due = f"{WAITING * DUE_IN_EACH:,} due"
    return [
        Line(f"{what}, {due} / {LANES_AT_ONCE} due", f"{one:.2f} / {other:.2f} ms", one / other, "×", least=False)
        for what, one, other in zip((f"leasing {LANES_AT_ONCE} lanes", "when is the next due"), many, few, strict=True)
    ]


async def _looks(kind: Kind, tenant: str, rooms: int, due: int) -> tuple[float, float]:
    async with records(kind, tenant, rooms) as made:
        for start in range(1, due, 10):
            await asyncio.gather(*map(made.escalate, range(start, min(start + 10, due))))
        await kind.analyze(made.url)
        leasing, asking = [], []
        for number in range(LOOKS):
            now = datetime.now(UTC)
            began = time.perf_counter()
            await made.storage.lanes.next_due_at(["teams"], now)
            asking.append(time.perf_counter() - began)
            # A lease of the time before has run out, so that there is always as much to choose from.
            later = now + number * LONGEST_LEASE
            began = time.perf_counter()
            leases = await made.storage.lanes.lease("teams", "bench", later, later + LONGEST_LEASE, LANES_AT_ONCE)
            leasing.append(time.perf_counter() - began)
            assert len(leases) == LANES_AT_ONCE
    return median(leasing) * 1000, median(asking) * 1000


async def on(kind: Kind) -> None:
    """Everything that is measured on one database."""
    patience = aiohttp.ClientTimeout(total=PATIENT)
    async with aiohttp.ClientSession(timeout=patience) as session, stand_in(session) as there:
        way = Unhurried(there.settings, session)
        lines = [await backlog(kind, there, way, MANY, POSTS), await backlog(kind, there, way, 1, POSTS_IN_ONE)]
        lines += await one_by_one(kind, there, way)
        lines += await looks(kind, there.tenant)
    report.printed(f"sending on {kind.name}, through the ledger / straight", lines)
