"""Release: whoever holds a handoff puts it back for others to pick up."""

from core.access import Right
from core.events import Event
from core.handoff import By, Notice, Status, Verb

RELEASE = Verb(
    event=Event.RELEASED,
    before=Status.CLAIMED,
    after=Status.OPEN,
    by=By.CLAIMER,
    right=Right.RELEASE,
    tells_escalator=Notice.RELEASED,
)
