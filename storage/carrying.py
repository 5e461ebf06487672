"""Carrying somebody over into another account, where they are met as the one that they leave knew them."""

import sqlalchemy as sa

from core.people import Identity, Profile, Standing
from storage.binds import ACCOUNT, PLATFORM, USER, WORKSPACE, caller
from storage.scripts import Script, run
from storage.statements import Params
from storage.tables import identities, people

_I, _P = identities.c, people.c
_KNOWN = (
    sa.select(_P.name, _I.email, _I.member, _I.standing)
    .join(people, sa.and_(_P.account == _I.account, _P.id == _I.person))
    .where(_I.account == ACCOUNT, _I.platform == PLATFORM, _I.workspace == WORKSPACE, _I.user_id == USER)
)


def profile_of(params: Params, who: Identity) -> Script[Profile | None]:
    """What an account knows of somebody, as their platform would say it; None for a stranger."""
    found = yield from run(_KNOWN, {**params, **caller(who)})
    if not found:
        return None
    [row] = found
    return Profile(row.name, row.email, bool(row.member), Standing(row.standing))
