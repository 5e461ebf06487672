"""The context card, described once for every platform; a renderer each turns it into what the platform draws."""

from dataclasses import dataclass
from datetime import datetime

from core import wording
from core.deliveries import Unreached
from core.handoff import Handoff, Notice, Priority, Status


@dataclass(frozen=True, slots=True)
class Fact:
    """A short labelled line of the card."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Button:
    """A thing that this state of the handoff allows: ``verb`` is the event it leads to."""

    verb: str
    label: str
    primary: bool = False
    asks_note: bool = False


@dataclass(frozen=True, slots=True)
class ContextCard:
    """A card as every platform shows it. Every text in it is untrusted and must be escaped for its surface.

    ``problem`` is "" where the title already holds all of it. ``created_at`` is to be shown in the reader's own time
    zone. ``notice`` is for the reader of this copy alone.
    """

    handoff: str
    version: int
    status: Status
    urgent: bool
    title: str
    summary: str
    problem: str
    facts: tuple[Fact, ...]
    tried: str
    created_at: datetime
    recorded: str
    standing: str
    resolution: str
    buttons: tuple[Button, ...]
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """Something told to one person: a sentence, and the card it is about (``link`` is "" where it can't be opened)."""

    text: str
    link: str
    link_label: str


_BUTTONS: dict[Status, tuple[Button, ...]] = {
    Status.OPEN: (Button("claimed", wording.PICK_UP, primary=True),),
    Status.CLAIMED: (
        Button("resolved", wording.RESOLVE, primary=True, asks_note=True),
        Button("released", wording.RELEASE),
    ),
    Status.RESOLVED: (),
}


def describe(handoff: Handoff, notice: str = "") -> ContextCard:
    """The card of a handoff as it stands, with a sentence for one reader on top if one is given."""
    snapshot = handoff.snapshot
    facts = [Fact(wording.PRIORITY, wording.priority(handoff.priority))]
    if snapshot.customer:
        facts.append(Fact(wording.CUSTOMER, snapshot.customer))
    if snapshot.ticket:
        facts.append(Fact(wording.TICKET, snapshot.ticket))
    facts.append(Fact(wording.PICK_UP_BY, handoff.target.name if handoff.target else wording.ANYONE))
    return ContextCard(
        handoff=handoff.id,
        version=handoff.version,
        status=handoff.status,
        urgent=handoff.priority >= Priority.HIGH,
        title=wording.title(handoff),
        summary=wording.summary(handoff),
        problem=snapshot.problem if len(snapshot.problem) > wording.SNIPPET else "",
        facts=tuple(facts),
        tried=snapshot.tried,
        created_at=handoff.created_at,
        recorded=wording.recorded_by(handoff),
        standing=wording.standing(handoff),
        resolution=handoff.resolution,
        buttons=_BUTTONS[handoff.status],
        notice=notice,
    )


def letter(handoff: Handoff, notice: Notice, link: str | None, unreached: Unreached | None = None) -> Letter:
    """What one person is told about a handoff, with a link to its card if one is up."""
    words = wording.letter(handoff, notice, unreached, up=link is not None)
    return Letter(words, link or "", wording.OPEN_CARD)
