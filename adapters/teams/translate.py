"""What a checked activity means: Bot Framework's JSON in, Baton's own types out; pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.teams import wording
from adapters.teams.render import VERB_PREFIX
from core.desk import VERBS, Click
from core.handoff import Seen
from core.people import Caller, Identity
from core.snapshot import clean
from core.wording import UNKNOWN, cut

PLATFORM = "teams"
NAME_LIMIT = 200
MOST_VERSION = 2**31 - 1

_HANDOFF = re.compile(r"[0-9A-Za-z_-]{1,64}")
# Ids of Bot Framework: printable, without spaces. Teams makes no others, and no database need see them.
_ID = re.compile(r"[!-~]{1,300}")

Json = Mapping[str, object]
NOTHING: Json = {}


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that means something."""

    click: Click


@dataclass(frozen=True, slots=True)
class Unclear:
    """A gesture that changes nothing, and the sentence that it is answered with."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """Somebody wrote to the bot, or mentioned it."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something that Baton does not act on: a member joined, a reaction, an installation, a feature it lacks."""


Asked = Pressed | Unclear | Spoken
Meaning = Asked | Ignored


def translate(activity: Json) -> Meaning:
    """The meaning of an activity. No shape of JSON is an error: what makes no sense is answered in words or ignored."""
    kind = activity.get("type")
    value = _object(activity.get("value"))
    if kind == "invoke" and activity.get("name") == "adaptiveCard/action":
        action = _object(value.get("action"))
        if value.get("trigger") == "automatic":
            return Unclear(wording.KEPT_TRUE)
        return _pressed(activity, action.get("verb"), _object(action.get("data")))
    if kind == "message":
        # A client that does not know Action.Execute sends the fallback's data as a message.
        return _pressed(activity, value.get("verb"), value) if "verb" in value else Spoken()
    return Ignored()


def tenant_of(activity: Json) -> str:
    """The tenant an activity comes from; "" when it does not say."""
    told = _object(_object(activity.get("channelData")).get("tenant")).get("id")
    return _id(told) or _id(_object(activity.get("conversation")).get("tenantId"))


def caller_of(activity: Json) -> Caller | None:
    """Who made the gesture; None for bots, and for people whom Teams does not name (``aadObjectId`` is missing)."""
    sender = _object(activity.get("from"))
    tenant, user = tenant_of(activity), _id(sender.get("aadObjectId"))
    if not tenant or not user or sender.get("role") == "bot" or _text(sender.get("id")).startswith("28:"):
        return None
    name = cut(clean(_text(sender.get("name"))), NAME_LIMIT) or "Someone"
    # Members belong to the channel, not to one thread of it.
    conversation = conversation_of(activity).partition(";")[0]
    return Caller(Identity(PLATFORM, tenant, user), name, conversation)


def conversation_of(activity: Json) -> str:
    """The conversation's id, with ";messageid=" where it is a thread; "" when there is none."""
    return _id(_object(activity.get("conversation")).get("id"))


def id_of(activity: Json) -> str:
    """The activity's own id; "" when there is none."""
    return _id(activity.get("id"))


def _pressed(activity: Json, told: object, data: Json) -> Pressed | Unclear:
    verb = _text(told).removeprefix(VERB_PREFIX)
    if not _text(told).startswith(VERB_PREFIX) or verb not in VERBS:
        return Unclear(wording.UNKNOWN_BUTTON)
    caller = caller_of(activity)
    if caller is None:
        return Unclear(wording.NOBODY)
    handoff = _text(data.get("handoff"))
    if not _HANDOFF.fullmatch(handoff):
        return Unclear(UNKNOWN)
    note = _text(data.get("note"))
    return Pressed(
        Click(
            verb, handoff, caller, _request(activity, caller.identity.user), _seen(activity, data.get("version")), note
        )
    )


def _seen(activity: Json, version: object) -> Seen | None:
    conversation, message = conversation_of(activity), _id(activity.get("replyToId"))
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


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else NOTHING


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _id(value: object) -> str:
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""
