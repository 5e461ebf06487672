"""How Slack writes its things in JSON: messages, users, channels, views."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.playground.slack_stand_in.records import Channel, Json, Message, User, View
from bot.playground.slack_stand_in.workspace import Workspace


def message(workspace: Workspace, of: Message, *, metadata: bool = False) -> Json:
    """A message as history, answers and button payloads carry it."""
    shape: Json = {"type": "message", "user": of.user, "ts": of.ts, "text": of.text, "team": workspace.team.id}
    if of.by_bot:
        shape |= {"bot_id": workspace.bot_id, "app_id": workspace.app_id}
    if of.other_bot:
        shape["bot_id"] = of.other_bot
    if of.blocks:
        shape["blocks"] = of.blocks
    if of.thread_ts:
        shape["thread_ts"] = of.thread_ts
    if of.edited_ts:
        shape["edited"] = {"user": of.user, "ts": of.edited_ts}
    if metadata and of.metadata is not None:
        shape["metadata"] = of.metadata
    return shape


def user(workspace: Workspace, of: User, *, email: bool) -> Json:
    """A user as users.info answers; the e-mail address only for those who may read it."""
    now = workspace.clock()
    zone = now.astimezone(ZoneInfo(of.tz))
    profile: Json = {"real_name": of.real_name, "display_name": of.name, "team": workspace.team.id}
    if email and of.email and not of.is_bot:
        profile["email"] = of.email
    shape: Json = {
        "id": of.id,
        "team_id": workspace.team.id,
        "name": of.name,
        "deleted": of.deleted,
        "is_bot": of.is_bot,
        "is_app_user": False,
        "updated": int(now.timestamp()),
        "profile": profile,
    }
    if workspace.enterprise:
        shape["enterprise_user"] = {
            "id": of.id,
            "enterprise_id": workspace.enterprise.id,
            "enterprise_name": workspace.enterprise.name,
            "teams": [workspace.team.id],
        }
    if of.deleted:
        return shape
    return shape | {
        "real_name": of.real_name,
        "tz": of.tz,
        "tz_label": zone.tzname(),
        "tz_offset": _offset(zone),
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": of.is_restricted,
        "is_ultra_restricted": of.is_ultra_restricted,
        "is_email_confirmed": of.is_email_confirmed,
    }


def _offset(zone: datetime) -> int:
    offset = zone.utcoffset()
    return int(offset.total_seconds()) if offset else 0


def channel(workspace: Workspace, of: Channel) -> Json:
    """A channel as conversations.info answers."""
    if of.im_with:
        return {"id": of.id, "is_im": True, "user": of.im_with, "is_archived": False, "is_org_shared": False}
    return {
        "id": of.id,
        "name": of.name,
        "name_normalized": of.name,
        "is_channel": not of.is_private,
        "is_group": of.is_private,
        "is_im": False,
        "is_mpim": of.is_mpim,
        "is_private": of.is_private,
        "is_archived": of.is_archived,
        "is_member": of.bot_is_member,
        "context_team_id": workspace.team.id,
    }


def view(workspace: Workspace, of: View) -> Json:
    """A view as views.open answers and as form payloads carry it."""
    content = of.content
    return {
        "id": of.id,
        "team_id": workspace.team.id,
        "type": "modal",
        "blocks": content["blocks"],
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "state": {"values": of.values},
        "hash": of.hash,
        "title": content["title"],
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "close": content.get("close"),
        "submit": content.get("submit"),
        "previous_view_id": of.previous,
        "root_view_id": of.root,
        "app_id": workspace.app_id,
        "external_id": content.get("external_id", ""),
        "app_installed_team_id": workspace.installed_for,
        "bot_id": workspace.bot_id,
    }
