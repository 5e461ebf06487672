"""Every sentence that Baton says about its product, on whatever platform."""

from datetime import datetime, timedelta

from core.claim_rules import Kind, Verdict
from core.deliveries import Unreached
from core.errors import StorageAway, StorageUnsure
from core.handoff import Handoff, Notice, Priority, Status, Verb
from core.people import Role, Standing
from core.snapshot import CUSTOMER_LIMIT, NOTE_LIMIT, PROBLEM_LIMIT, TRIED_LIMIT, Field, Invalid, Reason

PICK_UP = "Pick Up"
RELEASE = "Release"
RESOLVE = "Resolve"
PRIORITY = "Priority"
CUSTOMER = "Customer"
TICKET = "Ticket"
PICK_UP_BY = "Pick-up by"
ANYONE = "Anyone"
TRIED = "What was tried"
NOTE = "Note"
PROBLEM = "Problem"
OPEN_CARD = "Open the card"
SNIPPET = 70

AWAY = "Baton can't reach its records right now, so nothing was changed. Please try again in a moment."
AWAY_FORM = (
    "Baton can't reach its records right now. Nothing was lost: your words are still here. Try again in a moment."
)
UNSURE = (
    "Baton's records did not answer in time, so this may or may not have been done. Look again in a moment; "
    "doing it once more is safe."
)
UNSURE_FORM = (
    "Baton's records did not answer in time, so this may or may not be recorded. Send it again just as it is: "
    "it is recorded once."
)
UNKNOWN = "Baton doesn't know this handoff. It may have been removed."
NOT_CONNECTED = "This workspace isn't connected to Baton. Install Baton here, or ask whoever runs it to connect it."
SLOW_DOWN = "That was a lot at once: wait a minute, then send it again."
WHO_HELPS = "An admin can change that; ask Baton “whoami” to see who they are."
DEACTIVATED = "Your account here is deactivated, so you can't do anything. Whoever runs this workspace can activate it."
BOT = "Bots can't do anything here; a person has to."
TEXT_REMOVED = "its text was removed"
NO_ROOM = "No room shows it, so nobody will see it. An admin can say “show-here” to Baton in a channel."


def inactive(standing: Standing) -> str:
    """Why somebody whom the platform does not count as an active person can do nothing."""
    return BOT if standing is Standing.BOT else DEACTIVATED


def away(error: StorageAway) -> str:
    """What to tell somebody whose gesture met no storage, or no answer of it."""
    return UNSURE if isinstance(error, StorageUnsure) else AWAY


def away_form(error: StorageAway) -> str:
    """The same, at a form that keeps their words."""
    return UNSURE_FORM if isinstance(error, StorageUnsure) else AWAY_FORM


def cut(text: str, limit: int) -> str:
    """The text, cut visibly at the limit."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def span(length: timedelta) -> str:
    """A length of time as people say it: "40 s", "2 min", "3 h 5 min", "2 d 4 h"; never negative."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if minutes < 60:
        return f"{minutes} min"
    if hours < 24:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{days} d {hours % 24} h" if hours % 24 else f"{days} d"


def ago(then: datetime, now: datetime) -> str:
    """How long ago: "just now" below 5 s."""
    return "just now" if now - then < timedelta(seconds=5) else f"{span(now - then)} ago"


def priority(level: Priority) -> str:
    """The name of a priority."""
    return level.name.capitalize()


def title(handoff: Handoff) -> str:
    """What tells one handoff from another: who, which ticket, and the start of the problem."""
    ticket = f" · {handoff.snapshot.ticket}" if handoff.snapshot.ticket else ""
    problem = handoff.snapshot.problem or TEXT_REMOVED
    return f"Escalation from {cut(handoff.escalator.name, 40)}{ticket}: {cut(problem, SNIPPET)}"


def recorded_by(handoff: Handoff) -> str:
    """Who recorded it; the renderer puts the time behind it."""
    return f"Escalated by {handoff.escalator.name}"


def standing(handoff: Handoff) -> str:
    """Where it stands, in a sentence that stays true: lengths count from the escalation, not from now."""
    if handoff.status is Status.OPEN:
        if handoff.target:
            return f"Waiting for {handoff.target.name}; anyone else may pick it up too"
        return "Waiting to be picked up"
    picked = ""
    if handoff.claimer and handoff.claimed_at:
        picked = f"Picked up by {handoff.claimer.name}, {_after(handoff, handoff.claimed_at)}"
    if handoff.status is Status.CLAIMED:
        return picked
    if handoff.resolver and handoff.resolved_at:
        resolved = f"Resolved by {handoff.resolver.name}, {_after(handoff, handoff.resolved_at)}"
        return f"{resolved}. {picked}" if picked else resolved
    return "Resolved"


def _after(handoff: Handoff, then: datetime) -> str:
    return f"{span(then - handoff.created_at)} after the escalation"


def summary(handoff: Handoff) -> str:
    """The card in one sentence, for notifications and screen readers."""
    state = {
        Status.OPEN: f"{priority(handoff.priority)} priority, waiting to be picked up.",
        Status.CLAIMED: f"Picked up by {handoff.claimer.name if handoff.claimer else 'someone'}.",
        Status.RESOLVED: f"Resolved by {handoff.resolver.name if handoff.resolver else 'someone'}.",
    }[handoff.status]
    return f"{title(handoff)}. {state}"


