"""The snapshot: what was captured when something was handed off, and what a form may hold."""

import re
from dataclasses import dataclass
from enum import StrEnum

PROBLEM_LIMIT = 300
TRIED_LIMIT = 10_000
CUSTOMER_LIMIT = 100
NOTE_LIMIT = 2_000

# "12345", "#12345", "ABC-123", "INC0012345": what the usual ticket systems print.
_TICKET = re.compile(r"#?[0-9]{1,12}|#?[A-Za-z][A-Za-z0-9]{0,14}-?[0-9]{1,12}")
# Everything below U+0020 but tab and line feed, DEL, and halves of surrogate pairs: no database or platform takes them.
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class Field(StrEnum):
    """The parts of the escalation form, by which an answer finds its place."""

    PROBLEM = "problem"
    TRIED = "tried"
    CUSTOMER = "customer"
    TICKET = "ticket"
    PRIORITY = "priority"
    TARGET = "target"
    NOTE = "note"


class Reason(StrEnum):
    """Why a field can't be taken as it is; ``core.wording.invalid`` says it in a sentence."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    SEVERAL_LINES = "several_lines"
    UNKNOWN_FORMAT = "unknown_format"
    YOURSELF = "yourself"
    CANNOT_PICK_UP = "cannot_pick_up"


@dataclass(frozen=True, slots=True)
class Invalid:
    """One field that can't be taken, and why."""

    field: Field
    reason: Reason


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was captured: plain text as it was typed, "" where nothing was given."""

    problem: str
    tried: str = ""
    customer: str = ""
    ticket: str = ""


def clean(text: str) -> str:
    """The text without what can't be stored or shown (NUL, control characters, lone surrogates), trimmed."""
    return _UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def tidy_ticket(text: str) -> str:
    """A ticket number as it is shown: bare digits get their "#"."""
    text = clean(text)
    return f"#{text}" if text.isascii() and text.isdecimal() else text


def check(snapshot: Snapshot) -> list[Invalid]:
    """What is wrong with a snapshot, in the order of the form; empty when it can be recorded."""
    found: list[Invalid] = []
    if not snapshot.problem:
        found.append(Invalid(Field.PROBLEM, Reason.EMPTY))
    elif "\n" in snapshot.problem:
        found.append(Invalid(Field.PROBLEM, Reason.SEVERAL_LINES))
    for field, text, limit in (
        (Field.PROBLEM, snapshot.problem, PROBLEM_LIMIT),
        (Field.TRIED, snapshot.tried, TRIED_LIMIT),
        (Field.CUSTOMER, snapshot.customer, CUSTOMER_LIMIT),
    ):
        if len(text) > limit:
            found.append(Invalid(field, Reason.TOO_LONG))
    if snapshot.ticket and not _TICKET.fullmatch(snapshot.ticket):
        found.append(Invalid(Field.TICKET, Reason.UNKNOWN_FORMAT))
    return found


def check_note(note: str) -> list[Invalid]:
    """What is wrong with the note of a resolution."""
    return [Invalid(Field.NOTE, Reason.TOO_LONG)] if len(note) > NOTE_LIMIT else []
