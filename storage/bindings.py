"""Which workspace belongs to which account, and what was installed in it: the statements about the two."""

import sqlalchemy as sa

from storage.binds import ACCOUNT, AT, PLATFORM, WORKSPACE, flag, instant, text
from storage.statements import Change, Dialect, adds, adds_if_new
from storage.tables import accounts, installations, workspaces
from storage.types import EMPTY

_W, _I = workspaces.c, installations.c
_PLACE = (_W.platform == PLATFORM, _W.workspace == WORKSPACE)
_HERE = (_I.account == ACCOUNT, _I.platform == PLATFORM, _I.workspace == WORKSPACE)

# Whose a workspace is, also if it has left.
BOUND = sa.select(_W.account, _W.removed_at).where(*_PLACE)
TAKE = BOUND.with_for_update()
ACCOUNT_OF = sa.select(_W.account).where(*_PLACE, _W.removed_at.is_(None))
ACCOUNTS = sa.select(_W.account).distinct().order_by(_W.account)
OTHERS = sa.select(_W.workspace).where(_W.account == ACCOUNT, _W.removed_at.is_(None), sa.not_(sa.and_(*_PLACE)))
MOVE = sa.update(workspaces).where(*_PLACE).values(account=ACCOUNT)
REMOVE = sa.update(workspaces).where(*_PLACE).values(removed_at=AT)
RETURN = (
    sa.update(workspaces).where(*_PLACE, _W.removed_at.is_not(None)).values(removed_at=sa.null()).returning(_W.account)
)

# What is installed there. One that was made after the platform says that it was removed is another one.
FORGET = sa.delete(installations).where(*_HERE, _I.installed_at < instant("began")).returning(_I.name)
MOVE_OUT = sa.delete(installations).where(*_HERE)
INSTALLED = sa.select(installations).where(*_HERE)
ALL_INSTALLED = sa.select(installations).where(_I.account == ACCOUNT).order_by(_I.installed_at)
ADD = adds(
    installations,
    {
        "account": ACCOUNT,
        "platform": PLATFORM,
        "workspace": WORKSPACE,
        "name": text("name"),
        "configured": flag("configured"),
        "token": text("token"),
        "facts": text("facts"),
        "installer": text("installer"),
        "installed_at": instant("installed_at"),
    },
)
RENEW = (
    sa.update(installations)
    .where(*_HERE)
    .values(
        name=sa.func.coalesce(sa.func.nullif(text("name"), EMPTY), _I.name),
        token=sa.case((_I.configured, EMPTY), else_=text("token")),
        facts=text("facts"),
        installer=sa.func.coalesce(_I.installer, text("installer")),
        installed_at=instant("installed_at"),
    )
    .returning(_I.name)
)
# The operator's settings hold its token from now on.
CONFIGURE = sa.update(installations).where(*_HERE).values(configured=sa.true(), token=EMPTY).returning(_I.account)
RELINQUISH = sa.update(installations).where(*_HERE).values(configured=sa.false())


def _make_account(dialect: Dialect) -> Change:
    values = {"id": ACCOUNT, "name": text("name"), "created_at": AT}
    return adds_if_new(dialect, accounts, values).returning(accounts.c.id)


def _bind(dialect: Dialect) -> Change:
    values = {"platform": PLATFORM, "workspace": WORKSPACE, "account": ACCOUNT}
    return adds_if_new(dialect, workspaces, values).returning(_W.account)


_DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgresql")
MAKE_ACCOUNT = {dialect: _make_account(dialect) for dialect in _DIALECTS}
BIND = {dialect: _bind(dialect) for dialect in _DIALECTS}
