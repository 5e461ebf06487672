"""Resolve: whoever holds a handoff closes it, with a note of what helped."""

from core.access import Right
from core.events import Event
from core.handoff import By, Notice, Status, Verb

RESOLVE = Verb(
    event=Event.RESOLVED,
    before=Status.CLAIMED,
    after=Status.RESOLVED,
    by=By.CLAIMER,
    right=Right.RESOLVE,
    tells_escalator=Notice.RESOLVED,
)
