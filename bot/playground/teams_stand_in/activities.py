"""The activities that Teams sends, in the shape of the real ones."""

from collections.abc import Sequence
from html import escape
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5
from zoneinfo import ZoneInfo

from bot.playground.teams_stand_in.directory import Channel, User
from bot.playground.teams_stand_in.records import Json, base_of
from bot.playground.teams_stand_in.server import TeamsStandIn

BOT_NAME = "Baton"


def activity(standin: TeamsStandIn, user: User, conversation: str, kind: str, **more: Any) -> Json:
    """An activity of a person in a conversation; ``more`` are the keys of its kind."""
    now = standin.clock()
    local = now.astimezone(ZoneInfo(user.time_zone))
    tenant = standin.tenant_id
    whole: Json = {
        "type": kind,
        "id": f"f:{uuid4()}",
        "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "localTimestamp": local.isoformat(timespec="milliseconds"),
        "channelId": "msteams",
        "serviceUrl": standin.service_url,
        "from": {"id": user.id, "name": user.name},
        "conversation": {"tenantId": tenant, "id": conversation},
        "recipient": {"id": standin.bot_id, "name": BOT_NAME},
        "entities": [
            {
                "type": "clientInfo",
                "locale": user.locale,
                "country": user.locale[-2:],
                "platform": "Web",
                "timezone": user.time_zone,
            }
        ],
        "channelData": {"tenant": {"id": tenant}},
        "locale": user.locale,
        "localTimezone": user.time_zone,
        **more,
    }
    if user.aad_object_id:
        whole["from"]["aadObjectId"] = user.aad_object_id
    place, channels = base_of(conversation), standin.directory.channels
    team = channels[place].team_id if place in channels else place
    if any(channel.team_id == team for channel in channels.values()):
        whole["conversation"] |= {"isGroup": True, "conversationType": "channel"}
        whole["channelData"] |= {"channel": {"id": place}, "team": {"id": team}}
    elif place in standin.directory.groups:
        whole["conversation"] |= {"isGroup": True, "conversationType": "groupChat"}
    else:
        whole["conversation"] |= {"conversationType": "personal"}
    return whole


def pressed(standin: TeamsStandIn, user: User, conversation: str, message_id: str, action: Json, data: Json) -> Json:
    """The invoke of an Action.Execute; ``data`` holds the action's own and what was filled in."""
    sent = {name: action[name] for name in ("type", "id", "title", "verb") if name in action} | {"data": data}
    whole = activity(
        standin,
        user,
        conversation,
        "invoke",
        name="adaptiveCard/action",
        replyToId=message_id,
        value={"action": sent, "trigger": "manual"},
    )
    whole["channelData"] |= {"source": {"name": "message"}, "legacy": {"replyToId": f"1:1{message_id}"}}
    return whole


def submitted(standin: TeamsStandIn, user: User, conversation: str, message_id: str, data: Json) -> Json:
    """The message that an Action.Submit becomes: it has a value and no text, and nobody sees it."""
    whole = activity(standin, user, conversation, "message", replyToId=message_id, value=data)
    whole["id"] = standin.connector.next_id()
    whole["channelData"] |= {"source": {"name": "message"}, "legacy": {"replyToId": f"1:1{message_id}"}}
    return whole


def said(
    standin: TeamsStandIn, user: User, conversation: str, message_id: str, text: str, mentions: Sequence[User] = ()
) -> Json:
    """A message to the bot; in a channel or group chat it is mentioned, since it hears of no other messages.

    "@Name" of everybody in ``mentions`` becomes a mention of them.
    """
    whole = activity(standin, user, conversation, "message", textFormat="plain", text=text)
    whole["id"] = message_id
    html = escape(text)
    for person in mentions:
        tag = _mention(whole, person.id, person.name)
        whole["text"] = whole["text"].replace(f"@{person.name}", tag, 1)
        html = html.replace(f"@{person.name}", _span(person.name), 1)
    if standin.directory.shared(base_of(conversation)):
        tag = _mention(whole, standin.bot_id, BOT_NAME)
        whole["text"] = f"{tag} {whole['text']}"
        html = f"{_span(BOT_NAME)} {html}"
    whole["attachments"] = [{"contentType": "text/html", "content": f"<div><div>{html}</div></div>"}]
    return whole


def installed(standin: TeamsStandIn, user: User, place: str, *, added: bool) -> list[Json]:
    """What is sent when the app comes to a team, a group chat or a person, or leaves.

    A team hears of it in its General channel, and the installation names the channel that was chosen; the change of
    members does not say by its sender's aadObjectId who made it. A private channel sends a change of members alone.
    """
    room = standin.directory.channels.get(place)
    conversation = room.team_id if room and not room.private else place
    members = {"membersAdded" if added else "membersRemoved": [{"id": standin.bot_id}]}
    change = activity(standin, user, conversation, "conversationUpdate", **members)
    change["from"] = {"id": user.id}
    if room and room.private:
        change["channelData"]["eventType"] = "channelMemberAdded" if added else "channelMemberRemoved"
        return [change]
    update = activity(standin, user, conversation, "installationUpdate", action="add" if added else "remove")
    chosen = place
    if room:
        change["channelData"]["eventType"] = "teamMemberAdded" if added else "teamMemberRemoved"
        for one in (change, update):
            one["channelData"]["team"] |= {"name": room.team_name, "aadGroupId": _group_of(room.team_id)}
    elif place not in standin.directory.groups:
        chosen = f"19:{user.aad_object_id}_{standin.app_id}@unq.gbl.spaces"
    update["channelData"] |= {"settings": {"selectedChannel": {"id": chosen}}, "source": {"name": "message"}}
    return [change, update]


def deleted(standin: TeamsStandIn, user: User, channel: Channel) -> Json:
    """What is sent when somebody deletes a channel."""
    whole = activity(standin, user, channel.team_id, "conversationUpdate")
    whole["from"] = {"id": user.id}
    whole["channelData"] |= {
        "eventType": "channelDeleted",
        "channel": {"id": channel.id, "name": channel.name},
        "team": {"id": channel.team_id, "name": channel.team_name, "aadGroupId": _group_of(channel.team_id)},
    }
    return whole


def _mention(whole: Json, mentioned: str, name: str) -> str:
    tag = f"<at>{name}</at>"
    whole["entities"].append({"type": "mention", "text": tag, "mentioned": {"id": mentioned, "name": name}})
    return tag


def _span(name: str) -> str:
    return f'<span itemscope itemtype="http://schema.skype.com/Mention" itemid="0">{escape(name)}</span>'


def _group_of(team: str) -> str:
    return str(uuid5(NAMESPACE_URL, team))
