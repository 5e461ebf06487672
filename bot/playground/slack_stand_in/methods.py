"""Which Web API methods there are, what scope each needs, and how one is carried out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.playground.slack_stand_in import methods_chat as chat
from bot.playground.slack_stand_in import methods_conversations as conversations
from bot.playground.slack_stand_in import methods_people as people
from bot.playground.slack_stand_in import methods_views as views
from bot.playground.slack_stand_in.arguments import Arguments
from bot.playground.slack_stand_in.records import Json, Refused
from bot.playground.slack_stand_in.workspace import Workspace

Perform = Callable[[Workspace, Arguments], Json]
SCOPES = frozenset(
    {
        "commands",
        "chat:write",
        "im:write",
        "im:read",
        "im:history",
        "channels:read",
        "channels:history",
        "groups:read",
        "groups:history",
        "users:read",
        people.EMAIL_SCOPE,
    }
)


@dataclass(frozen=True, slots=True)
class Method:
    """A method and the scope it needs; "{kind}" stands for channels, groups or im, by the channel it is about."""

    perform: Perform
    scope: str | None = None


METHODS: dict[str, Method] = {
    "auth.test": Method(people.auth_test),
    "chat.postMessage": Method(chat.post_message, "chat:write"),
    "chat.update": Method(chat.update, "chat:write"),
    "chat.delete": Method(chat.delete, "chat:write"),
    "chat.postEphemeral": Method(chat.post_ephemeral, "chat:write"),
    "chat.getPermalink": Method(chat.get_permalink),
    "conversations.open": Method(conversations.open_direct, "im:write"),
    "conversations.info": Method(conversations.info, "{kind}:read"),
    "conversations.history": Method(conversations.history, "{kind}:history"),
    "conversations.replies": Method(conversations.replies, "{kind}:history"),
    "users.lookupByEmail": Method(people.look_up_by_email, people.EMAIL_SCOPE),
    "users.info": Method(people.user_info, "users:read"),
    "views.open": Method(views.open_view),
    "views.update": Method(views.update_view),
}


def carry_out(workspace: Workspace, name: str, args: Mapping[str, Any]) -> Json:
    """The answer of a method without its "ok", or ``Refused``, unknown_method and missing_scope among the reasons."""
    method = METHODS.get(name)
    if method is None:
        raise Refused("unknown_method", req_method=name)
    if method.scope:
        needed = method.scope.format(kind=_kind(workspace, args.get("channel")))
        if needed not in workspace.scopes:
            raise Refused("missing_scope", needed=needed, provided=",".join(sorted(workspace.scopes)))
    return method.perform(workspace, Arguments(args))


def _kind(workspace: Workspace, channel_id: object) -> str:
    channel = workspace.channels.get(channel_id) if isinstance(channel_id, str) else None
    if channel and channel.im_with:
        return "im"
    return "groups" if channel and channel.is_private else "channels"
