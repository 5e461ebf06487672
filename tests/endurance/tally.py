"""What a crash run has come to: the kills by class, what was found wrong, and how it is printed."""

import time
from collections import Counter
from dataclasses import dataclass, field

from tests.endurance import points
from tests.endurance.balance import Balance
from tests.endurance.points import FLOWS, Spot

DATABASES = ("SQLite", "PostgreSQL")


@dataclass(slots=True)
class Tally:
    """What has happened so far, over all worlds."""

    wanted: int
    began: float
    kills: Counter[tuple[str, Spot]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: int = 0
    repeats: int = 0
    gestures: int = 0
    handoffs: int = 0
    cards: int = 0
    letters: int = 0

    def killed(self, database: str, spot: Spot) -> None:
        """Count a kill, and say how far it is every now and then."""
        self.kills[database, spot] += 1
        if self.kills.total() % 10 == 0:
            each = ", ".join(f"{name} {self.of(name)}" for name in DATABASES)
            took = time.monotonic() - self.began
            print(f"{took:5.0f} s  {self.kills.total()} of {self.wanted} kills ({each})", flush=True)

    def of(self, database: str) -> int:
        """The kills on one database."""
        return sum(count for (name, _), count in self.kills.items() if name == database)

    def take(self, name: str, found: Balance) -> None:
        """Take in what was found in one world at its end."""
        self.lost += [f"{name}: {line}" for line in found.lost]
        self.wrong += [f"{name}: {line}" for line in found.wrong]
        for figure in ("doubled", "repeats", "handoffs", "cards", "letters"):
            setattr(self, figure, getattr(self, figure) + getattr(found, figure))


def table(tally: Tally) -> list[str]:
    """How often each class was killed, SQLite and PostgreSQL."""
    lines = [f"{'kills on SQLite + PostgreSQL':38}" + "".join(f"{flow:>12}" for flow in FLOWS)]
    for point in points.POINTS:
        for what in ("gesture", "post", "update", "letter"):
            cells = []
            for flow in FLOWS:
                each = [
                    sum(n for (db, spot), n in tally.kills.items() if (db, spot.point, spot.what, spot.flow) == key)
                    for key in ((database, point, what, flow) for database in DATABASES)
                ]
                cells.append(" + ".join(map(str, each)) if any(each) else "")
            if any(cells):
                lines.append(f"{point:28}{what:10}" + "".join(f"{cell:>12}" for cell in cells))
        each = [tally.kills[database, Spot(point)] for database in DATABASES]
        if any(each):
            lines.append(f"{point:38}{' + '.join(map(str, each)):>12}")
    return lines


def report(tally: Tally) -> int:
    """Print what was found; answers the exit code."""
    kills = tally.kills.total()
    for line in (*tally.wrong, *tally.lost):
        print(f"WRONG  {line}")
    print()
    print("\n".join(table(tally)))
    print(
        f"\n{tally.gestures} gestures, {tally.handoffs} handoffs, {tally.cards} cards and {tally.letters} letters held "
        f"against the records, in {time.monotonic() - tally.began:.0f} s"
    )
    print(f"repeats on Teams: {tally.repeats} (at most one a kill)")
    print(f"kills {kills} lost {len(tally.lost)} doubled {tally.doubled}")
    bad = tally.wrong or tally.lost or tally.doubled or tally.repeats > kills or kills != tally.wanted
    return 1 if bad else 0
