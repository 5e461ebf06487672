"""Installing: a workspace finds its account again, or gets a new one, whose owner is whoever installed Baton there."""

import json
from typing import Any

from core.account import Install, Installed
from core.events import Event
from core.ids import new_id
from core.people import Caller, Person, Profile, Role
from storage import bindings
from storage.crossing import enter
from storage.history import note
from storage.people import locked, meet
from storage.roles import GIVE, other_owners, word
from storage.scripts import Ending, OutOfDate, Script, run
from storage.seal import Seal
from storage.statements import Dialect, Params


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
    bound = yield from run(bindings.TAKE, params)
    account = bound[0].account if bound else new_id(new.at)
    params["account"] = account
    if bound:
        yield from enter(dialect, account)
        yield from locked(params)
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
    """Meet whoever installed it, who is an owner if there is none; answers their id."""
    person, _ = yield from meet(params["account"], installer, profile, params["at"])
    if person.role is not Role.OWNER and not (yield from other_owners(params, person.id)):
        yield from give(params, person, Role.OWNER)
    return person.id


def give(params: Params, person: Person, role: Role) -> Script[Person]:
    """Give somebody a role that comes with what they did, and say so in the history."""
    yield from run(GIVE, {**params, "whom": person.id, "role": int(role)})
    told = {**params, "person": person.id}
    yield from note(told, Event.ROLE_CHANGED, subject=person.name, was=word(person.role), became=word(role))
    return Person(person.id, person.name, role)