def letter(handoff: Handoff, notice: Notice, unreached: Unreached | None = None, *, up: bool = True) -> str:
    """What one person is told about a handoff; ``up`` says whether any room shows its card."""
    what = f"{handoff.snapshot.ticket}: " if handoff.snapshot.ticket else ""
    what += cut(handoff.snapshot.problem or TEXT_REMOVED, SNIPPET)
    claimer = handoff.claimer.name if handoff.claimer else "Someone"
    match notice:
        case Notice.SHOWN if not up:
            return f"Your escalation is recorded, but no room shows it. Call somebody. {what}"
        case Notice.SHOWN:
            return f"Your escalation is up where the seniors are. {what}"
        case Notice.AIMED_AT_YOU:
            return f"{handoff.escalator.name} asks you to pick this up. {what}"
        case Notice.CLAIMED:
            return f"{claimer} picked up your escalation. {what}"
        case Notice.RELEASED:
            return f"Your escalation is waiting to be picked up again. {what}"
        case Notice.RESOLVED:
            resolver = handoff.resolver.name if handoff.resolver else "Someone"
            note = f"\nNote: {handoff.resolution}" if handoff.resolution else ""
            return f"{resolver} resolved your escalation. {what}{note}"
        case Notice.UNREACHED:
            return f"{_not_told(unreached)} Your escalation is recorded; if nobody else sees it, call somebody. {what}"
        case Notice.UNREACHABLE:
            return f"{_not_told(unreached)} Tell them yourselves what happens here."
        case Notice.NEWS:
            raise ValueError("news are about no handoff")


def _not_told(unreached: Unreached | None) -> str:
    where, reason = (unreached.where, unreached.reason) if unreached else ("everybody", "")
    return f"Baton can't reach {where}{f' ({reason})' if reason else ''}."


def recorded(handoff: Handoff, rooms: list[str]) -> str:
    """What the escalator hears at once, in private."""
    meant = f"{priority(handoff.priority)} priority, for {handoff.target.name if handoff.target else ANYONE.lower()}"
    if not rooms:
        return f"Recorded: {title(handoff)}. {meant}. {NO_ROOM}"
    return f"Recorded: {title(handoff)}. {meant}. It is being shown in {_list(rooms)}; a link to the card follows."


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


_ALONE = {
    Kind.OWN_HANDOFF: "You escalated this yourself, so somebody else has to pick it up.",
    Kind.DEACTIVATED: DEACTIVATED,
    Kind.BOT: BOT,
    Kind.NOT_CLAIMED: "Nobody has picked this up yet. Pick it up first.",
    Kind.UNKNOWN: UNKNOWN,
}


def verdict(answer: Verdict, verb: Verb, now: datetime) -> str:
    """The verdict in a sentence for the one who asked; how long ago is counted to ``now``."""
    if answer.kind in _ALONE:
        return _ALONE[answer.kind]
    who = answer.by.name if answer.by else "someone"
    when = f", {ago(answer.at, now)}" if answer.at else ""
    match answer.kind:
        case Kind.DONE:
            return {
                Status.CLAIMED: "It's yours: you picked this up.",
                Status.OPEN: "You released this. It is waiting to be picked up again.",
                Status.RESOLVED: "You resolved this.",
            }[verb.after]
        case Kind.ALREADY_YOURS:
            return f"It's already yours: you picked this up{when}."
        case Kind.ALREADY_CLAIMED:
            return f"Already picked up by {who}{when}."
        case Kind.NOT_ALLOWED:
            return f"You are a {role(Role.VIEWER)} here, and this takes an {role(verb.least_role)}. {WHO_HELPS}"
        case Kind.NOT_YOURS:
            return f"{who} picked this up{when}. Only they or an admin can do that."
    return f"Already resolved by {who}{when}."


def role(level: Role) -> str:
    """The name of a role."""
    return level.name.lower()


def a(name: Role | str) -> str:
    """The name of a role, or any word, with its article."""
    word = role(name) if isinstance(name, Role) else name
    return f"an {word}" if word[:1] in "aeio" else f"a {word}"


def from_least(least: Priority) -> str:
    """What a room shows."""
    if least is Priority.LOW:
        return "everything"
    return f"{priority(least).lower()} priority {'only' if least is Priority.CRITICAL else 'and above'}"


_LIMITS = {
    Field.PROBLEM: PROBLEM_LIMIT,
    Field.TRIED: TRIED_LIMIT,
    Field.CUSTOMER: CUSTOMER_LIMIT,
    Field.NOTE: NOTE_LIMIT,
}


def invalid(found: Invalid) -> str:
    """What is wrong with a field, and what to do about it."""
    match found.reason:
        case Reason.EMPTY:
            return "Say in one line what the problem is."
        case Reason.TOO_LONG:
            return f"That is too long. Shorten it to {_LIMITS[found.field]:,} characters."
        case Reason.SEVERAL_LINES:
            return "Keep this to one line; the details go under “What was tried”."
        case Reason.UNKNOWN_FORMAT:
            return "That doesn't look like a ticket number. Write it like #12345, ABC-123 or INC0012345."
        case Reason.YOURSELF:
            return "You can't aim an escalation at yourself. Choose somebody else, or leave it open to anyone."
        case Reason.CANNOT_PICK_UP:
            return "They can't pick escalations up. Choose somebody else, or leave it open to anyone."
