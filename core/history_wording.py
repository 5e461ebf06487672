"""An account's history in words: as it is listed, as it is told, and as who made it is answered."""

from core.events import OPERATOR, Entry, Event
from core.handoff import Priority
from core.wording import a, from_least


def changed(entry: Entry) -> str:
    """Told to who changed it."""
    match entry.event:
        case Event.ROOM_CHANGED if entry.after == entry.subject:
            return f"{entry.subject} shows escalations already; only its name was another."
        case Event.ROOM_ADDED | Event.ROOM_CHANGED:
            return f"From now on escalations are shown in {entry.subject}: {_least(entry.after)}."
        case Event.ROOM_RETIRED:
            return f"From now on nothing new is shown in {entry.subject}. Cards that hang there are kept true."
        case Event.ROLE_CHANGED:
            return f"{entry.subject} is {a(entry.after)} now; before, {a(entry.before)}."
        case Event.SETTING_CHANGED:
            return f"{entry.subject} is {entry.after} now; before, {entry.before}."
        case Event.IDENTITY_UNLINKED:
            return "Undone: here you are a person of your own again."
    return f"{_what(entry)}."


def news(entry: Entry) -> str:
    """A line of history, told to whom it concerns."""
    by = f" by {entry.who}" if entry.who else " by whoever runs Baton" if entry.platform == OPERATOR else ""
    match entry.event:
        case Event.ROOM_LOST:
            why = f" ({entry.after})" if entry.after else ""
            return (
                f"Baton can't show escalations in {entry.subject} any more{why}. Bring it back there, or say "
                "“show-here” in another room."
            )
        case Event.CODE_GUESSED:
            return (
                f"Somebody{f' ({entry.who})' if entry.who else ''} typed many link codes that don't work, and has to "
                "wait now. If that was none of you, look into it."
            )
        case Event.WORKSPACE_REMOVED:
            return f"Baton was removed from {entry.subject}. Nothing is sent there any more, and its token is gone."
        case Event.WORKSPACE_JOINED:
            return (
                f"{entry.subject} was joined to {entry.after or 'this account'}{by}. Its people see escalations and "
                f"pick them up. “unlink {entry.subject}” undoes it."
            )
        case Event.WORKSPACE_PARTED:
            return f"{entry.subject} was parted from this account{by}. It has one of its own again."
        case Event.ROLE_CHANGED:
            made = f"{entry.who or 'Whoever runs Baton'} made you {a(entry.after)}"
            return f"{made}; before, you were {a(entry.before)}."
        case Event.IDENTITY_LINKED:
            identity = entry.after or entry.subject
            return f"Somebody typed a code of yours and is you from now on: {identity}. “unlink me” undoes it."
    return f"{_what(entry)}{by}."


def happened(entry: Entry) -> str:
    """A line of history as a list shows it, without its time."""
    who = entry.who or ("Whoever runs Baton" if entry.platform == OPERATOR else "Baton")
    place = f" ({entry.platform.capitalize()})" if entry.platform and entry.platform != OPERATOR else ""
    return f"{who}{place}: {_what(entry)}"


_SAYS: dict[Event, str] = {
    Event.ACCOUNT_MADE: "account made",
    Event.WORKSPACE_BOUND: "workspace bound",
    Event.WORKSPACE_JOINED: "workspace joined",
    Event.WORKSPACE_PARTED: "workspace parted",
    Event.WORKSPACE_REMOVED: "Baton removed from",
    Event.CODE_GUESSED: "too many link codes typed",
    Event.ROOM_ADDED: "escalations shown in",
    Event.ROOM_CHANGED: "escalations shown otherwise in",
    Event.ROOM_RETIRED: "escalations shown no more in",
    Event.ROOM_LOST: "room lost",
    Event.PERSON_MET: "met",
    Event.IDENTITY_LINKED: "identity linked",
    Event.IDENTITY_UNLINKED: "identity unlinked",
    Event.IDENTITY_CHANGED: "identity changed",
    Event.ROLE_CHANGED: "role of",
    Event.SETTING_CHANGED: "setting",
}


def _what(entry: Entry) -> str:
    what = _SAYS.get(entry.event, str(entry.event).replace("_", " "))
    parts = f"{what} {entry.subject}".strip()
    before, after = entry.before, entry.after
    if entry.event in (Event.ROOM_ADDED, Event.ROOM_CHANGED):
        before, after = _least(before), _least(after)
    if before and after:
        return f"{parts}: {before} → {after}"
    return f"{parts}: {after or before}" if after or before else parts


def _least(name: str) -> str:
    """What a room shows, of the name of a priority as history has it."""
    return from_least(Priority[name.upper()]) if name.upper() in Priority.__members__ else name
