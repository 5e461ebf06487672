"""The activities that Teams sends, in the shape of the real ones."""

from html import escape
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from bot.playground.teams_stand_in.directory import User
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
    channel = standin.directory.channels.get(base_of(conversation))
    if channel:
        whole["conversation"] |= {"isGroup": True, "conversationType": "channel"}
        whole["channelData"] |= {"channel": {"id": channel.id}, "team": {"id": channel.team_id}}
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


def said(standin: TeamsStandIn, user: User, conversation: str, message_id: str, text: str) -> Json:
    """A message to the bot; in a channel it is mentioned, since it hears of no other messages."""
    whole = activity(standin, user, conversation, "message", textFormat="plain", text=text)
    whole["id"] = message_id
    html = f"<div><div>{escape(text)}</div></div>"
    if base_of(conversation) in standin.directory.channels:
        whole["text"] = f"<at>{BOT_NAME}</at> {text}"
        mentioned = {"id": standin.bot_id, "name": BOT_NAME}
        whole["entities"].append({"type": "mention", "text": f"<at>{BOT_NAME}</at>", "mentioned": mentioned})
        span = f'<span itemscope itemtype="http://schema.skype.com/Mention" itemid="0">{BOT_NAME}</span>'
        html = f"<div><div>{span} {escape(text)}</div></div>"
    whole["attachments"] = [{"contentType": "text/html", "content": html}]
    return whole


def installed(standin: TeamsStandIn, user: User, conversation: str, *, added: bool) -> list[Json]:
    """What is sent when the app comes to a team or a person, or leaves."""
    members = {"membersAdded" if added else "membersRemoved": [{"id": standin.bot_id}]}
    change = activity(standin, user, conversation, "conversationUpdate", **members)
    update = activity(standin, user, conversation, "installationUpdate", action="add" if added else "remove")
    if base_of(conversation) in standin.directory.channels:
        change["channelData"]["eventType"] = "teamMemberAdded" if added else "teamMemberRemoved"
    return [change, update]
