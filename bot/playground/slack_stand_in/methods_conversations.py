"""The Web API's methods for conversations and what was said in them."""

from collections.abc import Callable
from decimal import InvalidOperation

from bot.playground.slack_stand_in import shapes
from bot.playground.slack_stand_in.arguments import Arguments
from bot.playground.slack_stand_in.records import Json, Message, Refused
from bot.playground.slack_stand_in.workspace import Workspace, moment


def open_direct(workspace: Workspace, args: Arguments) -> Json:
    """conversations.open, for the direct message with one user."""
    users = args.needed("users").split(",")
    if len(users) > 1:
        raise Refused("not_simulated")
    user = workspace.users.get(users[0])
    if user is None:
        raise Refused("user_not_found")
    if user.deleted:
        raise Refused("user_disabled")
    if user.is_bot:
        raise Refused("cannot_dm_bot")
    channel = workspace.direct(user.id)
    return {"channel": shapes.channel(workspace, channel) if args.flag("return_im") else {"id": channel.id}}


def info(workspace: Workspace, args: Arguments) -> Json:
    """conversations.info."""
    channel = workspace.channels.get(args.needed("channel"))
    if channel is None or (channel.is_private and not channel.bot_is_member):
        raise Refused("channel_not_found")
    return {"channel": shapes.channel(workspace, channel)}


def history(workspace: Workspace, args: Arguments) -> Json:
    """conversations.history: the newest first, without thread replies and ephemeral messages."""
    channel = workspace.member_channel(args.needed("channel"), writing=False)
    within = _window(args)
    found = [m for m in _said(workspace, channel.id) if m.thread_ts in (None, m.ts) and within(m)]
    return _page(workspace, args, found[::-1], 100)


def replies(workspace: Workspace, args: Arguments) -> Json:
    """conversations.replies: a message and its thread, the oldest first."""
    channel = workspace.member_channel(args.needed("channel"), writing=False)
    ts, within = args.needed("ts"), _window(args)
    thread = [m for m in _said(workspace, channel.id) if ts in (m.ts, m.thread_ts)]
    if not thread:
        raise Refused("thread_not_found")
    return _page(workspace, args, [m for m in thread if m.ts == ts or within(m)], 999)


def _said(workspace: Workspace, channel: str) -> list[Message]:
    return [m for m in workspace.messages if m.channel == channel and not m.deleted and not m.ephemeral_to]


def _window(args: Arguments) -> Callable[[Message], bool]:
    inclusive = args.flag("inclusive")
    try:
        oldest = moment(args.text("oldest", "0"))
    except InvalidOperation:
        raise Refused("invalid_ts_oldest") from None
    try:
        latest = moment(args.text("latest") or "Infinity")
    except InvalidOperation:
        raise Refused("invalid_ts_latest") from None

    def within(message: Message) -> bool:
        at = moment(message.ts)
        return oldest <= at <= latest if inclusive else oldest < at < latest

    return within


def _page(workspace: Workspace, args: Arguments, found: list[Message], usual: int) -> Json:
    limit, start = args.number("limit", usual), args.text("cursor", "at:0").removeprefix("at:")
    if not 1 <= limit <= 999:
        raise Refused("invalid_limit")
    limit = min(limit, workspace.page)
    if not start.isdecimal():
        raise Refused("invalid_cursor")
    first = int(start)
    metadata, more = args.flag("include_all_metadata"), len(found) > first + limit
    return {
        "messages": [shapes.message(workspace, m, metadata=metadata) for m in found[first : first + limit]],
        "has_more": more,
        "response_metadata": {"next_cursor": f"at:{first + limit}" if more else ""},
    }
