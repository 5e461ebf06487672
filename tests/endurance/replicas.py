"""``make replicas``: three replicas on one PostgreSQL, a thousand handoffs, and two replicas killed on the way."""

import argparse
import asyncio
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from tests.databases.postgres import private_server
from tests.endurance import balance, points
from tests.endurance.gestures import Gesture, Hands
from tests.endurance.holdings import Holdings, problem
from tests.endurance.life import Life, life
from tests.endurance.points import Spot
from tests.journeys.cast import Person
from tests.journeys.house import House
from tests.journeys.invariants import ACCOUNT
from tests.storage.rows import count

HANDOFFS, CLICKS_EACH, KILLS = 1_000, 5, 2
AT_ONCE = 40
# A replica that dies leaves leases behind that last for 20 s; what waits behind them takes its time.
PATIENCE = 120.0

JUNIORS = [Person(f"Junior{number:03} Novak", slack=f"U0JUN{number:04}") for number in range(100)]
SENIORS = [
    *(Person(f"Sam{number:02} Okafor", slack=f"U0SAM{number:04}") for number in range(30)),
    *(Person(f"Tom{number:02} Berg", teams=f"00000000-0000-4000-8000-{100 + number:012d}") for number in range(30)),
    *(
        Person(f"Dana{number:02} Ruiz", f"U0DAN{number:04}", f"00000000-0000-4000-8000-{200 + number:012d}")
        for number in range(10)
    ),
]

NOTES = """
Three `baton serve` on one database, and both stand-ins. The first replica goes on to the end. The second kills itself
with SIGKILL after a sending whose answer it has not recorded, its leases in hand, and is started anew, as a service
manager would. The third is killed with SIGKILL two thirds on the way, and stays dead. What was not answered is sent
again to another replica, byte for byte. The platforms' limits are off, in the program and in the stand-ins.
"""


class Replicas:
    """The replicas, as they come and go."""

    def __init__(self, house: House, folder: Path, chance: random.Random) -> None:
        self._house, self._folder, self._chance = house, folder, chance
        self._held = AsyncExitStack()
        self.all: list[Life] = []

    async def start(self, spot: Spot | None = None, passage: int = 1) -> Life:
        """One more."""
        run = await self._held.enter_async_context(life(self._house, self._folder, spot, passage))
        await run.listens(self._house)
        self.all.append(run)
        return run

    def any(self) -> Life:
        """One that lives."""
        return self._chance.choice([run for run in self.all if run.lives])

    async def stop(self) -> list[str]:
        """Stop those that live as operators do; answers what is wrong with any of them."""
        codes = [await run.served.stop() for run in self.all if run.lives]
        wrong = [f"exit code {code} after SIGTERM" for code in codes if code]
        wrong += [f"a replica said: {line}" for run in self.all for line in run.loud()]
        await self._held.aclose()
        return wrong


