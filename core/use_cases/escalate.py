"""Escalate: record a handoff with its context, and owe its card to every room."""

from dataclasses import dataclass, replace

from core.handoff import NewHandoff, Priority
from core.ids import new_id
from core.patience import Patience
from core.people import Caller, Identity, Strangers
from core.ports import Account, Clock, Inactive, Powerless, Recorded, SelfTarget
from core.snapshot import Field, Invalid, Reason, Snapshot, check, clean, tidy_ticket
from core.use_cases.meet import Meet


@dataclass(frozen=True, slots=True)
class Escalation:
    """An escalation as somebody asked for it. ``request`` is the gesture's own key; ``target`` is None for anyone."""

    by: Caller
    request: str
    snapshot: Snapshot
    priority: Priority = Priority.NORMAL
    target: Caller | None = None


def tidy(snapshot: Snapshot) -> Snapshot:
    """The snapshot as it is stored: trimmed, without what no database takes."""
    return Snapshot(
        clean(snapshot.problem), clean(snapshot.tried), clean(snapshot.customer), tidy_ticket(snapshot.ticket)
    )


async def escalate(
    escalation: Escalation, account: Account, meet: Meet, clock: Clock, patience: Patience
) -> Recorded | Inactive | list[Invalid]:
    """Record it, or say what is wrong with it and record nothing."""
    snapshot = tidy(escalation.snapshot)
    target: Identity | None = escalation.target.identity if escalation.target else None
    found = check(snapshot)
    if target == escalation.by.identity:
        found.append(Invalid(Field.TARGET, Reason.YOURSELF))
    if found:
        return found
    now = clock.now()
    new = NewHandoff(
        new_id(now), escalation.by, now, escalation.request, snapshot, escalation.priority, target, patience.left
    )
    answer = await account.escalate(new)
    if isinstance(answer, Strangers):
        callers = [escalation.by] + ([escalation.target] if escalation.target else [])
        await meet([caller for caller in callers if caller.identity in answer.identities])
        answer = await account.escalate(replace(new, deadline=patience.left))
    match answer:
        case Recorded() | Inactive():
            return answer
        case SelfTarget():
            return [Invalid(Field.TARGET, Reason.YOURSELF)]
        case Powerless():
            return [Invalid(Field.TARGET, Reason.CANNOT_PICK_UP)]
        case Strangers():
            raise RuntimeError("storage does not know people whom it has just met")
