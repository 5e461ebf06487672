"""What Baton says about accounts, people, roles, rooms and links, apart from their history."""

from collections.abc import Sequence
from datetime import datetime

from core.access import LEAST, Right, may
from core.account import CODE_LIVES, Joined, Linked, Parted, Workspace
from core.account_settings import NAMES, AccountSettings, words
from core.changes import Hindered, Hindrance
from core.handoff import Handoff, Priority
from core.orders import USAGE
from core.people import How, Identity, Known, Member, Role
from core.roster import Room
from core.wording import BOT, DEACTIVATED, SNIPPET, a, cut, from_least, priority, role, span

HELP = "What Baton understands here:"
UNCLEAR = "Baton doesn't understand that. “help” lists what can be said."
NO_ROOM_HERE = "Say this in the channel or group chat that should show escalations; here is none."
NOT_INSIDE = "Baton is not in this room, so it can't show anything here. Add it to the room, then say this again."
NOBODY_DECIDES = "Nobody here can change that. Whoever runs Baton can make somebody an owner, with “baton role”."
OFFER = (
    "Baton is here. Shall escalations be shown in this room, with a button to pick them up? An admin can press the "
    "button, or say “show-here”."
)
NOTHING_WAITS = "Nothing waits to be picked up."
NO_ROOMS = "No room shows escalations yet. An admin can say “show-here” in a channel."
NO_OTHER_WORKSPACE = "No other workspace is joined to this account."
ALREADY_SO = "That is so already; nothing was changed."
NO_HISTORY = "Nothing has been changed yet."
_MINUTES = int(CODE_LIVES.total_seconds()) // 60

_WHY: dict[Hindrance, str] = {
    Hindrance.DEACTIVATED: DEACTIVATED,
    Hindrance.BOT: BOT,
    Hindrance.ALREADY_SO: ALREADY_SO,
    Hindrance.LAST_OWNER: "This is the last owner, and an account needs one. Make somebody else owner first.",
    Hindrance.NOBODY: "Baton knows nobody like that here.",
    Hindrance.CANT_ACT: "This is a bot, or somebody whose account is deactivated, so they can't have a role.",
    Hindrance.CONFIGURED: "This is set by the settings of this Baton, and only whoever runs it can change those.",
    Hindrance.NOT_SHOWN: "No escalations are shown here; nothing was changed.",
    Hindrance.NOT_A_SETTING: f"There is no such setting. There are: {', '.join(NAMES)}.",
    Hindrance.NOT_A_VALUE: "This setting doesn't take that. “settings” says what it takes.",
    Hindrance.NOT_LINKED: "You are known by this identity alone, so there is nothing to undo.",
    Hindrance.BAD_CODE: f"This code doesn't work. It is mistyped, was used, is older than {_MINUTES} minutes, or "
    "whoever made it may no longer use it: get a new one where it came from.",
    Hindrance.OTHER_ACCOUNT: "This code is for a person in another account. To join the two workspaces first, an admin "
    "says “link” there and types that code here.",
    Hindrance.ALREADY_HERE: "Whoever made this code has another identity in this workspace already, and can't be two "
    "people here.",
    Hindrance.SAME_PERSON: "You are one person already; nothing was changed.",
    Hindrance.STILL_BUSY: "You still have handoffs that aren't resolved. Release or resolve them, then try again.",
    Hindrance.ALREADY_JOINED: "This workspace belongs to that account already; nothing was changed.",
    Hindrance.HAS_HANDOFFS: "This workspace's own account has handoffs already, and histories are never merged. Type a "
    "code from here over there, if nothing was escalated there; or have whoever runs Baton export and delete this "
    "account (baton account export, baton account delete), then link again.",
    Hindrance.NO_SUCH_WORKSPACE: "No workspace of this account is called that, or several are. “unlink” alone "
    "lists them.",
    Hindrance.ONLY_WORKSPACE: "This is the account's only workspace, so there is nothing to part it from.",
}


def hindered(found: Hindered, now: datetime, deciders: Sequence[str] = ()) -> str:
    """Why nothing was changed, and the way out; ``deciders`` are the names of those who may."""
    match found.why:
        case Hindrance.NOT_ALLOWED:
            return not_allowed(found.right or Right.GIVE_ROLES, deciders)
        case Hindrance.TOO_MANY:
            wait = f" Try again in {span(found.until - now)}." if found.until else ""
            return f"Too many codes were typed here.{wait} The admins are told."
        case why:
            return _WHY[why]


def not_allowed(right: Right, deciders: Sequence[str]) -> str:
    """What it takes, and who can help."""
    least = LEAST[right]
    takes = f"{a(least)} can do that" if least >= Role.ADMIN else f"this takes {a(least)}"
    return f"You may not {right}; {takes}. {deciding(deciders)}"


def deciding(deciders: Sequence[str]) -> str:
    """Who decides about roles here."""
    if not deciders:
        return NOBODY_DECIDES
    shown = [*deciders[:5], *(["another admin"] if len(deciders) > 5 else [])]
    return f"Ask {' or '.join([', '.join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]}."


