"""A world of the crash run: one database, both platforms, and the people who go on whatever happens to Baton."""

import asyncio
import itertools
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.endurance.gestures import Gesture, Hands
from tests.endurance.holdings import Holdings, problem
from tests.endurance.life import Life
from tests.endurance.points import GESTURES
from tests.journeys.cast import Person
from tests.journeys.house import House
from tests.journeys.invariants import ACCOUNT
from tests.storage.rows import count, rows

DANA = Person("Dana Ruiz", slack="U0DANA001", teams="00000000-0000-4000-8000-000000000001")
JUNIORS = [Person(f"Junior{number:02} Novak", slack=f"U0JUN{number:04}") for number in range(24)]
SENIORS = [
    DANA,
    *(Person(f"Sam{number:02} Okafor", slack=f"U0SAM{number:04}") for number in range(4)),
    *(Person(f"Tom{number:02} Berg", teams=f"00000000-0000-4000-8000-{100 + number:012d}") for number in range(4)),
]
AT_ONCE = 3

_STANDING = """
    SELECT h.problem, h.status, c.name, e.name FROM handoffs h
    JOIN people e ON e.account = h.account AND e.id = h.escalator
    LEFT JOIN people c ON c.account = h.account AND c.id = h.claimer
    ORDER BY h.created_at, h.id"""


@dataclass(frozen=True, slots=True)
class Finger:
    """Somebody who can press a button now."""

    problem: str
    by: Person
    platform: str


class World:
    """Everything but Baton itself, which comes and goes. ``random`` makes every choice."""

    def __init__(self, url: str, folder: Path, seed: int) -> None:
        self.url, self.folder, self.random = url, folder, random.Random(seed)
        self.house = House(url, [*JUNIORS, *SENIORS], paced=False)
        self.holdings = Holdings(self.house)
        self.hands = Hands(self.house, self.holdings)
        self._problems = 0
        self._repeated: set[int] = set()

    async def pending(self, platform: str = "", private: bool | None = None) -> int:
        """How much is owed, everywhere or in one platform's room or private conversations."""
        where = "deliveries d JOIN lanes l ON l.account = d.account AND l.id = d.lane WHERE d.state = 'pending'"
        where += f" AND l.platform = '{platform}'" if platform else ""
        where += f" AND {'' if private else 'NOT '}l.private" if private is not None else ""
        return await count(self.url, where, ACCOUNT)

    async def settles(self, within: float) -> bool:
        """Whether nothing is owed any more within so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                # The records have no event for it, so they are asked again and again.
                while await self.pending():  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
                return True
        return False

    def juniors(self, how_many: int = AT_ONCE) -> list[Person]:
        """That many juniors."""
        return self.random.sample(JUNIORS, how_many)

    async def escalate(self, life: Life, juniors: Sequence[Person], way: str = "") -> None:
        """All of them escalate at once; for a letter in Teams, to somebody whom it is aimed at."""
        aimed_at = "@dana" if way == "teams-letter" else ""
        numbers = range(self._problems, self._problems + len(juniors))
        self._problems += len(juniors)
        await asyncio.gather(
            *(
                self.hands.escalate(life, by, problem(number), form=way == "slack-form", aimed_at=aimed_at)
                for by, number in zip(juniors, numbers, strict=True)
            )
        )

    async def fingers(self, life: Life, verb: str, platform: str = "") -> list[Finger]:
        """Who can press this button on which handoff, one for each handoff, in no order."""
        wanted = "open" if verb == "claimed" else "claimed"
        found = []
        standing = [row for row in await rows(self.url, _STANDING, ACCOUNT) if row[1] == wanted]
        for what, _, claimer, _ in self.random.sample(standing, len(standing)):
            people = [one for one in SENIORS if verb == "claimed" or one.name == claimer]
            seats = [(one, "slack") for one in people if one.slack] + [(one, "teams") for one in people if one.teams]
            self.random.shuffle(seats)
            for by, where in seats:
                if platform in ("", where) and self.hands.aims(life, verb, by, where, what):
                    found.append(Finger(what, by, where))
                    break
        return found

    async def press(self, life: Life, verb: str, fingers: Sequence[Finger]) -> None:
        """All of them press at once."""
        await asyncio.gather(*(self.hands.press(life, verb, one.by, one.platform, one.problem) for one in fingers))

    async def act(self, life: Life, verb: str, way: str, how_many: int = AT_ONCE) -> None:
        """Make gestures of a verb, some at once, as far as there is anything that it can be done to."""
        if verb == "escalated":
            await self.escalate(life, self.juniors(how_many), way)
            return
        platform = way.partition("-")[0] if way in GESTURES[verb] else ""
        fingers = await self.fingers(life, verb, platform)
        await self.press(life, verb, fingers[:how_many])

    async def prepare(self, life: Life, verb: str, way: str) -> None:
        """See that there is something that the verb can be done to, as far as the program lives to do it."""
        if verb == "escalated":
            return
        platform = way.partition("-")[0] if way in GESTURES[verb] else ""
        for number in itertools.count():
            if not life.lives or await self.fingers(life, verb, platform):
                return
            # What was done a moment ago may only not be seen yet.
            if number % 20 == 0:
                await self.escalate(life, self.juniors())
            if verb != "claimed" and number % 20 == 10:
                await self.act(life, "claimed", f"{platform}-button")
            await asyncio.sleep(0.1)

    async def make_known(self, life: Life, person: Person, platform: str) -> None:
        """Have somebody pick something up, so that Baton knows them there."""
        known: Gesture | None = None
        while life.lives and not (known and known.done):
            await self.prepare(life, "claimed", f"{platform}-button")
            what = (await self.fingers(life, "claimed", platform))[0].problem
            known = await self.hands.press(life, "claimed", person, platform, what)

    async def anything(self, life: Life) -> None:
        """Gestures of every kind at once."""
        verbs = ["escalated", "claimed", "released", "resolved"]
        await asyncio.gather(*(self.act(life, verb, "", self.random.randint(1, AT_ONCE)) for verb in verbs))

    async def repeat(self, life: Life, half: float = 0.5) -> None:
        """Of what was never answered, some is sent again, byte for byte, as people and platforms do."""
        lost = [
            (number, gesture)
            for number, gesture in enumerate(self.hands.made)
            if not gesture.acknowledged and number not in self._repeated
        ]
        self._repeated |= {number for number, _ in lost}
        await asyncio.gather(*(self.hands.send(life, one) for _, one in lost if self.random.random() < half))

    def gestures(self) -> list[Gesture]:
        """All that were made."""
        return self.hands.made
