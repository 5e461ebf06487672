"""History of an account beside its handoffs: one line at a time."""

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
        "name": text("event_name"),
        "person": text("person"),
        "platform": PLATFORM,
        "workspace": WORKSPACE,
        "at": AT,
    },
)


def note(params: Params, happened: Event) -> Script[None]:
    """Add a line; ``params`` say the account, when, who (None for the configuration) and where from."""
    yield from run(_ADD, {**params, "event": new_id(params["at"]), "event_name": str(happened)})
