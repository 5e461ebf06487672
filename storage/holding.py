"""Holding the account that a workspace belongs to, for whoever knows no more than the workspace."""

from storage import bindings
from storage.crossing import enter
from storage.people import locked
from storage.scripts import OutOfDate, Script, run
from storage.statements import Dialect, Params


def hold_bound(dialect: Dialect, params: Params) -> Script[None]:
    """Hold the account that a workspace was seen to belong to, then see that it still does.

    The account first, as everybody takes it who joins, parts or deletes; ``params`` say which, and the workspace.
    """
    yield from enter(dialect, params["account"])
    yield from locked(params)
    again = yield from run(bindings.TAKE, params)
    if not again or again[0].account != params["account"]:
        raise OutOfDate
