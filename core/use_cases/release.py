"""Release: whoever holds a handoff puts it back for others to pick up."""

from core.events import Event
from core.handoff import By, Notice, Status, Verb
from core.people import Role

RELEASE = Verb(
    event=Event.RELEASED,
    before=Status.CLAIMED,
    after=Status.OPEN,
    by=By.CLAIMER,
    least_role=Role.ENGINEER,
    tells_escalator=Notice.RELEASED,
)
