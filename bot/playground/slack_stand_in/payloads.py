"""The payloads that Slack sends when somebody does something, in their real shape."""

import re
from typing import Any

from bot.playground.slack_stand_in import shapes
from bot.playground.slack_stand_in.blocks import interactive
from bot.playground.slack_stand_in.forms import FIELDS, value_of
from bot.playground.slack_stand_in.records import Channel, Json, Message, View
from bot.playground.slack_stand_in.workspace import Workspace

# Slack still sends this deprecated proof of itself; nothing may rely on it.
TOKEN = "deprecated-verification-token"  # noqa: S105 - made up, opens nothing
_TYPED = re.compile(r"https?://[^\s<>|]+|(?<!\S)[@#][\w.-]*\w")


class GestureError(LookupError):
    """The gesture can't be made: there is no such button, field or message in front of this person."""


def escape(workspace: Workspace, text: str) -> str:
    """What somebody typed behind a command, as ``should_escape`` sends it: known names and links in angle brackets."""
    users = {user.name: user.id for user in workspace.users.values() if not user.deleted}
    channels = {channel.name: channel.id for channel in workspace.channels.values() if not channel.im_with}

    def known(match: re.Match[str]) -> str:
        typed = match[0]
        if typed.startswith("@") and typed[1:] in users:
            return f"<@{users[typed[1:]]}|{typed[1:]}>"
        if typed.startswith("#") and typed[1:] in channels:
            return f"<#{channels[typed[1:]]}|{typed[1:]}>"
        return f"<{typed}>" if typed.startswith("http") else typed

    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _TYPED.sub(known, plain)


def _user(workspace: Workspace, user: str) -> Json:
    name = workspace.users[user].name
    return {"id": user, "username": name, "name": name, "team_id": workspace.team.id}


def _envelope(workspace: Workspace, kind: str, user: str) -> Json:
    enterprise = workspace.enterprise
    return {
        "type": kind,
        "user": _user(workspace, user),
        "api_app_id": workspace.app_id,
        "token": TOKEN,
        "team": {"id": workspace.team.id, "domain": workspace.team.domain} | _company(workspace),
        "enterprise": {"id": enterprise.id, "name": enterprise.name} if enterprise else None,
        "is_enterprise_install": workspace.org_wide,
    }


def _company(workspace: Workspace) -> Json:
    enterprise = workspace.enterprise
    return {"enterprise_id": enterprise.id, "enterprise_name": enterprise.name} if enterprise else {}


def _channel_name(channel: Channel) -> str:
    return "privategroup" if channel.is_private else channel.name


def command(workspace: Workspace, user: str, name: str, text: str, channel: Channel, hooks: str) -> Json:
    """The fields of a slash command."""
    return {
        "token": TOKEN,
        "team_id": workspace.team.id,
        "team_domain": workspace.team.domain,
        "channel_id": channel.id,
        "channel_name": _channel_name(channel),
        "user_id": user,
        "user_name": workspace.users[user].name,
        "command": name,
        "text": escape(workspace, text),
        "api_app_id": workspace.app_id,
        "is_enterprise_install": str(workspace.org_wide).lower(),
        **_company(workspace),
        "response_url": workspace.open_hook(hooks, user, channel.id),
        "trigger_id": workspace.trigger_for(user),
    }


def _action(workspace: Workspace, blocks: list[Json], action_id: str, given: Any) -> Json:
    for block in blocks:
        for element in interactive(block):
            if element.get("action_id") != action_id:
                continue
            action = {"action_id": action_id, "block_id": block["block_id"], "type": element["type"]}
            if element["type"] == "button":
                action |= {key: element[key] for key in ("text", "value", "style", "url") if key in element}
            elif element["type"] in FIELDS:
                action |= value_of(element, given)
            elif element["type"] == "overflow":
                action["selected_option"] = next(o for o in element["options"] if o["value"] == given)
            return {**action, "action_ts": workspace.next_ts()}
    raise GestureError(f"there is no {action_id!r} to press here")


def click(workspace: Workspace, user: str, message: Message, action_id: str, given: Any, hooks: str) -> Json:
    """A ``block_actions`` payload for an element of a message."""
    action, channel = _action(workspace, message.blocks, action_id, given), workspace.channels[message.channel]
    ephemeral = message.ephemeral_to is not None
    payload = _envelope(workspace, "block_actions", user) | {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": ephemeral,
        },
        "trigger_id": workspace.trigger_for(user),
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        "state": {"values": {}},
        "response_url": workspace.open_hook(hooks, user, channel.id, message.ts),
        "actions": [action],
    }
    return payload if ephemeral else payload | {"message": shapes.message(workspace, message, metadata=True)}


def click_in_view(workspace: Workspace, user: str, view: View, action_id: str, given: Any) -> Json:
    """A ``block_actions`` payload for an element of a modal."""
    return _envelope(workspace, "block_actions", user) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": workspace.trigger_for(user),
        "view": shapes.view(workspace, view),
        "actions": [_action(workspace, view.content["blocks"], action_id, given)],
    }


def submission(workspace: Workspace, user: str, view: View) -> Json:
    """A ``view_submission`` payload with all that stands in the fields."""
    return _envelope(workspace, "view_submission", user) | {
        "trigger_id": workspace.trigger_for(user),
        "view": shapes.view(workspace, view),
        "response_urls": [],
    }


def closing(workspace: Workspace, user: str, view: View, *, cleared: bool) -> Json:
    """A ``view_closed`` payload."""
    return _envelope(workspace, "view_closed", user) | {"view": shapes.view(workspace, view), "is_cleared": cleared}


def event(workspace: Workspace, inner: Json, event_id: str | None) -> Json:
    """An ``event_callback`` body around an inner event."""
    enterprise = workspace.enterprise.id if workspace.enterprise else None
    return {
        "token": TOKEN,
        "team_id": workspace.team.id,
        **({"enterprise_id": enterprise} if enterprise else {}),
        "api_app_id": workspace.app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": event_id or workspace.next_id("Ev"),
        "event_time": int(workspace.clock().timestamp()),
        "authorizations": [
            {
                "enterprise_id": enterprise,
                "team_id": None if workspace.org_wide else workspace.team.id,
                "user_id": workspace.bot.id,
                "is_bot": True,
                "is_enterprise_install": workspace.org_wide,
            }
        ],
        "is_ext_shared_channel": False,
    }
