"""The account that the operator's settings make: its workspaces and rooms, as they are configured now."""

from datetime import datetime

from core.events import Event
from core.ports import Configuration
from storage import bindings
from storage.history import note
from storage.people import locked
from storage.rooms import arrange
from storage.scripts import Ending, Script, run
from storage.statements import Dialect, Params


def configure(dialect: Dialect, wanted: Configuration, at: datetime) -> Script[Ending[None]]:
    """The transaction of ``Accounts.configure``."""
    params = {"account": wanted.account, "at": at, "person": None, "name": wanted.name}
    if (yield from run(bindings.MAKE_ACCOUNT[dialect], params)):
        yield from note(params | {"platform": None, "workspace": None}, Event.ACCOUNT_MADE, subject=wanted.name)
    yield from locked(params)
    for platform, workspace in wanted.workspaces:
        yield from _bind(dialect, params | {"platform": platform, "workspace": workspace})
    for row in (yield from run(bindings.ALL_INSTALLED, params)):
        named = (row.platform, row.workspace) in wanted.workspaces or row.platform in wanted.pending
        if row.configured and not named:
            yield from run(bindings.RELINQUISH, params | {"platform": row.platform, "workspace": row.workspace})
    yield from arrange(dialect, wanted.account, wanted.rooms, wanted.pending, at)
    return None, False


def _bind(dialect: Dialect, params: Params) -> Script[None]:
    new = yield from run(bindings.BIND[dialect], params)
    [bound] = yield from run(bindings.BOUND, params)
    if bound.account != params["account"]:
        raise ValueError(f"the workspace {params['platform']}:{params['workspace']} already belongs to another account")
    back = yield from run(bindings.RETURN, params)
    if not (yield from run(bindings.CONFIGURE, params)):
        # What it is called is not known here: its platform says so when somebody installs Baton there.
        given = {"name": params["workspace"], "configured": True, "token": "", "facts": "{}", "installer": None}
        yield from run(bindings.ADD, {**params, **given, "installed_at": params["at"]})
    if new or back:
        yield from note(params, Event.WORKSPACE_BOUND, subject=params["workspace"])
