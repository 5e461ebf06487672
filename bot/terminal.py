"""How things are shown in a terminal: in columns, and without anything that it would take for a command."""

from collections.abc import Iterator, Sequence


def tame(text: str) -> str:
    """In one line, without anything that a terminal would take for a command."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows below their heads, each column as wide as it has to be; nothing at all without rows."""
    tamed = [[tame(cell) for cell in row] for row in rows]
    widths = [max(len(row[number]) for row in (heads, *tamed)) for number in range(len(heads))]
    for row in (heads, *tamed) if tamed else ():
        yield "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
