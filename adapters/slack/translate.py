"""What Slack sends, made into our types: pure, and the last place where there are dicts of somebody else's making."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.slack import render
from adapters.slack.draft import Draft, Mention, pieces
from core.desk import VERBS, Click
from core.handoff import Priority, Seen
from core.orders import Order, read
from core.people import Caller, Identity
from core.snapshot import Field, Snapshot
from core.use_cases.escalate import Escalation

PLATFORM = "slack"

Payload = Mapping[str, Any]


class Unreadable(Exception):
    """The payload lacks something that Slack always sends; there is nothing to act on."""


def text(payload: object, *path: str) -> str:
    """The string at a path of keys, "" if there is none."""
    for key in path:
        payload = payload.get(key) if isinstance(payload, Mapping) else None
    return payload if isinstance(payload, str) else ""


def workspace(payload: Payload) -> str:
    """The workspace that a gesture was made in; "" if it names none, or if whoever made it is of another.

    That is the enterprise where Baton is installed for all of it. In a channel shared between companies the places that
    a payload names differ: docs.slack.dev/apis/slack-connect.
    """
    named = {
        text(payload, "team_id"),
        text(payload, "team", "id"),
        text(payload, "user", "team_id"),
        text(payload, "view", "team_id"),
        text(payload, "view", "app_installed_team_id"),
    } - {""}
    if not _for_enterprise(payload):
        return named.pop() if len(named) == 1 else ""
    enterprise = _enterprise(payload)
    return enterprise if len(named - {enterprise}) <= 1 else ""


def told_to(payload: Payload) -> str:
    """The workspace whose installation an event is sent for; "" if it names none.

    In a shared channel ``team_id`` may be the other company's: docs.slack.dev/apis/events-api, "authorizations".
    """
    given = payload.get("authorizations")
    first = given[0] if isinstance(given, list) and given and isinstance(given[0], Mapping) else payload
    return _enterprise(first) if _for_enterprise(first) else text(first, "team_id")


def happened_at(payload: Payload) -> datetime:
    """When an event happened. Slack tells whole seconds: the end of that one."""
    told = payload.get("event_time")
    if not isinstance(told, int) or not 0 < told < 2**40:
        raise Unreadable
    return datetime.fromtimestamp(told, UTC) + timedelta(microseconds=999_999)


def caller(payload: Payload) -> Caller:
    """Who made the gesture; commands spell it flat, everything else has objects."""
    user = text(payload, "user_id") or text(payload, "user", "id")
    place = workspace(payload)
    if not user or not place:
        raise Unreadable
    names = (text(payload, "user_name"), text(payload, "user", "username"), text(payload, "user", "name"), user)
    return Caller(Identity(PLATFORM, place, user), next(name for name in names if name), conversation(payload))


def conversation(payload: Payload) -> str:
    """The channel that a gesture was made in, "" if in none."""
    return text(payload, "channel_id") or text(payload, "channel", "id")


def order(payload: Payload) -> Order:
    """What was said behind ``/baton``, with the people it mentions."""
    by = caller(payload)

    def met(piece: str | Mention) -> str | Caller:
        if isinstance(piece, str):
            return piece
        return Caller(Identity(PLATFORM, by.identity.workspace, piece.user), piece.name, by.conversation)

    return read([met(piece) for piece in pieces(text(payload, "text"))])


def escalation_now(payload: Payload, draft: Draft) -> Escalation:
    """``/escalate now``: the draft as it is."""
    return _escalation(payload, f"command:{trigger(payload)}", draft)


def escalation_submitted(payload: Payload) -> Escalation:
    """The escalation form, sent."""
    return _escalation(payload, f"view:{_view_id(payload)}", _filled(payload))


def click(payload: Payload) -> Click:
    """A card's button, pressed. What can't be read (an old button, another card) is ``Unreadable``."""
    pressed = action(payload)
    verb = text(pressed, "action_id").removeprefix(render.ACTION)
    try:
        value = json.loads(text(pressed, "value"))
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    handoff = text(value, "handoff")
    if verb not in VERBS or not handoff:
        raise Unreadable
    return Click(verb, handoff, caller(payload), f"action:{trigger(payload)}", _seen(payload, value))


def resolution_submitted(payload: Payload) -> Click:
    """The form with the note of a resolution, sent; its metadata says which handoff it is about."""
    try:
        about = json.loads(text(payload, "view", "private_metadata"))
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    handoff, copy, version = text(about, "handoff"), text(about, "copy"), text(about, "version")
    if not handoff:
        raise Unreadable
    seen = Seen(copy, int(version)) if copy and version.isdecimal() else None
    return Click("resolved", handoff, caller(payload), f"view:{_view_id(payload)}", seen, note(payload))


def note(payload: Payload) -> str:
    """What was typed into the note of a resolution."""
    return _input(payload, Field.NOTE, "value")


def action(payload: Payload) -> Payload:
    """The one action of a ``block_actions`` payload."""
    actions = payload.get("actions")
    found = actions[0] if isinstance(actions, list) and actions else None
    if not isinstance(found, Mapping):
        raise Unreadable
    return found


def trigger(payload: Payload) -> str:
    """What opens a modal within 3 s, once; also what tells one gesture from another."""
    found = text(payload, "trigger_id")
    if not found:
        raise Unreadable
    return found


def _for_enterprise(payload: Payload) -> bool:
    return str(payload.get("is_enterprise_install")).lower() == "true"  # commands spell it out


def _enterprise(payload: Payload) -> str:
    return text(payload, "enterprise_id") or text(payload, "enterprise", "id") or text(payload, "team", "enterprise_id")


def _escalation(payload: Payload, request: str, draft: Draft) -> Escalation:
    by = caller(payload)
    target = None
    if draft.target:
        identity = Identity(PLATFORM, by.identity.workspace, draft.target)
        target = Caller(identity, draft.target_name or draft.target, by.conversation)
    return Escalation(by, request, draft.snapshot, draft.priority, target)


def _filled(payload: Payload) -> Draft:
    snapshot = Snapshot(
        _input(payload, Field.PROBLEM, "value"),
        _input(payload, Field.TRIED, "value"),
        _input(payload, Field.CUSTOMER, "value"),
        _input(payload, Field.TICKET, "value"),
    )
    chosen = _input(payload, Field.PRIORITY, "selected_option", "value").upper()
    priority = Priority[chosen] if chosen in Priority.__members__ else Priority.NORMAL
    return Draft(snapshot, priority, _input(payload, Field.TARGET, "selected_user"))


def _input(payload: Payload, field: Field, *path: str) -> str:
    return text(payload, "view", "state", "values", field.value, field.value, *path)


def _view_id(payload: Payload) -> str:
    found = text(payload, "view", "id")
    if not found:
        raise Unreadable
    return found


def _seen(payload: Payload, value: object) -> Seen | None:
    """The copy that the button hangs on; None where it hangs on none that can be corrected (a private message)."""
    container = payload.get("container")
    channel = text(container, "channel_id") or text(payload, "channel", "id")
    ts = text(container, "message_ts") or text(payload, "message", "ts")
    version = value.get("version") if isinstance(value, Mapping) else None
    private = isinstance(container, Mapping) and container.get("is_ephemeral") is True
    if private or not channel or not ts or not isinstance(version, int):
        return None
    return Seen(f"{channel}:{ts}", version)
