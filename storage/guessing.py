"""How often codes may be typed: often enough for clumsy fingers, never often enough to find one by trying."""

from core.changes import Changed, Hindered, Hindrance
from core.events import Event
from core.limits import Limit
from core.people import Person
from storage import paces
from storage.history import note
from storage.news import tell_admins
from storage.scripts import Ending, Script
from storage.statements import Dialect, Params

# In an hour an account tries some 40 of the 2^40 codes there are, of which hardly ever more than one is good.
_PERSON = Limit("person", every=120, burst=5)
_ACCOUNT = Limit("account", every=180, burst=20)
# The admins are told of each person once an hour.
_TOLD = Limit("told", every=3600, burst=1)


def guess(dialect: Dialect, params: Params, by: Person) -> Script[Ending[Changed | Hindered]]:
    """Count a code that is about to be typed, or say when the next one may be."""
    wait = yield from paces.take_all(dialect, params, [(f"codes/person/{by.id}", _PERSON), ("codes/account", _ACCOUNT)])
    if not wait:
        return Changed(None), False
    owes = False
    if not (yield from paces.take_all(dialect, params, [(f"codes/told/{by.id}", _TOLD)])):
        event = yield from note(params, Event.CODE_GUESSED)
        owes = yield from tell_admins(dialect, params, event)
    return Hindered(Hindrance.TOO_MANY, until=params["at"] + wait), owes