class Story:
    """One handoff from its escalation on: a race of three, and two more clicks; what is not answered is repeated."""

    def __init__(
        self, number: int, replicas: Replicas, hands: Hands, holdings: Holdings, chance: random.Random
    ) -> None:
        self._problem = problem(number)
        self._replicas, self._hands, self._holdings, self._chance = replicas, hands, holdings, chance
        self.wrong: list[str] = []
        self.clicks = self.again = 0

    async def play(self) -> None:
        """All of it."""
        chance, hands = self._chance, self._hands
        junior, form = chance.choice(JUNIORS), chance.random() < 0.1
        while True:
            made = await hands.escalate(self._replicas.any(), junior, self._problem, form=form)
            if made is not None:
                break
        await self._insist(made)
        await self._until(lambda: self._up("slack") and self._up("teams"), "its cards are up")
        seats = self._seats(3)
        fingers = [hands.aims(self._replicas.any(), "claimed", by, where, self._problem) for by, where in seats]
        race = await asyncio.gather(
            *(self._press("claimed", *seat, aimed) for seat, aimed in zip(seats, fingers, strict=True))
        )
        [winner, *more] = [one for one in race if one.done] or race
        if more or not winner.done:
            self.wrong.append(f"{self._problem}: {[(one.by.name, one.told) for one in race]}")
            return
        for loser in race:
            if loser is not winner and not (loser.refused and loser.refused["winner"] == winner.by.name):
                self.wrong.append(f"{self._problem}: {winner.by.name} won, and {loser.by.name} was told {loser.told!r}")
        await self._go_on(winner, race)

    async def _go_on(self, winner: Gesture, race: Sequence[Gesture]) -> None:
        """A release and another's claim, a release and the same one's, or a repeat and a resolution."""
        if self._chance.random() < 0.5:
            await self._press("released", winner.by, winner.platform)
            [(by, where)] = self._seats(1)
            await self._press("claimed", by, where)
            return
        again = self._chance.choice(race)
        told = again.told
        self.clicks += 1
        await self._hands.send(self._replicas.any(), again)
        await self._insist(again)
        if told.partition(",")[0] != again.told.partition(",")[0]:
            self.wrong.append(f"{again.by.name} was told {told!r}, and for the same click {again.told!r}")
        await self._press("resolved", winner.by, winner.platform)

    async def _press(self, verb: str, by: Person, platform: str, aimed: Any = None) -> Gesture:
        """Press once it is there to be pressed, at any replica; a click that is not answered is repeated at another."""
        began = time.monotonic()
        while True:
            gesture = await self._hands.press(self._replicas.any(), verb, by, platform, self._problem, aimed)
            if gesture is not None:
                break
            if time.monotonic() - began > PATIENCE:
                raise TimeoutError(f"{by.name} sees no button {verb} for {self._problem} in {platform}")
            await asyncio.sleep(0.1)
        self.clicks += 1
        await self._insist(gesture)
        return gesture

    async def _insist(self, gesture: Gesture) -> None:
        while not gesture.told:
            self.again += 1
            await self._hands.send(self._replicas.any(), gesture)

    def _seats(self, how_many: int) -> list[tuple[Person, str]]:
        """Different people, each in front of one platform."""
        people = self._chance.sample(SENIORS, how_many)
        return [
            (one, self._chance.choice([where for where, on in (("slack", one.slack), ("teams", one.teams)) if on]))
            for one in people
        ]

    def _up(self, platform: str) -> bool:
        self._holdings.look()
        cards = self._holdings.slack_cards if platform == "slack" else self._holdings.teams_cards
        return self._problem in cards

    async def _until(self, true: Callable[[], bool], what: str) -> None:
        began = time.monotonic()
        while not true():
            if time.monotonic() - began > PATIENCE:
                raise TimeoutError(f"{self._problem}: waited in vain until {what}")
            await asyncio.sleep(0.05)


