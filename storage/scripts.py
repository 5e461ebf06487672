"""Transactions as generators: they yield statements and are sent rows, whichever database drives them."""

from collections.abc import Callable, Generator, Sequence
from typing import NamedTuple, Protocol, TypeVar

from sqlalchemy.sql.base import Executable

from storage.statements import Dialect, Params, Row

T = TypeVar("T")


class Yielded(NamedTuple):
    """One statement that a script asks to be run, with its values."""

    statement: Executable
    params: Params


# A script is begun anew for every attempt, so it may not keep anything outside itself.
Script = Generator[Yielded, Sequence[Row], T]
Ending = tuple[T, bool]  # the answer, and whether something is owed to the outside world now
Begin = Callable[[], Script[Ending[T]]]

PATIENCE = 2.5


class OutOfDate(Exception):
    """What a script read is no longer so: another transaction came in between. It is run again from the start."""


class Database(Protocol):
    """One of the two databases. Every call is one transaction.

    ``StorageAway`` means that nothing was done, ``StorageUnsure`` that nobody knows.

    Except ``StorageUnsure``: a change was handed over, and nobody knows in time what became of it.

    ``account`` is the account that the transaction may see; None is the registry, which sees who is due and no more.
    """

    dialect: Dialect

    async def write(self, account: str | None, begin: Begin[T], deadline: float = PATIENCE) -> T:
        """Run a script as a transaction, and answer after its commit; ``deadline`` is in seconds from now."""
        ...

    async def read(
        self, account: str | None, statement: Executable, params: Params, deadline: float = PATIENCE
    ) -> Sequence[Row]:
        """Run one SELECT, apart from any writer."""
        ...

    async def call_others(self) -> None:
        """Have every other process that is open on the same records look for what is owed."""
        ...

    async def close(self) -> None:
        """Finish what was taken, then let go of everything."""
        ...


def run(statement: Executable, params: Params) -> Script[Sequence[Row]]:
    """One statement of a script."""
    return (yield Yielded(statement, params))


def run_all(steps: Sequence[Executable], params: Params) -> Script[Sequence[Row]]:
    """Steps in order, unless the first finds no row; the last one's rows are the answer."""
    rows = yield Yielded(steps[0], params)
    if not rows:
        return rows
    for step in steps[1:]:
        rows = yield Yielded(step, params)
    return rows