def whoami(me: Member, here: Identity, deciders: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Who the asker is, and what they may do."""
    chosen = "given to you" if me.given else "as everybody like you, until an admin gives you another"
    lines = [f"Role: {role(me.person.role)}, {chosen}"]
    lines += [_known(one, one.identity == here) for one in me.identities]
    if may(me.person.role, Right.CLAIM):
        lines.append("You can pick up what others escalated, not what you escalated yourself.")
    else:
        lines.append(f"You can't pick up: that takes {a(LEAST[Right.CLAIM])}. {deciding(deciders)}")
    if len({one.identity.platform for one in me.identities}) == 1:
        lines.append(
            "On other platforms Baton doesn't know you yet. Are you there too? “link me” makes you one person."
        )
    return f"You are {me.person.name}.", tuple(lines)


def _known(one: Known, here: bool) -> str:
    belongs = "full member" if one.member else "guest or not confirmed"
    how = {
        How.MET: "",
        How.ADDRESS: ", linked by the same e-mail address",
        How.CODE: ", linked by a code",
    }[one.how]
    standing = "" if one.standing == "active" else f", {one.standing}"
    address = f" {one.email}" if one.email else ""
    undo = "; “unlink me” said there undoes it" if one.how is not How.MET else ""
    place = f"{one.identity.platform.capitalize()}{' (here)' if here else ''}"
    return f"{place}: {one.identity.user}{address}, {belongs}{standing}{how}{undo}"


def person_line(one: Member) -> str:
    """One of the people."""
    places = ", ".join(sorted({known.identity.platform.capitalize() for known in one.identities}))
    gone = "" if any(known.standing == "active" for known in one.identities) else ", not active"
    return f"{one.person.name}: {role(one.person.role)}{'' if one.given else ' (default)'}{gone} · {places}"


def room_line(room: Room) -> str:
    """One of the rooms."""
    whose = ", set by whoever runs Baton" if room.configured else ""
    return f"{room.name} ({room.lane.platform.capitalize()}): {from_least(room.least)}{whose}"


def shown_in(room: Room) -> str:
    """A room's name, with what it leaves out."""
    return room.name if room.least is Priority.LOW else f"{room.name} ({from_least(room.least)})"


def workspace_line(one: Workspace, of: Sequence[Workspace]) -> str:
    """One of the workspaces; by its id, if another one is called the same."""
    alike = sum(other.name.casefold() == one.name.casefold() for other in of) > 1
    name = f"{one.workspace}, {one.name}" if alike else one.name
    whose = ", set by whoever runs Baton" if one.configured else ""
    return f"{name} ({one.platform.capitalize()}){whose}"


def setting_line(settings: AccountSettings, name: str) -> str:
    """One of the settings."""
    return f"{name}: {words(settings, name)} ({NAMES[name]})"


def queue_line(handoff: Handoff, now: datetime) -> str:
    """One of those that wait."""
    ticket = f"{handoff.snapshot.ticket}: " if handoff.snapshot.ticket else ""
    aimed = f", for {handoff.target.name}" if handoff.target else ""
    waits = f"{priority(handoff.priority)}, waits {span(now - handoff.created_at)}"
    return f"{waits}: {ticket}{cut(handoff.snapshot.problem, SNIPPET)} (from {handoff.escalator.name}{aimed})"


def usage_lines() -> tuple[str, ...]:
    """Everything that can be said."""
    return tuple(f"{usage}: {what}" for usage, what in USAGE)


def unclear(usage: str) -> str:
    """Nothing that Baton knows."""
    return f"Baton doesn't understand that. It is written: {usage}" if usage else UNCLEAR


def code(made: str) -> str:
    """A code that joins workspaces."""
    return (
        f"The code is {made}. In the other chat an admin says to Baton: link {made}. It works once, for {_MINUTES} "
        "minutes. Then the people there see and pick up the escalations of this account."
    )


def own_code(made: str) -> str:
    """A code that links a person."""
    return (
        f"Your code is {made}. Say it to Baton where you are not recognized: link {made}. It works once, for "
        f"{_MINUTES} minutes; keep it to yourself, whoever types it becomes you."
    )


def joined(found: Joined) -> str:
    """Told to who typed the code."""
    return (
        f"Joined: {found.workspace.name} now belongs to the account {found.account_name}, by a code of "
        f"{found.issuer}'s. You are {found.person.name} there, {role(found.person.role)}. "
        f"“unlink {found.workspace.name}” undoes it."
    )


def linked(found: Linked) -> str:
    """Told to who typed the code."""
    return f"You are {found.person.name} here now, {role(found.person.role)}. “unlink me” undoes it."


def parted(found: Parted) -> str:
    """Told to who said it."""
    return (
        f"{found.workspace.name} has an account of its own again and shows nothing of this one. What was done together "
        "stays in this account's history."
    )
