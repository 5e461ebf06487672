"""The Web API's methods for messages."""

import json
import re
from typing import Any

from bot.playground.slack_stand_in import shapes
from bot.playground.slack_stand_in.arguments import Arguments
from bot.playground.slack_stand_in.blocks import check_message_blocks
from bot.playground.slack_stand_in.records import Channel, Draft, Json, Message, Refused
from bot.playground.slack_stand_in.workspace import Workspace

# Slack cuts longer posts at 40,000 characters; the stand-in refuses them, so that no test takes the cut for whole.
MOST_POSTED, MOST_UPDATED, MOST_METADATA_BYTES = 40_000, 4_000, 16_384
_EVENT_TYPE = re.compile(r"[A-Za-z0-9_]+")
_UNSIMULATED = ("attachments", "markdown_text", "as_user", "username", "icon_emoji", "icon_url", "file_ids")


def _draft(args: Arguments, most: int) -> Draft:
    args.refuse_unsimulated(*_UNSIMULATED)
    text = args.text("text")
    blocks = check_message_blocks(args.json("blocks", "invalid_blocks_format"))
    if not text.strip() and not blocks:
        raise Refused("no_text")
    if len(text) > most:
        raise Refused("msg_too_long")
    return Draft(text, blocks, _metadata(args.json("metadata", "invalid_metadata_format")))


def _metadata(metadata: Any) -> Json | None:
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise Refused("invalid_metadata_format")
    event_type, payload = metadata.get("event_type"), metadata.get("event_payload")
    if (
        set(metadata) != {"event_type", "event_payload"}
        or not isinstance(event_type, str)
        or not _EVENT_TYPE.fullmatch(event_type)
        or not isinstance(payload, dict)
        or not all(_is_property(value) for value in payload.values())
    ):
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(metadata).encode()) > MOST_METADATA_BYTES:
        raise Refused("metadata_too_large")
    return metadata


def _is_property(value: Any) -> bool:
    """A plain value, an object of plain values, or a list of such objects (@slack/types, message-metadata)."""
    if isinstance(value, list):
        return all(isinstance(item, dict) and _is_property(item) for item in value)
    plain = value.values() if isinstance(value, dict) else [value]
    return all(isinstance(one, str | int | float) for one in plain)


def destination(workspace: Workspace, address: str) -> Channel:
    """Where a post goes: a channel id, a channel's name, or a user id, which opens the direct message."""
    if address in workspace.users:
        if workspace.users[address].is_bot:
            raise Refused("cannot_dm_bot")
        if workspace.users[address].deleted:
            raise Refused("channel_not_found")
        return workspace.direct(address)
    named = next(
        (c.id for c in workspace.channels.values() if not c.im_with and c.name == address.removeprefix("#")), None
    )
    return workspace.member_channel(named or address)


def post_message(workspace: Workspace, args: Arguments) -> Json:
    """chat.postMessage."""
    channel = destination(workspace, args.needed("channel"))
    draft = _draft(args, MOST_POSTED)
    thread = _thread(workspace, channel, args.text("thread_ts"))
    ts = workspace.next_ts()
    message = Message(channel.id, ts, workspace.bot.id, draft.text, draft.blocks, draft.metadata, thread_ts=thread)
    workspace.add_message(message)
    return {"channel": channel.id, "ts": message.ts, "message": shapes.message(workspace, message, metadata=True)}


def _thread(workspace: Workspace, channel: Channel, ts: str) -> str | None:
    """The thread that a post goes into. Slack takes a reply's ts as well, but says to avoid it."""
    if not ts:
        return None
    root = workspace.message(channel.id, ts)
    if root is None or root.ephemeral_to:
        raise Refused("thread_not_found")
    if root.thread_ts not in (None, ts):
        raise Refused("cannot_reply_to_message")
    return ts


def _own(workspace: Workspace, args: Arguments, not_own: str) -> Message:
    # A direct message is addressed by its channel id here: unlike for a post, a user id is not enough.
    channel = workspace.member_channel(args.needed("channel"), writing=False)
    if channel.is_archived:
        raise Refused("is_inactive")
    message = workspace.message(channel.id, args.needed("ts"))
    if message is None or message.ephemeral_to:
        raise Refused("message_not_found")
    if not message.by_bot:
        raise Refused(not_own)
    return message


def update(workspace: Workspace, args: Arguments) -> Json:
    """chat.update: what is not given is taken away, except the metadata, which stays."""
    message = _own(workspace, args, "cant_update_message")
    message.say(_draft(args, MOST_UPDATED), workspace.next_ts())
    workspace.feed.changed()
    shape = shapes.message(workspace, message, metadata=True)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shape}


def delete(workspace: Workspace, args: Arguments) -> Json:
    """chat.delete."""
    message = _own(workspace, args, "cant_delete_message")
    message.deleted = True
    workspace.feed.changed()
    return {"channel": message.channel, "ts": message.ts}


def post_ephemeral(workspace: Workspace, args: Arguments) -> Json:
    """chat.postEphemeral: seen by one member of the channel, and never found again in its history."""
    channel = workspace.member_channel(args.needed("channel"))
    user = args.needed("user")
    if user not in workspace.users or not channel.has(user):
        raise Refused("user_not_in_channel")
    draft = _draft(args, MOST_POSTED)
    message = Message(channel.id, workspace.next_ts(), workspace.bot.id, draft.text, draft.blocks, ephemeral_to=user)
    workspace.add_message(message)
    return {"message_ts": message.ts}


def get_permalink(workspace: Workspace, args: Arguments) -> Json:
    """chat.getPermalink."""
    channel = args.needed("channel")
    if channel not in workspace.channels:
        raise Refused("channel_not_found")
    message = workspace.message(channel, args.needed("message_ts"))
    if message is None or message.ephemeral_to:
        raise Refused("message_not_found")
    link = f"{workspace.url}archives/{channel}/p{message.ts.replace('.', '')}"
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel}"
    return {"channel": channel, "permalink": link}
