"""What an installation or a change of members means: Baton came to a place, or lost it; pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from adapters.teams import wording
from adapters.teams.activity import (
    Json,
    Kind,
    Place,
    bot_of,
    caller_of,
    channel_data,
    inner,
    kind_of,
    listed,
    place_of,
    time_of,
    told_id,
    told_text,
)
from core.people import Caller

MOST_MEMBERS = 1000


@dataclass(frozen=True, slots=True)
class Arrived:
    """Baton is in a team or a group chat of a tenant now. ``by`` put it there, None if Teams does not say.

    ``offers`` is set where somebody is to be asked whether escalations should be shown there.
    """

    place: Place
    by: Caller | None
    at: datetime
    service_url: str
    offers: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """A room is gone or closed to us: the one with this address, or all of a team."""

    tenant: str
    reason: str
    address: str = ""
    team: str = ""


def installation(activity: Json) -> Arrived | Lost | None:
    """What an ``installationUpdate`` means; None if nothing follows from it.

    It alone names the channel that was chosen while installing, so offers begin here. An upgrade of the app removes it
    and adds it, and nothing changes by that.
    """
    match activity.get("action"):
        case "add":
            place = place_of(activity)
            chosen = told_id(inner(inner(channel_data(activity), "settings"), "selectedChannel").get("id"))
            if place.kind is Kind.CHANNEL and kind_of(chosen) is Kind.CHANNEL:
                place = replace(place, address=chosen, name=place.name if chosen == place.address else "")
            return _arrived(activity, place, offers=True)
        case "add-upgrade":
            return _arrived(activity, place_of(activity), offers=False)
        case "remove":
            return _removed(place_of(activity))
    return None


def update(activity: Json) -> Arrived | Lost | None:
    """What a ``conversationUpdate`` means; None if nothing follows: people who come and go are met elsewhere."""
    event, place = told_text(channel_data(activity).get("eventType")), place_of(activity)
    channel = told_id(inner(channel_data(activity), "channel").get("id")) or place.address
    match event:
        case "channelDeleted":
            return Lost(place.tenant, wording.CHANNEL_DELETED, address=channel)
        case "teamDeleted" | "teamHardDeleted":
            return Lost(place.tenant, wording.TEAM_DELETED, team=place.team or place.address)
    # A private or shared channel has members of its own, and says so with events of its own.
    own = event in ("channelMemberAdded", "channelMemberRemoved") and kind_of(channel) is Kind.CHANNEL
    if _names_us(activity, "membersAdded"):
        told = replace(place, address=channel, name="") if own and channel != place.address else place
        # An installation comes with this and names who made it; here, most senders have no name of the tenant's.
        return _arrived(activity, told, offers=own) if own or caller_of(activity) else None
    if _names_us(activity, "membersRemoved"):
        return Lost(place.tenant, wording.REMOVED_FROM_CHANNEL, address=channel) if own else _removed(place)
    return None


def _arrived(activity: Json, place: Place, *, offers: bool) -> Arrived | None:
    # An administrator may roll the app out to everybody: the first of them is not to be the owner of all.
    if place.kind is Kind.PERSONAL:
        return None
    return Arrived(place, caller_of(activity), time_of(activity), told_text(activity.get("serviceUrl")), offers)


def _removed(place: Place) -> Lost | None:
    match place.kind:
        case Kind.CHANNEL:
            return Lost(place.tenant, wording.REMOVED_FROM_TEAM, team=place.team or place.address)
        case Kind.GROUP:
            return Lost(place.tenant, wording.REMOVED_FROM_CHAT, address=place.address)
        case Kind.PERSONAL:
            return None


def _names_us(activity: Json, name: str) -> bool:
    us = bot_of(activity)
    return bool(us) and any(member.get("id") == us for member in listed(activity, name, MOST_MEMBERS))
