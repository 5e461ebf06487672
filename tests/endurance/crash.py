"""``make crash``: the real program, killed at every point where it could hurt, on both databases, hundreds of times."""

import argparse
import asyncio
import random
import secrets
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from itertools import cycle
from pathlib import Path

from bot.playground.faults import Hang
from bot.playground.slack_stand_in import Call, SlackStandIn
from bot.playground.slack_stand_in.methods import carry_out
from bot.playground.teams_stand_in import TeamsStandIn
from storage.migrate import upgrade
from tests.databases.postgres import Server, private_server
from tests.endurance import balance, points
from tests.endurance.life import Life, life
from tests.endurance.points import Spot
from tests.endurance.tally import Tally, report
from tests.endurance.world import DANA, World
from tests.journeys.cast import SLACK_ROOM, TEAMS_ROOM, Person

KILLS = 250
# A killed process on PostgreSQL leaves leases behind that last for 20 s: many worlds wait for them side by side.
WORLDS = {"SQLite": 5, "PostgreSQL": 10}
# More starts at once than there are cores, and a form's trigger runs out before the program gets to it.
STARTS = 2
# The longest way to a spot: a lease that runs out, a look some seconds later, and a slow machine.
REACH = 90.0
SETTLES = 120.0
# Within so many seconds a platform has done what it got, whoever waits for it: less than core.deliveries.SETTLES.
LATE = 4.0

NOTES = """
Every world has a database of its own, both stand-ins, and one `baton serve` after another, each killed with SIGKILL.
The points in the program are planted from outside by tests/endurance/crashing.py, those at the platforms are the
stand-ins'. The platforms' limits are off, in the program and in the stand-ins; leases and time-outs are the product's.
"""


class Gates:
    """What only a few worlds may do at a time, on a machine with few cores."""

    def __init__(self) -> None:
        self.starts, self.preparations = asyncio.Semaphore(STARTS), asyncio.Semaphore(STARTS)


class Run:
    """One world of the run: is killed at each of its spots in turn, and looked through at its end."""

    def __init__(self, name: str, database: str, world: World, tally: Tally, gates: Gates) -> None:
        self.name, self.database, self.world = name, database, world
        self._tally, self._gates = tally, gates
        self._late: list[asyncio.Task[None]] = []

    async def play(self, spots: Sequence[Spot]) -> None:
        """Everything, from the first start to the last stop."""
        try:
            await self.world.house.open_the_platforms()
            async with self._gates.preparations:
                await self.prepare()
            for spot in spots:
                await self.kill(spot)
            await self.end()
        except Exception as error:  # the other worlds go on
            self._tally.wrong.append(f"{self.name} broke off: {''.join(traceback.format_exception(error))}")
        finally:
            await self.world.house.stop()

    async def prepare(self) -> None:
        """Some handoffs, open and claimed, and somebody who is known on both platforms."""
        async with AsyncExitStack() as held:
            run = await self.start(held)
            await self.world.escalate(run, self.world.juniors(9))
            for platform in ("teams", "slack"):
                await self.world.settles(SETTLES)
                await self.world.make_known(run, DANA, platform)
                await self.world.act(run, "claimed", f"{platform}-button", 2)
            await self.world.settles(SETTLES)
            await run.served.stop()

    async def start(self, held: AsyncExitStack, spot: Spot | None = None, passage: int = 1) -> Life:
        """Start the program, and wait until it listens."""
        async with self._gates.starts:
            run = await held.enter_async_context(life(self.world.house, self.world.folder, spot, passage))
            await run.listens(self.world.house)
        return run

    async def kill(self, spot: Spot) -> None:
        """Have the program die at a spot; it is said if it never came there."""
        async with AsyncExitStack() as held:
            planted = str(spot) if spot.point not in (*points.PLATFORM_POINTS, *points.RANDOM_POINTS) else ""
            if spot.point == points.STARTING:
                run, reached = await self.starting(held), True
            else:
                # After a crash there is one thing to look for; of everything else, some comes past before.
                passage = 1 if spot.point in points.LOOKING_POINTS else self.world.random.randint(1, 2)
                run = await self.start(held, spot if planted else None, passage)
                reached = await self.reached(run, spot)
                run.kill()
            at = await run.killed_itself()
            code = run.served.process.returncode
            if not reached or at != planted or code != -signal.SIGKILL:
                said = "".join(f"\n    {line}" for line in run.served.log[-20:])
                self._tally.wrong.append(f"{self.name}: {spot} was never reached, exit code {code}{said}")
            else:
                self._tally.killed(self.database, spot)
            self.heed(run)

    async def starting(self, held: AsyncExitStack) -> Life:
        """Start it, and kill it before or while it begins to listen."""
        async with self._gates.starts:
            run = await held.enter_async_context(life(self.world.house, self.world.folder))
            await run.died(self.world.random.uniform(0, 1.5))
        run.kill()
        return run

    async def reached(self, run: Life, spot: Spot) -> bool:
        """Bring it to the spot where it dies; answers whether it came there."""
        with suppress(TimeoutError):
            async with asyncio.timeout(REACH):
                await self.reach(run, spot)
                return True
        return False

    async def reach(self, run: Life, spot: Spot) -> None:
        """What leads to a spot."""
        await self.world.repeat(run)
        if spot.point == points.RANDOM:
            await self.whenever(run)
        elif spot.point in points.PLATFORM_POINTS:
            await self.at_the_platform(run, spot)
        elif spot.point in points.LOOKING_POINTS:
            await run.died(REACH)
        else:
            await self.inside(run, spot)

    async def inside(self, run: Life, spot: Spot) -> None:
        """Go on until it has killed itself."""
        while run.lives:
            await self.world.prepare(run, spot.flow, spot.way)
            await self.world.act(run, spot.flow, spot.way)
            await run.died(1.0)
            while run.lives and await self.world.pending():
                await run.died(0.25)

    async def whenever(self, run: Life) -> None:
        """Let everybody do something, and kill it in the middle of that."""
        doing = asyncio.create_task(self.world.anything(run))
        await asyncio.wait({doing}, timeout=self.world.random.uniform(0, 1.0))
        run.kill()
        await doing

    async def at_the_platform(self, run: Life, spot: Spot) -> None:
        """Kill it when the platform has got a call, done or undone, and has not answered."""
        world = self.world
        await world.prepare(run, spot.flow, spot.way)
        # Nothing older may take the place of what is meant.
        await world.settles(REACH)
        juniors = world.juniors()
        standin, method, place = self.route(spot, juniors[0])
        standin.faults(method, [Hang(taken=spot.point == points.TAKEN)], place)
        before = len(standin.calls)
        if spot.flow == "escalated":
            doing = asyncio.create_task(world.escalate(run, juniors, spot.way))
        else:
            doing = asyncio.create_task(world.act(run, spot.flow, spot.way))
        try:
            await standin.wait_until(lambda: any(one.answered == "silence" for one in standin.calls[before:]), REACH)
        finally:
            run.kill()
            await doing
        if spot.point == points.TAKEN_LATE:
            [call] = [one for one in self.world.house.slack.calls[before:] if one.answered == "silence"]
            self._late.append(asyncio.create_task(self.take(call)))

    async def take(self, call: Call) -> None:
        """Have Slack do, some time later, what nobody waits for any more."""
        await asyncio.sleep(self.world.random.uniform(0, LATE))
        carry_out(self.world.house.slack.workspace, call.method, call.args)

    def route(self, spot: Spot, junior: Person) -> tuple[SlackStandIn | TeamsStandIn, str, str | None]:
        """The platform, and which of its calls carries a spot's sending."""
        house, post = self.world.house, spot.what == "post"
        match spot.way:
            case "slack-card":
                return house.slack, "chat.postMessage" if post else "chat.update", SLACK_ROOM
            case "teams-card":
                return house.teams, "create" if post else "update", TEAMS_ROOM
            case "slack-letter":
                # Of an escalation, cards are posted by the same call; of everything else, only letters are.
                return house.slack, "chat.postMessage", junior.slack if spot.flow == "escalated" else None
            case _:
                return house.teams, "send", None

    def heed(self, run: Life) -> None:
        """Keep what it said that nobody wants to read."""
        self._tally.wrong += [f"{self.name} said: {line}" for line in run.loud()]

    async def end(self) -> None:
        """Let everything settle, stop as operators do, and look everything through."""
        world = self.world
        async with AsyncExitStack() as held:
            run = await self.start(held)
            await world.repeat(run, 1.0)
            await asyncio.gather(*self._late)
            if not await world.settles(SETTLES):
                self._tally.wrong.append(f"{self.name}: still owed after {SETTLES:.0f} s")
            if code := await run.served.stop():
                self._tally.wrong.append(f"{self.name}: exit code {code} after SIGTERM")
            self.heed(run)
        self._tally.take(self.name, await balance.check(world.url, world.house, world.holdings, world.hands.made))
        self._tally.gestures += len(world.hands.made)


