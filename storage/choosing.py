"""What the admins of an account choose."""

import sqlalchemy as sa

from core import account_settings
from core.account_settings import NAMES, AccountSettings, changed, to_text, words
from core.changes import Changed, ChangeSetting, Hindered, Hindrance
from core.events import Event
from core.people import Role
from storage.binds import ACCOUNT, number, text
from storage.history import entry, note
from storage.scripts import Ending, Script, run
from storage.statements import Params, Row
from storage.tables import accounts, identities, people

CHOSEN = sa.select(accounts.c.settings).where(accounts.c.id == ACCOUNT)
_CHOOSE = sa.update(accounts).where(accounts.c.id == ACCOUNT).values(settings=text("settings"))
# Guests are viewers already. Whom a platform could not tell us about is one as well, if most people are.
_EVERYBODY = sa.update(people).where(people.c.account == ACCOUNT, ~people.c.given).values(role=number("role"))
_MEMBERS = _EVERYBODY.where(
    sa.exists().where(identities.c.account == people.c.account, identities.c.person == people.c.id, identities.c.member)
)


def to_settings(row: Row) -> AccountSettings:
    """The row of ``CHOSEN``."""
    return account_settings.from_text(row.settings)


def choose(params: Params, before: AccountSettings, change: ChangeSetting) -> Script[Ending[Changed | Hindered]]:
    """Give a setting another value; whoever nobody gave a role follows the default one."""
    if change.name not in NAMES:
        return Hindered(Hindrance.NOT_A_SETTING), False
    after = changed(before, change.name, change.value)
    if after is None:
        return Hindered(Hindrance.NOT_A_VALUE), False
    if after == before:
        return Hindered(Hindrance.ALREADY_SO), False
    yield from run(_CHOOSE, {**params, "settings": to_text(after)})
    if after.default_role is not before.default_role:
        follow = _EVERYBODY if after.default_role is Role.VIEWER else _MEMBERS
        yield from run(follow, {**params, "role": int(after.default_role)})
    was, became = words(before, change.name), words(after, change.name)
    event = yield from note(params, Event.SETTING_CHANGED, subject=change.name, was=was, became=became)
    return Changed((yield from entry(params, event))), False
