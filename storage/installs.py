"""Installing: a workspace finds its account again, or gets a new one, whose owner is whoever installed Baton there."""

import json
from typing import Any

import sqlalchemy as sa

from core.account import Install, Installed
from core.events import Event
from core.ids import new_id
from core.people import Caller, Profile, Role
from storage import bindings
from storage.binds import ACCOUNT
from storage.carrying import give
from storage.crossing import enter
from storage.history import note
from storage.holding import hold_bound
from storage.people import meet
from storage.scripts import Ending, OutOfDate, Script, run
from storage.seal import Seal
from storage.statements import Dialect, Params
from storage.tables import installations, people
from storage.types import level

_OWNED = sa.union_all(
    sa.select(people.c.id).where(people.c.account == ACCOUNT, people.c.role == level(Role.OWNER)),
    sa.select(installations.c.workspace).where(installations.c.account == ACCOUNT, installations.c.configured),
)


def install(dialect: Dialect, seal: Seal, new: Install) -> Script[Ending[Installed]]:
    """The transaction of ``Installs.install``."""
    made = new.installation
    params: dict[str, Any] = {
        "platform": made.platform,
        "workspace": made.workspace,
        "at": new.at,
        "person": None,
        "name": new.name,
    }
    bound = yield from run(bindings.BOUND, params)
    account = bound[0].account if bound else new_id(new.at)
    params["account"] = account
    if bound:
        yield from hold_bound(dialect, params)
    else:
        yield from found(dialect, params | {"name": new.name or made.workspace})
        if not (yield from run(bindings.BIND[dialect], params)):
            raise OutOfDate  # somebody else has bound it just now
    back = bool((yield from run(bindings.RETURN, params)))
    given = {
        "token": made.token and seal.seal(made.token),
        "facts": json.dumps(dict(made.facts)),
        "installer": new.by.identity.user if new.by else None,
        "installed_at": new.at,
    }
    known = yield from run(bindings.RENEW, params | given)
    name = known[0].name if known else new.name or made.workspace
    if not known:
        yield from run(bindings.ADD, params | given | {"name": name, "configured": False})
    if new.by:
        params["person"] = yield from own(params, new.by, new.profile)
    if back or not bound:
        yield from note(params, Event.WORKSPACE_BOUND, subject=name)
    return Installed(account, new=not bound, again=back), False


def found(dialect: Dialect, params: Params) -> Script[None]:
    """Make a new account; ``params`` say its id, its name and when."""
    yield from enter(dialect, params["account"])
    yield from run(bindings.MAKE_ACCOUNT[dialect], params)
    nowhere = {"person": None, "platform": None, "workspace": None}
    yield from note({**params, **nowhere}, Event.ACCOUNT_MADE, subject=params["name"])


def own(params: Params, installer: Caller, profile: Profile | None) -> Script[str]:
    """Meet whoever installed it; answers their id. They own the account if it never had an owner.

    An owner who is away stays the owner, and that of the settings' account is named by whoever runs Baton: otherwise
    anybody who may install Baton anew could make the account theirs.
    """
    person, _ = yield from meet(params["account"], installer, profile, params["at"])
    if not (yield from run(_OWNED, params)):
        yield from give(params, person, Role.OWNER)
    return person.id
