"""Response URLs: five uses in thirty minutes, for the conversation in which somebody did something."""

from bot.playground.slack_stand_in.arguments import Arguments
from bot.playground.slack_stand_in.blocks import check_message_blocks
from bot.playground.slack_stand_in.records import Draft, Hook, Json, Message, Refused
from bot.playground.slack_stand_in.workspace import HOOK_LIFE, HOOK_USES, Workspace


def use_hook(workspace: Workspace, name: str, payload: Json) -> Json:
    """Answer through a response URL, or ``Refused``: expired_url, used_url, no_text, invalid_blocks and the like."""
    hook = workspace.hooks.get(name)
    if hook is None or workspace.clock() - hook.at > HOOK_LIFE:
        raise Refused("expired_url")
    if hook.uses >= HOOK_USES:
        raise Refused("used_url")
    hook.uses += 1
    args = Arguments(payload)
    original = workspace.message(hook.channel, hook.ts) if hook.ts else None
    if args.flag("delete_original"):
        _delete(workspace, original)
    else:
        say(workspace, hook, payload, original if args.flag("replace_original") else None)
    return {"ok": True}


def say(workspace: Workspace, hook: Hook, payload: Json, original: Message | None = None) -> Message:
    """Say something in a hook's conversation: in place of the original, to everybody, or (the default) to one alone."""
    args = Arguments(payload)
    args.refuse_unsimulated("attachments")
    draft = Draft(args.text("text"), check_message_blocks(payload.get("blocks")), None)
    if not draft.text.strip() and not draft.blocks:
        raise Refused("no_text")
    if original:
        original.say(draft, workspace.next_ts())
        workspace.feed.changed()
        return original
    alone = args.text("response_type", "ephemeral") != "in_channel"
    return workspace.add_message(
        Message(
            hook.channel,
            workspace.next_ts(),
            workspace.bot.id,
            draft.text,
            draft.blocks,
            thread_ts=args.text("thread_ts") or None,
            ephemeral_to=hook.user if alone else None,
        )
    )


def _delete(workspace: Workspace, original: Message | None) -> None:
    if original is None:
        raise Refused("message_not_found")
    original.deleted = True
    workspace.feed.changed()