def schedule(kills: int, chance: random.Random) -> list[list[Spot]]:
    """Spots for one database, in groups that belong together: the whole matrix, then whenever it happens to be."""
    groups = [[spot] for spot in points.matrix()]
    for way in ("slack-card", "slack-letter"):
        # Only a crash leaves something to look for, and a crash while looking has it looked for again.
        looks = [Spot(point, "escalated", way) for point in (points.BEFORE_LOOK, points.AFTER_LOOK)]
        groups.append([Spot(points.AFTER_POST, "escalated", way), *looks])
    chance.shuffle(groups)
    chosen: list[list[Spot]] = []
    for group in groups:
        if sum(map(len, chosen)) + len(group) <= kills:
            chosen.append(group)
    whenever = cycle([Spot(points.RANDOM), Spot(points.STARTING)])
    while sum(map(len, chosen)) < kills:
        chosen.insert(chance.randrange(len(chosen) + 1), [next(whenever)])
    return chosen


async def crash(kills: int, seed: int, server: Server, folder: Path) -> Tally:
    """Every world, side by side."""
    tally, gates, chance = Tally(kills, time.monotonic()), Gates(), random.Random(seed)
    plays = []
    for database, worlds in WORLDS.items():
        share = kills // 2 + (kills % 2 if database == "SQLite" else 0)
        groups = schedule(share, chance)
        for number in range(min(worlds, len(groups))):
            place = folder / f"{database}-{number}"
            place.mkdir()
            url = server.new_database()
            if database == "SQLite":
                url = f"sqlite:///{place / 'baton.db'}"
                upgrade(url)
            run = Run(f"{database} {number}", database, World(url, place, chance.getrandbits(32)), tally, gates)
            plays.append(run.play([spot for group in groups[number::worlds] for spot in group]))
    await asyncio.gather(*plays)
    return tally


def main() -> int:
    """Run it; answers the exit code."""
    parser = argparse.ArgumentParser(prog="make crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS, help=f"how many, half on each database (default {KILLS})")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="makes the same choices again")
    asked = parser.parse_args()
    print(NOTES.strip())
    print(f"seed {asked.seed}  (again: make crash CRASH='--seed {asked.seed} --kills {asked.kills}')", flush=True)
    with tempfile.TemporaryDirectory(prefix="baton-crash-") as made, private_server() as server:
        print(server.programs, flush=True)
        return report(asyncio.run(crash(asked.kills, asked.seed, server, Path(made))))


if __name__ == "__main__":
    sys.exit(main())
