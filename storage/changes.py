"""The changes that are no move on a handoff: each one transaction, made by whoever may make it, or not at all."""

from collections.abc import Mapping

from core.access import Right
from core.account_settings import AccountSettings
from core.changes import (
    Change,
    Changed,
    ChangeSetting,
    GiveRole,
    Guess,
    HideRoom,
    Hindered,
    LoseRooms,
    Refresh,
    ShowRoom,
    UnlinkSelf,
)
from core.people import Identity, Strangers
from storage import showing
from storage.choosing import choose
from storage.guessing import guess
from storage.makers import Maker, maker
from storage.people import locked
from storage.refreshing import refresh
from storage.roles import give_role
from storage.scripts import Ending, Script
from storage.statements import Dialect, Params
from storage.unlinking import unlink_self

Answer = Changed | Hindered | Strangers
_ByPeople = GiveRole | ChangeSetting | ShowRoom | HideRoom | UnlinkSelf | Guess

# What it takes; which role may give which is another question.
_TAKES: Mapping[type[_ByPeople], Right] = {
    ChangeSetting: Right.CHANGE_SETTINGS,
    ShowRoom: Right.CHOOSE_ROOMS,
    HideRoom: Right.CHOOSE_ROOMS,
    UnlinkSelf: Right.LINK_SELF,
    Guess: Right.LINK_SELF,
}


def apply(account: str, dialect: Dialect, change: Change) -> Script[Ending[Answer]]:
    """The transaction of ``Chosen.change``. Changes of one account are made one after the other."""
    params: Params = {"account": account, "at": change.at, "now": change.at}
    if isinstance(change, Refresh):
        return (yield from refresh(params, change))
    settings = yield from locked(params)
    if isinstance(change, LoseRooms):
        return (yield from showing.lose(dialect, params, change))
    about = change.whom if isinstance(change, GiveRole) and isinstance(change.whom, Identity) else None
    by = yield from maker(params, change.by, about)
    if not isinstance(by, Maker):
        return by, False
    right = _TAKES.get(type(change))
    if right and (hindered := by.lacks(right)):
        return hindered, False
    return (yield from _make(dialect, {**params, **by.place}, by, settings, change))


def _make(
    dialect: Dialect, params: Params, by: Maker, settings: AccountSettings, change: _ByPeople
) -> Script[Ending[Answer]]:
    match change:
        case GiveRole():
            return (yield from give_role(dialect, params, by, change))
        case ChangeSetting():
            return (yield from choose(params, settings, change))
        case ShowRoom():
            return (yield from showing.show(dialect, params, change))
        case HideRoom():
            return (yield from showing.hide(params, change))
        case UnlinkSelf() if by.person:
            return (yield from unlink_self(params, by.person, settings, change))
        case Guess() if by.person:
            return (yield from guess(dialect, params, by.person))
    raise ValueError(f"the operator has no identity: {change}")
