"""Who makes a change: somebody the account knows and whose role lets them, or the operator."""

from typing import NamedTuple

from core.access import Right, may
from core.changes import Hindered, Hindrance
from core.events import OPERATOR
from core.people import Caller, Identity, Person, Role, Standing, Strangers
from storage.binds import caller
from storage.handoffs import known
from storage.scripts import Script, run
from storage.statements import Params

_BY = known("by")
_CANT = {Standing.DEACTIVATED: Hindrance.DEACTIVATED, Standing.BOT: Hindrance.BOT}
_COMMAND_LINE: Params = {"platform": OPERATOR, "workspace": "command line", "person": None}


class Maker(NamedTuple):
    """Who it is (None for the operator, who may do all), and what a line of history says of who and from where."""

    person: Person | None
    place: Params

    def lacks(self, right: Right) -> Hindered | None:
        """What to answer unless they have this right."""
        role = Role.OWNER if self.person is None else self.person.role
        return None if may(role, right) else Hindered(Hindrance.NOT_ALLOWED, right)


def maker(params: Params, by: Caller | None, whom: Identity | None = None) -> Script[Maker | Hindered | Strangers]:
    """Who makes it, unless they can't make any; ``whom`` it is about is asked for only together with a stranger.

    The caller holds the account, so that everybody's role stays as it is.
    """
    if by is None:
        return Maker(None, _COMMAND_LINE)
    found = yield from run(_BY, {**params, **caller(by.identity)})
    if not found:
        strangers = [by.identity]
        if whom and whom != by.identity and not (yield from run(_BY, {**params, **caller(whom)})):
            strangers.append(whom)
        return Strangers(tuple(strangers))
    [row] = found
    if row.standing != Standing.ACTIVE:
        return Hindered(_CANT[Standing(row.standing)])
    person = Person(row.id, row.name, Role(row.role))
    return Maker(person, {**caller(by.identity), "person": person.id})
