"""The Web API's methods for modals."""

from bot.playground.slack_stand_in import forms, shapes
from bot.playground.slack_stand_in.arguments import Arguments
from bot.playground.slack_stand_in.modals import check_modal
from bot.playground.slack_stand_in.records import Json, Refused, View
from bot.playground.slack_stand_in.workspace import Workspace


def open_view(workspace: Workspace, args: Arguments) -> Json:
    """views.open: the trigger is spent only on a modal that is right."""
    content = check_modal(args.json("view"))
    _check_external_id(workspace, content, None)
    trigger = workspace.spend_trigger(args.needed("trigger_id"))
    view = workspace.show_view(trigger.user, content)
    return {"view": shapes.view(workspace, view)}


def update_view(workspace: Workspace, args: Arguments) -> Json:
    """views.update: by id or external id; a hash that is no longer the view's own is refused."""
    view = _find(workspace, args)
    content = check_modal(args.json("view"))
    _check_external_id(workspace, content, view)
    if args.text("hash") not in ("", view.hash):
        raise Refused("hash_conflict")
    replace(workspace, view, content)
    return {"view": shapes.view(workspace, view)}


def replace(workspace: Workspace, view: View, content: Json) -> None:
    """Put new content into a view; what was typed stays in fields that keep their block and action id."""
    view.content, view.hash, view.errors = content, workspace.next_hash(), {}
    view.values = forms.carried_over(forms.initial_values(content["blocks"]), view.values)
    workspace.feed.changed()


def _find(workspace: Workspace, args: Arguments) -> View:
    view_id, external_id = args.text("view_id"), args.text("external_id")
    for view in workspace.views.values():
        if view.open and (view.id == view_id or (external_id and view.content.get("external_id") == external_id)):
            return view
    raise Refused("not_found")


def _check_external_id(workspace: Workspace, content: Json, view: View | None) -> None:
    external_id = content.get("external_id")
    taken = (v for v in workspace.views.values() if v.open and v is not view)
    if external_id and any(v.content.get("external_id") == external_id for v in taken):
        raise Refused("duplicate_external_id")
