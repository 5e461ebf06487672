"""News: a line of the account's history that is owed to those whom it concerns, wherever they are known."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from core.handoff import Notice, Priority
from core.people import Role
from storage.binds import ACCOUNT, AT, EVENT, text
from storage.handoffs import is_active, is_installed
from storage.scripts import Script, run
from storage.statements import Dialect, Params, adds_if_new
from storage.tables import deliveries, events, identities, lanes, people
from storage.types import ONE, ZERO, fixed, joined, level

_I, _P = identities.c, people.c
_LANE = joined(_I.platform, _I.workspace, _I.user_id)
# Whoever can't act is not told, and nobody is where Baton is not installed any more.
_REACHED = (
    _I.account == ACCOUNT,
    is_active(identities),
    is_installed(identities),
    _P.account == _I.account,
    _P.id == _I.person,
)
_ITS_MAKER = sa.select(events.c.person).where(events.c.account == ACCOUNT, events.c.id == EVENT).scalar_subquery()
# Who did it was answered where they did it.
_ADMINS = sa.and_(_P.role >= level(Role.ADMIN), _P.id.is_distinct_from(_ITS_MAKER))
_ONE_PERSON = _P.id == text("told")

Owes = Mapping[Dialect, tuple[sa.Insert, Any]]


def _owes(dialect: Dialect, whom: sa.ColumnElement[bool]) -> tuple[sa.Insert, Any]:
    """The private lanes of these people, made at first use, and the line owed in each."""
    lane = {
        "account": ACCOUNT,
        "id": _LANE,
        "platform": _I.platform,
        "workspace": _I.workspace,
        "address": _I.user_id,
        "private": sa.true(),
    }
    say = {
        "account": ACCOUNT,
        "key": joined("say", EVENT, _LANE),
        "lane": _LANE,
        "about": fixed(Notice.NEWS),
        "event": EVENT,
        "priority": level(Priority.HIGH),
        "wanted": ONE,
        "done": ZERO,
        "state": fixed("pending"),
        "due_at": AT,
        "attempts": ZERO,
        "failures": ZERO,
        "created_at": AT,
    }
    # Whom it concerns twice over, as an admin and as themselves, is told once.
    told = adds_if_new(dialect, deliveries, say, *_REACHED, whom).returning(deliveries.c.key)
    return adds_if_new(dialect, lanes, lane, *_REACHED, whom), told


_TO_ADMINS: Owes = {"sqlite": _owes("sqlite", _ADMINS), "postgresql": _owes("postgresql", _ADMINS)}
_TO_PERSON: Owes = {"sqlite": _owes("sqlite", _ONE_PERSON), "postgresql": _owes("postgresql", _ONE_PERSON)}


def tell_admins(dialect: Dialect, params: Params, event: str) -> Script[bool]:
    """Owe a line of history to every other admin and owner than who made it; answers whether it is owed to anybody.

    ``params`` say the account and when; ``event`` is the line's id.
    """
    return (yield from _tell(_TO_ADMINS[dialect], {**params, "event": event}))


def tell_person(dialect: Dialect, params: Params, event: str, person: str) -> Script[bool]:
    """The same, to one person."""
    return (yield from _tell(_TO_PERSON[dialect], {**params, "event": event, "told": person}))


def _tell(owes: tuple[sa.Insert, Any], params: Params) -> Script[bool]:
    opens, says = owes
    yield from run(opens, params)
    return bool((yield from run(says, params)))
