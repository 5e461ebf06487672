"""The table that is printed: what was measured, what was found possible with the same libraries, and where to worry."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.load import Load


@dataclass(frozen=True, slots=True)
class Line:
    """One figure. ``gate`` and ``possible`` are None where nothing was agreed; ``least``: more is better."""

    what: str
    absolute: str
    value: float
    unit: str
    possible: float | None = None
    gate: float | None = None
    least: bool = True

    @property
    def word(self) -> str:
        """How it stands."""
        if self.gate is None or self.possible is None:
            return ""
        sign = 1 if self.least else -1
        if sign * self.value >= sign * self.possible:
            return "reached"
        return "ok" if sign * self.value >= sign * self.gate else "BELOW THE GATE"


def rates(what: str, pairs: Sequence[tuple[Load, Load]], possible: float | None, gate: float | None) -> Line:
    """Requests a second, whole beside bare: the median of the rounds' own ratios."""
    whole, bare = (median(load.rate for load in side) for side in zip(*pairs, strict=True))
    ratio = median(whole.rate / bare.rate for whole, bare in pairs)
    return Line(what, f"{whole:,.0f} / {bare:,.0f} req/s", ratio, "", possible, gate)


def latencies(what: str, pairs: Sequence[tuple[Load, Load]], possible: float | None, gate: float | None) -> Line:
    """How long one client waits, as the median of all, whole beside bare."""
    whole, bare = (median(load.p50 for load in side) for side in zip(*pairs, strict=True))
    ratio = median(whole.p50 / bare.p50 for whole, bare in pairs)
    return Line(what, f"{whole:.2f} / {bare:.2f} ms", ratio, "×", possible, gate, least=False)


def printed(title: str, lines: Sequence[Line]) -> None:
    """Print one part of the table."""
    print(f"\n{title:<66} {'measured':>24} {'ratio':>9} {'possible':>9} {'gate':>7}")
    for line in lines:
        print(
            f"  {line.what:<64} {line.absolute:>24} {_number(line.value, line.unit):>9}"
            f" {_number(line.possible, line.unit):>9} {_number(line.gate, line.unit):>7}  {line.word}".rstrip(),
            flush=True,
        )


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}{unit}" if unit == " ms" else f"{value:.2f}{unit}"
