"""History of an account beside what its people did to handoffs: one line at a time."""

from core.events import Event
from core.ids import new_id
from storage.binds import ACCOUNT, AT, EVENT, PLATFORM, WORKSPACE, text
from storage.scripts import Script, run
from storage.statements import Params, adds
from storage.tables import events

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
    },
)


def note(params: Params, happened: Event, handoff: str | None = None) -> Script[str]:
    """Add a line and answer its id; ``params`` say the account, when, who (None for Baton itself) and where from."""
    event = new_id(params["at"])
    yield from run(_ADD, {**params, "event": event, "event_name": str(happened), "of_handoff": handoff})
    return event
