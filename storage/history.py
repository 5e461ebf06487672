"""History of an account beside what its people did to handoffs: one line at a time."""

from typing import Any

import sqlalchemy as sa

from core.events import Entry, Event
from core.ids import new_id
from storage.binds import ACCOUNT, AT, EVENT, PLATFORM, WORKSPACE, number, text
from storage.scripts import Script, run
from storage.statements import Params, Row, adds
from storage.tables import events, people

_ADD = adds(
    events,
    {
        "account": ACCOUNT,
        "id": EVENT,
        "handoff": text("of_handoff"),
        "name": text("event_name"),
        "person": text("person"),
        "platform": PLATFORM,
        "workspace": WORKSPACE,
        "at": AT,
        "subject": text("subject"),
        "was": text("was"),
        "became": text("became"),
    },
)


def note(
    params: Params, happened: Event, handoff: str | None = None, *, subject: str = "", was: str = "", became: str = ""
) -> Script[str]:
    """Add a line and answer its id; ``params`` say the account, when, who (None for Baton itself) and where from.

    ``subject`` is what it happened to, ``was`` and ``became`` how that stood before and after.
    """
    event = new_id(params["at"])
    line = {"event": event, "event_name": str(happened), "of_handoff": handoff}
    yield from run(_ADD, {**params, **line, "subject": subject, "was": was, "became": became})
    return event


def _lines() -> "sa.Select[Any]":
    c = events.c
    return (
        sa.select(c.id, c.at, c.name, people.c.name.label("who"), c.platform, c.workspace, c.handoff)
        .add_columns(c.subject, c.was, c.became)
        .outerjoin(people, sa.and_(people.c.account == c.account, people.c.id == c.person))
        .where(c.account == ACCOUNT)
    )


_LINE = _lines().where(events.c.id == EVENT)
# What people did to handoffs is told with the handoffs.
NEWEST = _lines().where(events.c.handoff.is_(None)).order_by(events.c.id.desc()).limit(number("most"))


def to_entry(row: Row) -> Entry:
    """A line as core reads it."""
    return Entry(
        id=row.id,
        at=row.at,
        event=Event(row.name),
        who=row.who or "",
        platform=row.platform or "",
        workspace=row.workspace or "",
        handoff=row.handoff or "",
        subject=row.subject,
        before=row.was,
        after=row.became,
    )


def entry(params: Params, event: str) -> Script[Entry]:
    """A line that was just added, as it will be listed; ``params`` say the account."""
    [row] = yield from run(_LINE, {**params, "event": event})
    return to_entry(row)
