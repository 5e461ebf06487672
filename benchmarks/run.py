"""``make bench``: the whole program beside bare servers, on both databases, in one run of about three minutes."""

import asyncio
import os
import platform
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median

from benchmarks import deliveries, load, races, report, servers
from benchmarks.cards import Copies, show
from benchmarks.databases import Kind, fill, put_up
from benchmarks.gestures import SLACK, TEAMS, Gesture, Gestures
from benchmarks.idling import idle
from benchmarks.report import Line
from benchmarks.scene import set_up
from tests.databases.postgres import private_server

ROUNDS, REQUESTS, ALONE = 9, 250, 60
CLIENTS = 16
WARM_UP = 60
PER_MEASURE = WARM_UP + ROUNDS * REQUESTS

NOTES = """
Whole: `baton serve`, a process of its own. Bare: aiohttp with the same check by hand and the same storage package, a
process of its own with its own copy of the database. Both answer the same signed bytes, in turns, from 16 keep-alive
clients in a third process; ratios are medians of {rounds} rounds of {requests} requests. "Alone" is one client.
The stand-ins answer every post and every correction of a card with 429 and a long wait, so that sending, which the bare
server does not do, takes no part of the processor; whole still records what is owed, and looks for it after commits.
A Pick Up in Slack includes the private answer through the response_url, which both servers send once they acknowledged.
"Tokens known": both remember a checked token, as Teams puts one on many activities. "Checked": RS256 for every request.
Everybody is known beforehand, so no profile is looked up. PostgreSQL is told the sizes of its tables before each
figure, as its own housekeeping does once a minute: here they grow in seconds to what takes weeks elsewhere.
"Possible" was measured with the same libraries and no product around them; below the gate something is wrong.
Sending: ledger and worker in this process, beside the same adapter called straight from it; both post the same cards to
the same stand-in of Teams in a process of its own, in turns, with all paces off. "Commit to platform" is one post after
the other with nothing else to do: from the commit, or from the call of a straight post, until the stand-in has it.
"""


class Sides:
    """The whole program and the bare one, and the loads that both of them get; ``settle`` is done before each."""

    def __init__(self, whole: int, bare: int, settle: Callable[[], Awaitable[None]]) -> None:
        self._whole, self._bare, self._settle = whole, bare, settle

    async def compare(
        self, gestures: Sequence[Gesture], whole: str, bare: str, clients: int = CLIENTS
    ) -> list[tuple[load.Load, load.Load]]:
        """Warm both up, then send each round's share to one side after the other. Who begins changes every round."""
        rest = gestures[WARM_UP:]
        share = len(rest) // ROUNDS
        for port, path in ((self._whole, whole), (self._bare, bare)):
            await load.send(port, [gesture.to(path) for gesture in gestures[:WARM_UP]], clients)
        await self._settle()
        pairs = []
        for number in range(ROUNDS):
            part = rest[number * share : (number + 1) * share]
            sides = [(self._whole, whole), (self._bare, bare)]
            loads = {}
            for port, path in sides if number % 2 else reversed(sides):
                loads[port] = await load.send(port, [gesture.to(path) for gesture in part], clients)
            pairs.append((loads[self._whole], loads[self._bare]))
        return pairs


async def without_storage(sides: Sides, gestures: Gestures, copy: Copies) -> list[Line]:
    """What the way in costs: the check, the library, the answer."""
    alone = await sides.compare(gestures.commands("help", WARM_UP + ROUNDS * ALONE), SLACK, "/check", 1)
    helped = await sides.compare(gestures.commands("help", PER_MEASURE), SLACK, "/check")
    refreshed = await sides.compare(gestures.refreshes(copy, PER_MEASURE), TEAMS, "/invoke-checked")
    return [
        report.latencies("/escalate help acknowledged, alone", alone, 1.8, 4),
        report.rates("/escalate help", helped, 0.45, 0.35),
        report.rates("Teams invoke, tokens checked", refreshed, 0.34, 0.20),
    ]


