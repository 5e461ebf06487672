"""Who may do what to a handoff: one rule, answered with a verdict."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.handoff import By, Handoff, Status, Verb
from core.people import Person, Role


class Kind(StrEnum):
    """The verdicts. ``DONE`` is a yes; all others say why nothing changed."""

    DONE = "done"
    ALREADY_YOURS = "already_yours"
    ALREADY_CLAIMED = "already_claimed"
    OWN_HANDOFF = "own_handoff"
    NOT_ALLOWED = "not_allowed"
    NOT_YOURS = "not_yours"
    NOT_CLAIMED = "not_claimed"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to "may this person do that?"; ``by`` and ``at`` name who was first, and when."""

    kind: Kind
    by: Person | None = None
    at: datetime | None = None


def judge(verb: Verb, handoff: Handoff, person: Person) -> Verdict:
    """The verdict for this person on this handoff as it stands.

    The order matters: what is over is said first, then who holds it, then what the person may not do. ``DONE`` is
    answered exactly where the conditional write in storage finds its row (a property test holds the two together).
    """
    holder, since = handoff.claimer, handoff.claimed_at
    if handoff.status is Status.RESOLVED:
        return Verdict(Kind.CLOSED, handoff.resolver, handoff.resolved_at)
    if verb.by is By.ANYONE_ELSE and handoff.status is Status.CLAIMED:
        if holder is not None and holder.id == person.id:
            return Verdict(Kind.ALREADY_YOURS, holder, since)
        return Verdict(Kind.ALREADY_CLAIMED, holder, since)
    if person.role < verb.least_role:
        return Verdict(Kind.NOT_ALLOWED)
    if verb.by is By.ANYONE_ELSE and handoff.escalator.id == person.id:
        return Verdict(Kind.OWN_HANDOFF)
    if handoff.status is not verb.before:
        return Verdict(Kind.NOT_CLAIMED)
    if verb.by is By.CLAIMER and person.role < Role.ADMIN and (holder is None or holder.id != person.id):
        return Verdict(Kind.NOT_YOURS, holder, since)
    return Verdict(Kind.DONE, person, None)