class Run:
    """The whole of it."""

    def __init__(self, url: str, folder: Path, handoffs: int, seed: int) -> None:
        self._url, self._handoffs = url, handoffs
        self._chance = random.Random(seed)
        self._house = House(url, [*JUNIORS, *SENIORS], paced=False)
        self._holdings = Holdings(self._house)
        self._hands = Hands(self._house, self._holdings)
        self._replicas = Replicas(self._house, folder, self._chance)
        self._stories = [
            Story(number, self._replicas, self._hands, self._holdings, self._chance) for number in range(handoffs)
        ]
        self._over, self._two_thirds = 0, asyncio.Event()
        self._began = time.monotonic()
        self.wrong: list[str] = []

    async def play(self) -> int:
        """Everything; answers the exit code."""
        try:
            await self._house.open_the_platforms()
            await self._replicas.start()
            second = Spot(points.AFTER_POST, "claimed", "slack-letter")
            await self._replicas.start(second, max(1, self._handoffs // 12))
            await self._replicas.start()
            killing = [asyncio.create_task(self._second(str(second))), asyncio.create_task(self._third())]
            room = asyncio.Semaphore(AT_ONCE)
            await asyncio.gather(*(self._one(story, room) for story in self._stories))
            await asyncio.wait_for(asyncio.gather(*killing), PATIENCE)
            self._say("every story is told; what is owed is being sent")
            await self._settled()
            self.wrong += await self._replicas.stop()
            return self._report(await balance.check(self._url, self._house, self._holdings, self._hands.made))
        finally:
            await self._replicas.stop()
            await self._house.stop()

    async def _one(self, story: Story, room: asyncio.Semaphore) -> None:
        async with room:
            try:
                await story.play()
            except Exception as error:  # the other stories go on
                self.wrong.append(f"{type(error).__name__}: {error}")
        self._over += 1
        if self._over == self._handoffs * 2 // 3:
            self._two_thirds.set()
        if self._over % max(1, self._handoffs // 10) == 0:
            self._say(f"{self._over} of {self._handoffs} handoffs, {sum(one.clicks for one in self._stories)} clicks")

    async def _second(self, spot: str) -> None:
        second = self._replicas.all[1]
        await second.death
        at, held = await second.killed_itself(), await self._leases()
        if at != spot:
            self.wrong.append(f"the second replica ended by itself: {second.served.log[-20:]}")
        self._say(f"the second replica was killed {at}; {held} lanes are leased; it is started anew")
        await self._replicas.start()

    async def _third(self) -> None:
        await self._two_thirds.wait()
        self._replicas.all[2].kill()
        await self._replicas.all[2].death
        self._say(f"the third replica was killed; {await self._leases()} lanes are leased; it stays dead")

    async def _leases(self) -> int:
        return await count(self._url, "lanes WHERE leased_by IS NOT NULL", ACCOUNT)

    async def _settled(self) -> None:
        last = time.monotonic() + PATIENCE
        while left := await count(self._url, "deliveries WHERE state = 'pending'", ACCOUNT):
            if time.monotonic() > last:
                self.wrong.append(f"{left} deliveries are still owed after {PATIENCE:.0f} s")
                return
            await asyncio.sleep(0.2)

    def _say(self, words: str) -> None:
        print(f"{time.monotonic() - self._began:5.0f} s  {words}", flush=True)

    def _report(self, found: balance.Balance) -> int:
        made, clicks = self._hands.made, sum(story.clicks for story in self._stories)
        wrong = [*self.wrong, *(line for story in self._stories for line in story.wrong), *found.wrong, *found.lost]
        claims = [one for one in made if one.verb == "claimed"]
        won, lost = sum(one.done for one in claims), sum(bool(one.refused) for one in claims)
        for line in wrong:
            print(f"WRONG  {line}")
        again = sum(story.again for story in self._stories)
        print(
            f"\n{found.handoffs} handoffs, {found.deliveries} deliveries and {self._holdings.messages()} messages, "
            f"compared in {time.monotonic() - self._began:.0f} s\n{again} gestures were not answered and sent again, "
            f"{self._hands.away} of them because storage was slow; doubled on Slack: {found.doubled}"
        )
        whole = found.handoffs == self._handoffs and clicks == self._handoffs * CLICKS_EACH
        good = whole and not wrong and not found.doubled and found.repeats <= KILLS
        print(
            f"handoffs {found.handoffs} clicks {clicks} won {won} lost {lost} cards {found.cards} true "
            f"messages {self._holdings.messages()} repeats on Teams {found.repeats} "
            f"{'balanced' if good else 'NOT BALANCED'}"
        )
        return 0 if good else 1


def main() -> int:
    """Run it; answers the exit code."""
    parser = argparse.ArgumentParser(prog="make replicas", description=__doc__)
    parser.add_argument("--handoffs", type=int, default=HANDOFFS, help=f"how many (default {HANDOFFS})")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="makes the same choices again")
    asked = parser.parse_args()
    print(NOTES.strip())
    print(f"seed {asked.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="baton-replicas-") as made, private_server() as server:
        print(server.programs, flush=True)
        return asyncio.run(Run(server.new_database(), Path(made), asked.handoffs, asked.seed).play())


if __name__ == "__main__":
    sys.exit(main())
