"""``baton access``: the table of who may do what, for a terminal and for the documentation."""

from bot.terminal import columns
from core.access import LEAST, Right
from core.people import Role


def in_a_terminal() -> list[str]:
    """A line for each right, under the roles."""
    return list(columns(("MAY", *(role.name for role in Role)), _rows("-")))


def in_markdown() -> list[str]:
    """The same as docs/access.md shows it."""
    heads = ("may", *(role.name.lower() for role in Role))
    return [f"| {' | '.join(cells)} |" for cells in (heads, ("---",) * len(heads), *_rows(""))]


def _rows(no: str) -> list[tuple[str, ...]]:
    return [(right, *("yes" if role >= LEAST[right] else no for role in Role)) for right in Right]
