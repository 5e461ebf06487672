"""What Baton's answer to a form does to the modals on a person's screen."""

from typing import Any

from bot.playground.slack_stand_in.methods_views import replace
from bot.playground.slack_stand_in.modals import check_modal
from bot.playground.slack_stand_in.records import Refused, View
from bot.playground.slack_stand_in.workspace import Workspace

BROKEN = "invalid_view_response"


def apply_answer(workspace: Workspace, view: View, body: Any) -> str | None:
    """Close, clear, update or push as the answer says; BROKEN for what Slack could not use, and the form stays."""
    answer = body or {}
    if not isinstance(answer, dict):
        return BROKEN
    action = answer.get("response_action")
    try:
        match action:
            case None if not answer:
                view.open = False
            case "clear":
                for other in workspace.stack_of(view.root):
                    other.open = False
            case "errors":
                return _errors(workspace, view, answer.get("errors"))
            case "update":
                replace(workspace, view, check_modal(answer.get("view")))
            case "push":
                workspace.show_view(view.user, check_modal(answer.get("view")), below=view)
            case _:
                return BROKEN
    except Refused:
        return BROKEN
    workspace.feed.changed()
    return None


def _errors(workspace: Workspace, view: View, errors: Any) -> str | None:
    fields = {block["block_id"] for block in view.content["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= fields:
        return BROKEN
    if not all(isinstance(text, str) and text for text in errors.values()):
        return BROKEN
    view.errors = dict(errors)
    workspace.feed.changed()
    return None


def close(workspace: Workspace, view: View) -> None:
    """Close a modal as its cross does: alone, or with its whole stack if it says so."""
    stack = workspace.stack_of(view.root) if view.content.get("clear_on_close") else [view]
    for each in stack:
        each.open = False
    workspace.feed.changed()
