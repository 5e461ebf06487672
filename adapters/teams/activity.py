"""What stands where in an activity: Bot Framework's JSON, read piece by piece; pure, and no shape of it is an error."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from core.deliveries import Lane
from core.orders import Here
from core.people import Caller, Identity
from core.snapshot import clean
from core.wording import cut

PLATFORM = "teams"
NAME_LIMIT = 200
# How the addresses of group chats and channels end (older channels have the second).
GROUP_CHAT = "@thread.v2"
CHANNELS = ("@thread.tacv2", "@thread.skype")

# Ids of Bot Framework: printable, without spaces. Teams makes no others, and no database need see them.
_ID = re.compile(r"[!-~]{1,300}")

Json = Mapping[str, object]
NOTHING: Json = {}


class Kind(StrEnum):
    """The conversations that a bot can be in."""

    PERSONAL = "personal"
    GROUP = "group"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened. ``address`` is the conversation without its thread.

    ``name`` is the channel's or the chat's, ``team`` the id of the team that holds the channel and ``team_name`` its
    name; Teams tells names seldom, and each is "" where it does not.
    """

    tenant: str
    kind: Kind
    address: str
    name: str = ""
    team: str = ""
    team_name: str = ""

    def here(self, name: str) -> Here | None:
        """The room that this is, under a name; None for a chat with one person. Whoever is spoken to is inside."""
        if self.kind is Kind.PERSONAL or not self.address:
            return None
        return Here(Lane(PLATFORM, self.tenant, self.address, private=False), name, self.team, inside=True)


def tenant_of(activity: Json) -> str:
    """The tenant an activity comes from; "" when it does not say."""
    told = inner(channel_data(activity), "tenant").get("id")
    return told_id(told) or told_id(inner(activity, "conversation").get("tenantId"))


def bot_of(activity: Json) -> str:
    """The bot that it is for, as Teams knows it: "28:" and the app id."""
    return told_id(inner(activity, "recipient").get("id"))


def caller_of(activity: Json) -> Caller | None:
    """Who made the gesture; None for bots, and for people whom Teams does not name (``aadObjectId`` is missing)."""
    sender = inner(activity, "from")
    tenant, user = tenant_of(activity), told_id(sender.get("aadObjectId"))
    if not tenant or not user or is_bot(activity):
        return None
    name = tidy_name(sender.get("name")) or "Someone"
    # Members belong to the channel, not to one thread of it.
    return Caller(Identity(PLATFORM, tenant, user), name, base_of(conversation_of(activity)))


def is_bot(activity: Json) -> bool:
    """Whether another bot made the gesture."""
    sender = inner(activity, "from")
    return sender.get("role") == "bot" or told_text(sender.get("id")).startswith("28:")


def conversation_of(activity: Json) -> str:
    """The conversation's id, with ";messageid=" where it is a thread; "" when there is none."""
    return told_id(inner(activity, "conversation").get("id"))


def base_of(conversation: str) -> str:
    """A conversation without its thread."""
    return conversation.partition(";")[0]


def id_of(activity: Json) -> str:
    """The activity's own id; "" when there is none."""
    return told_id(activity.get("id"))


def place_of(activity: Json) -> Place:
    """Where it happened."""
    address, data = base_of(conversation_of(activity)), channel_data(activity)
    kind = kind_of(address)
    if kind is Kind.CHANNEL:
        channel, team = inner(data, "channel"), inner(data, "team")
        # Of another channel than the conversation's, the name would be wrong (a team's events say so).
        name = tidy_name(channel.get("name")) if channel.get("id") == address else ""
        return Place(tenant_of(activity), kind, address, name, told_id(team.get("id")), tidy_name(team.get("name")))
    return Place(tenant_of(activity), kind, address, tidy_name(inner(activity, "conversation").get("name")))


def kind_of(address: str) -> Kind:
    """What an address leads to."""
    if address.endswith(CHANNELS):
        return Kind.CHANNEL
    return Kind.GROUP if address.endswith(GROUP_CHAT) else Kind.PERSONAL


def time_of(activity: Json) -> datetime:
    """When it happened, by Teams' clock; now where it does not say."""
    try:
        told = datetime.fromisoformat(told_text(activity.get("timestamp")))
        return told.astimezone(UTC) if told.tzinfo else datetime.now(UTC)
    except (ValueError, OverflowError):
        return datetime.now(UTC)


def channel_data(activity: Json) -> Json:
    """What Teams adds to Bot Framework's own."""
    return inner(activity, "channelData")


def inner(outer: Json, name: str) -> Json:
    """An object inside another one; an empty one where there is none."""
    value = outer.get(name)
    return value if isinstance(value, dict) else NOTHING


def listed(outer: Json, name: str, most: int) -> list[Json]:
    """The first objects of a list inside an object."""
    value = outer.get(name)
    return [one for one in value[:most] if isinstance(one, dict)] if isinstance(value, list) else []


def told_text(value: object) -> str:
    """A text; "" for anything else."""
    return value if isinstance(value, str) else ""


def told_id(value: object) -> str:
    """An id; "" for anything else."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def tidy_name(value: object) -> str:
    """A name, on one line and of a length that can be shown."""
    return cut(" ".join(clean(told_text(value)[: 4 * NAME_LIMIT]).split()), NAME_LIMIT)
