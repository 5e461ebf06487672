"""Pick Up: the first engineer who is not the escalator takes an open handoff."""

from core.events import Event
from core.handoff import By, Notice, Status, Verb
from core.people import Role

CLAIM = Verb(
    event=Event.CLAIMED,
    before=Status.OPEN,
    after=Status.CLAIMED,
    by=By.ANYONE_ELSE,
    least_role=Role.ENGINEER,
    tells_escalator=Notice.CLAIMED,
)
