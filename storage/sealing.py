"""The seals of an account's tokens: looked after when the keys change."""

import sqlalchemy as sa

from storage.binds import ACCOUNT, PLATFORM, WORKSPACE, text
from storage.scripts import Database, Ending, Script, run
from storage.seal import Seal
from storage.tables import installations
from storage.types import EMPTY

_I = installations.c
_TOKENS = (
    sa.select(_I.platform, _I.workspace, _I.token)
    .where(_I.account == ACCOUNT, _I.token != EMPTY)
    .order_by(_I.platform, _I.workspace)
)
_TAKE = _TOKENS.with_for_update()
_RESEAL = (
    sa.update(installations)
    .where(_I.account == ACCOUNT, _I.platform == PLATFORM, _I.workspace == WORKSPACE)
    .values(token=text("token"))
)


async def reseal(database: Database, account: str, seal: Seal) -> int:
    """Seal every token of an account anew that the first key does not open but another one does; answers how many."""

    def script() -> Script[Ending[int]]:
        number = 0
        for row in (yield from run(_TAKE, {"account": account})):
            token = seal.unseal(row.token) if seal.needs_new_seal(row.token) else None
            if token is not None:
                this = {"account": account, "platform": row.platform, "workspace": row.workspace}
                yield from run(_RESEAL, {**this, "token": seal.seal(token)})
                number += 1
        return number, False

    return await database.write(account, script)


async def sealed(database: Database, account: str, seal: Seal) -> tuple[int, int, int]:
    """How many tokens of an account the first key opens, how many only an older one, and how many none."""
    first = older = none = 0
    for row in await database.read(account, _TOKENS, {"account": account}):
        if not seal.needs_new_seal(row.token):
            first += 1
        elif seal.unseal(row.token) is not None:
            older += 1
        else:
            none += 1
    return first, older, none
