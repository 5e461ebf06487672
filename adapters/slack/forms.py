"""The modals: the escalation form, the note of a resolution, and the page that says how it went."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.slack import limits, wording
from adapters.slack.draft import Draft
from adapters.slack.elements import Block, context, fit, labelled, paragraph, plain
from core import wording as product
from core.handoff import Priority, Seen
from core.snapshot import Field, Invalid

ESCALATE = "baton.escalate"
RESOLVE = "baton.resolve"
DONE = "baton.done"

View = dict[str, Any]


def escalation(draft: Draft, shown_in: str = wording.ROOMS_SOUGHT) -> View:
    """The escalation form, filled with a draft.

    Each input's block_id and action_id is the name of its field: errors find it, and an update keeps what was typed.
    """
    blocks = [
        _asked(
            Field.PROBLEM,
            product.PROBLEM,
            _typed(Field.PROBLEM, draft.snapshot.problem),
            wording.PROBLEM_HINT,
            optional=False,
        ),
        _asked(
            Field.TRIED, product.TRIED, _typed(Field.TRIED, draft.snapshot.tried, multiline=True), wording.TRIED_HINT
        ),
        _asked(Field.CUSTOMER, product.CUSTOMER, _typed(Field.CUSTOMER, draft.snapshot.customer)),
        _asked(Field.TICKET, product.TICKET, _typed(Field.TICKET, draft.snapshot.ticket), wording.TICKET_HINT),
        _asked(Field.PRIORITY, product.PRIORITY, _priorities(draft.priority), optional=False),
        _asked(Field.TARGET, product.PICK_UP_BY, _people(draft.target), wording.TARGET_HINT),
        context([plain(shown_in, limits.SECTION)], "shown_in"),
    ]
    return _form(ESCALATE, wording.FORM_TITLE, wording.FORM_SUBMIT, blocks)


def resolution(handoff: str, seen: Seen | None) -> View:
    """The form that asks for a note before a handoff is resolved; which one it is about travels in its metadata."""
    about = {"handoff": handoff}
    if seen:
        about |= {"copy": seen.copy, "version": str(seen.version)}
    note = _asked(Field.NOTE, product.NOTE, _typed(Field.NOTE, "", multiline=True), wording.NOTE_HINT)
    view = _form(RESOLVE, wording.RESOLVE_TITLE, wording.RESOLVE_SUBMIT, [note])
    return view | {"private_metadata": json.dumps(about)}


def said(sentence: str, kept: str = "") -> View:
    """What a form turns into once it was answered: a sentence, and the note that was not recorded, if one was typed."""
    blocks = [paragraph(sentence, limits.SECTION, "sentence")]
    if kept.strip():
        blocks.append(labelled(wording.YOUR_NOTE, kept, limits.RICH_TEXT, "kept"))
    return {
        "type": "modal",
        "callback_id": DONE,
        "title": plain(wording.DONE_TITLE, limits.VIEW_TITLE),
        "close": plain(wording.CLOSE, limits.VIEW_TITLE),
        "blocks": blocks,
    }


def updated(view: View) -> dict[str, Any]:
    """The answer to a submission that puts another page in the form's place."""
    return {"response_action": "update", "view": view}


def errors(found: Sequence[Invalid]) -> dict[str, Any]:
    """The answer to a submission that says at each field what is wrong; the form stays as it is, every word kept."""
    sentences: dict[str, str] = {}
    for invalid in found:
        sentences.setdefault(invalid.field.value, product.invalid(invalid))
    return _at_fields(sentences)


def error(field: Field, sentence: str) -> dict[str, Any]:
    """The answer to a submission that could not be taken for a reason of ours, said at the form's main field."""
    return _at_fields({field.value: fit(sentence, limits.LABEL)})


def _at_fields(sentences: Mapping[str, str]) -> dict[str, Any]:
    return {"response_action": "errors", "errors": dict(sentences)}


def _form(callback_id: str, title: str, submit: str, blocks: list[Block]) -> View:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, limits.VIEW_TITLE),
        "submit": plain(submit, limits.VIEW_TITLE),
        "close": plain(wording.CANCEL, limits.VIEW_TITLE),
        "blocks": blocks,
    }


def _asked(field: Field, label: str, element: Block, hint: str = "", optional: bool = True) -> Block:
    block: Block = {
        "type": "input",
        "block_id": field.value,
        "label": plain(label, limits.LABEL),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, limits.LABEL)
    return block


def _typed(field: Field, value: str, multiline: bool = False) -> Block:
    """A text input. It has no ``max_length``: a text past the limit is answered at its field, with the words kept."""
    element: Block = {"type": "plain_text_input", "action_id": field.value, "multiline": multiline}
    if value.strip():
        element["initial_value"] = fit(value, limits.INPUT_VALUE)
    return element


def _priorities(chosen: Priority) -> Block:
    options = {level: _option(level) for level in Priority}
    return {
        "type": "static_select",
        "action_id": Field.PRIORITY.value,
        "options": list(options.values()),
        "initial_option": options[chosen],
    }


def _option(level: Priority) -> Block:
    return {"text": plain(product.priority(level), limits.OPTION_TEXT), "value": level.name.lower()}


def _people(chosen: str) -> Block:
    element: Block = {
        "type": "users_select",
        "action_id": Field.TARGET.value,
        "placeholder": plain(wording.CHOOSE_SOMEBODY, limits.PLACEHOLDER),
    }
    if chosen:
        element["initial_user"] = chosen
    return element
