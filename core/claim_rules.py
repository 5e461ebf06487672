"""Who may do what to a handoff, answered with a verdict; and who may read it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.access import Right, may
from core.account_settings import AccountSettings
from core.handoff import By, Handoff, Status, Verb
from core.people import Person, Standing


class Kind(StrEnum):
    """The verdicts. ``DONE`` is a yes; all others say why nothing changed."""

    DONE = "done"
    ALREADY_YOURS = "already_yours"
    ALREADY_CLAIMED = "already_claimed"
    OWN_HANDOFF = "own_handoff"
    NOT_ALLOWED = "not_allowed"
    DEACTIVATED = "deactivated"
    BOT = "bot"
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


_INACTIVE = {Standing.DEACTIVATED: Kind.DEACTIVATED, Standing.BOT: Kind.BOT}


def judge(verb: Verb, handoff: Handoff, person: Person, standing: Standing = Standing.ACTIVE) -> Verdict:
    """The verdict for this person on this handoff as it stands. ``standing`` is of the identity that they act by.

    The order matters: who can't act is told so, then what is over is said, then who holds it, then what the person may
    not do. ``DONE`` is answered exactly where the conditional write in storage finds its row (a property test holds the
    two together).
    """
    if standing in _INACTIVE:
        return Verdict(_INACTIVE[standing])
    holder, since = handoff.claimer, handoff.claimed_at
    if handoff.status is Status.RESOLVED:
        return Verdict(Kind.CLOSED, handoff.resolver, handoff.resolved_at)
    if verb.by is By.ANYONE_ELSE and handoff.status is Status.CLAIMED:
        if holder is not None and holder.id == person.id:
            return Verdict(Kind.ALREADY_YOURS, holder, since)
        return Verdict(Kind.ALREADY_CLAIMED, holder, since)
    if not may(person.role, verb.right):
        return Verdict(Kind.NOT_ALLOWED)
    if verb.by is By.ANYONE_ELSE and handoff.escalator.id == person.id:
        return Verdict(Kind.OWN_HANDOFF)
    if handoff.status is not verb.before:
        return Verdict(Kind.NOT_CLAIMED)
    if verb.by is By.CLAIMER and not may(person.role, Right.OVERRIDE) and (holder is None or holder.id != person.id):
        return Verdict(Kind.NOT_YOURS, holder, since)
    return Verdict(Kind.DONE, person, None)


def may_read(handoff: Handoff, person: Person, settings: AccountSettings, held: bool) -> bool:
    """Whether this person may read the whole context; ``held`` says whether they ever picked it up."""
    if handoff.status is not Status.RESOLVED:
        return may(person.role, Right.READ_OPEN)
    took_part = held or any(one is not None and one.id == person.id for one in (handoff.escalator, handoff.target))
    return took_part or person.role >= settings.reads_all
