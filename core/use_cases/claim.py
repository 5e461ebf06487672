"""Pick Up: the first engineer who is not the escalator takes an open handoff."""

from core.access import Right
from core.events import Event
from core.handoff import By, Notice, Status, Verb

CLAIM = Verb(
    event=Event.CLAIMED,
    before=Status.OPEN,
    after=Status.CLAIMED,
    by=By.ANYONE_ELSE,
    right=Right.CLAIM,
    tells_escalator=Notice.CLAIMED,
)