async def with_storage(sides: Sides, gestures: Gestures, copies: Sequence[Copies]) -> list[Line]:
    """Whole gestures, durable when they are answered."""
    now = "now Outlook is failing to sync #4711 !high"
    alone = await sides.compare(gestures.commands(now, WARM_UP + ROUNDS * ALONE), SLACK, "/command", 1)
    made = await sides.compare(gestures.commands(now, PER_MEASURE), SLACK, "/command")
    first, second, third = (copies[start : start + PER_MEASURE] for start in range(0, 3 * PER_MEASURE, PER_MEASURE))
    slack = await sides.compare(gestures.slack_clicks(first), SLACK, "/button")
    teams = await sides.compare(gestures.teams_clicks(second), TEAMS, "/invoke-known")
    checked = await sides.compare(gestures.teams_clicks(third, own_tokens=True), TEAMS, "/invoke")
    slack_lost = await sides.compare(gestures.slack_clicks(first), SLACK, "/button")
    teams_lost = await sides.compare(gestures.teams_clicks(first), TEAMS, "/invoke-known")
    return [
        report.latencies("/escalate now, recorded, alone", alone, 1.8, 4),
        report.rates("/escalate now, recorded", made, 0.55, 0.40),
        report.rates("Pick Up in Slack, won", slack, 0.55, 0.40),
        report.rates("Pick Up in Slack, lost", slack_lost, 0.55, 0.40),
        report.rates("Pick Up in Teams, won, tokens known", teams, 0.34, 0.20),
        report.rates("Pick Up in Teams, won, tokens checked", checked, 0.34, 0.20),
        report.rates("Pick Up in Teams, lost, tokens known", teams_lost, 0.34, 0.20),
    ]


async def on(kind: Kind) -> None:
    """Everything that is measured on one database."""
    async with AsyncExitStack() as held:
        scene = await set_up(busy=True)
        held.push_async_callback(scene.stop)
        url = kind.new()
        with kind.in_a_hurry():
            handoffs = await fill(scene, kind, url, 3 * PER_MEASURE + 8)
        copies = show(scene, handoffs)
        await put_up(scene, kind, url, copies)
        cards, racing = list(copies.values())[:-8], [handoff.id for handoff in handoffs[-8:]]
        beside, apart = kind.copy(url), kind.copy(url)

        async def settle() -> None:
            await asyncio.gather(kind.analyze(url), kind.analyze(beside))

        sides = Sides(
            (whole := await held.enter_async_context(servers.whole(scene, url))).port,
            (await held.enter_async_context(servers.bare(scene, beside))).port,
            settle,
        )
        gestures = Gestures(scene)
        if kind.server is None:
            report.printed("without storage", await without_storage(sides, gestures, cards[0]))
        report.printed(f"on {kind.name}", await with_storage(sides, gestures, cards))
        by_storage = await races.through_storage(scene, apart, racing[:4])
        by_program = await races.through_the_program(scene, whole.port, [copies[one] for one in racing[4:]])
    for handoff in racing[4:]:
        assert await races.winners(url, handoff) == 1
    report.printed(
        f"1,000 racers on {kind.name}, one winner",
        [
            Line("through storage", "", median(by_storage[1:]), " ms", 76, 500, least=False),
            Line("through the whole program, half on each platform", "", median(by_program[1:]), " ms"),
        ],
    )


async def to_listening(kind: Kind) -> None:
    """From the start of the interpreter to the line that says it listens, on a database that is up to date."""
    scene = await set_up(busy=False)
    lines = []
    for what, teams in (("Slack alone", False), ("Slack and Teams", True)):
        url, took = kind.new(), []
        for _ in range(4):
            async with servers.whole(scene, url, teams=teams) as server:
                took.append(server.seconds)
        lines.append(Line(what, "", median(took[1:]), " s", 1.3, 2.5, least=False))
    await scene.stop()
    report.printed("time to listening, interpreter included", lines)


def main() -> None:
    """Print the tables."""
    began = time.perf_counter()
    print(f"Python {platform.python_version()} on {os.cpu_count()} cores of {platform.machine()}")
    print(NOTES.format(rounds=ROUNDS, requests=REQUESTS).rstrip())
    with tempfile.TemporaryDirectory(prefix="baton-bench-") as made:
        folder = Path(made)
        asyncio.run(to_listening(Kind("SQLite", folder)))
        embedded = Kind("SQLite", folder)
        asyncio.run(on(embedded))
        asyncio.run(deliveries.on(embedded))
        with private_server() as server:
            print(f"\n{server.programs}")
            shared = Kind("PostgreSQL", folder, server)
            asyncio.run(on(shared))
            asyncio.run(deliveries.on(shared))
            asyncio.run(idle([embedded, shared]))
    print(f"\ntook {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
