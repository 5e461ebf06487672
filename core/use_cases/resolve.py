"""Resolve: whoever holds a handoff closes it, with a note of what helped."""

from core.events import Event
from core.handoff import By, Notice, Status, Verb
from core.people import Role

RESOLVE = Verb(
    event=Event.RESOLVED,
    before=Status.CLAIMED,
    after=Status.RESOLVED,
    by=By.CLAIMER,
    least_role=Role.ENGINEER,
    tells_escalator=Notice.RESOLVED,
)
