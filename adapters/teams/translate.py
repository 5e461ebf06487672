"""What a checked activity means: Bot Framework's JSON in, Baton's own types out; pure."""

import hashlib
import json
import re
from dataclasses import dataclass

from adapters.teams import comings, wording
from adapters.teams.activity import (
    Json,
    Place,
    caller_of,
    conversation_of,
    id_of,
    inner,
    is_bot,
    place_of,
    tenant_of,
    told_id,
    told_text,
)
from adapters.teams.comings import Arrived, Lost
from adapters.teams.render import SHOW_HERE, VERB_PREFIX
from adapters.teams.said import pieces_of
from core.desk import VERBS, Click
from core.handoff import Seen
from core.people import Caller
from core.wording import BOT, UNKNOWN

MOST_VERSION = 2**31 - 1

_HANDOFF = re.compile(r"[0-9A-Za-z_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that means something."""

    click: Click


@dataclass(frozen=True, slots=True)
class Accepted:
    """Somebody pressed "Show escalations here" on the offer that is this ``message`` of this ``conversation``."""

    by: Caller
    place: Place
    conversation: str
    message: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """A gesture that changes nothing, and the sentence that it is answered with."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """Somebody wrote to the bot, or mentioned it: what they said, in pieces. ``conversation`` is with its thread."""

    said: tuple[str | Caller, ...]
    by: Caller
    place: Place
    conversation: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something that Baton does not act on: a member joined, a reaction, a feature it lacks."""


Asked = Pressed | Accepted | Unclear | Spoken | Arrived | Lost
Meaning = Asked | Ignored


def translate(activity: Json) -> Meaning:
    """The meaning of an activity. No shape of JSON is an error: what makes no sense is answered in words or ignored."""
    value = inner(activity, "value")
    match activity.get("type"):
        case "invoke" if activity.get("name") == "adaptiveCard/action":
            action = inner(value, "action")
            if value.get("trigger") == "automatic":
                return Unclear(wording.KEPT_TRUE)
            return _pressed(activity, action.get("verb"), inner(action, "data"))
        case "message" if "verb" in value:
            # A client that does not know Action.Execute sends the fallback's data as a message.
            return _pressed(activity, value.get("verb"), value)
        case "message":
            return _spoken(activity)
        case "installationUpdate" | "conversationUpdate" if not tenant_of(activity):
            return Ignored()  # an emulator has none
        case "installationUpdate":
            return comings.installation(activity) or Ignored()
        case "conversationUpdate":
            return comings.update(activity) or Ignored()
    return Ignored()


def _spoken(activity: Json) -> Spoken | Unclear | Ignored:
    if is_bot(activity):
        return Ignored()  # two bots that answer each other would never stop
    caller = caller_of(activity)
    if caller is None:
        return Unclear(wording.NOBODY)
    return Spoken(pieces_of(activity), caller, place_of(activity), conversation_of(activity))


def _pressed(activity: Json, told: object, data: Json) -> Pressed | Accepted | Unclear:
    verb = told_text(told).removeprefix(VERB_PREFIX)
    if not told_text(told).startswith(VERB_PREFIX) or verb not in {*VERBS, SHOW_HERE}:
        return Unclear(wording.UNKNOWN_BUTTON)
    caller = caller_of(activity)
    if caller is None:
        return Unclear(BOT if is_bot(activity) else wording.NOBODY)
    if verb == SHOW_HERE:
        message = told_id(activity.get("replyToId"))
        return Accepted(caller, place_of(activity), conversation_of(activity), message)
    handoff = told_text(data.get("handoff"))
    if not _HANDOFF.fullmatch(handoff):
        return Unclear(UNKNOWN)
    request, seen = _request(activity, caller.identity.user), _seen(activity, data.get("version"))
    return Pressed(Click(verb, handoff, caller, request, seen, told_text(data.get("note"))))


def _seen(activity: Json, version: object) -> Seen | None:
    conversation, message = conversation_of(activity), told_id(activity.get("replyToId"))
    if not isinstance(version, int) or isinstance(version, bool) or not 0 <= version <= MOST_VERSION:
        return None
    return Seen(f"{conversation}|{message}", version) if conversation and message else None


def _request(activity: Json, sender: str) -> str:
    """The gesture's own key: a client that tries again sends the same activity id, or at least the same body."""
    if told := id_of(activity):
        # The id of a message is unique in its conversation alone.
        return f"invoke:{conversation_of(activity)}:{told}:{sender}"
    canonical = json.dumps(activity, sort_keys=True, separators=(",", ":"))
    return f"invoke:sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"
