"""The named values that statements are given, each with its type, so that every statement spells them alike."""

import sqlalchemy as sa

from core.people import Identity
from storage.statements import Params
from storage.types import Instant

_TEXT = sa.Text()
_WHEN = Instant()
_NUMBER = sa.Integer()

ACCOUNT = sa.bindparam("account", type_=_TEXT)
HANDOFF = sa.bindparam("handoff", type_=_TEXT)
AT = sa.bindparam("at", type_=_WHEN)
REQUEST = sa.bindparam("request", type_=_TEXT)
EVENT = sa.bindparam("event", type_=_TEXT)
PLATFORM = sa.bindparam("platform", type_=_TEXT)
WORKSPACE = sa.bindparam("workspace", type_=_TEXT)
USER = sa.bindparam("user", type_=_TEXT)
LANE = sa.bindparam("lane", type_=_TEXT)
HOLDER = sa.bindparam("holder", type_=_TEXT)
KEY = sa.bindparam("key", type_=_TEXT)
NOW = sa.bindparam("now", type_=_WHEN)


def text(name: str) -> sa.BindParameter[str]:
    """A text that only one statement asks for."""
    return sa.bindparam(name, type_=_TEXT)


def number(name: str) -> sa.BindParameter[int]:
    """A whole number that only one statement asks for."""
    return sa.bindparam(name, type_=_NUMBER)


def instant(name: str) -> sa.BindParameter[object]:
    """A time that only one statement asks for."""
    return sa.bindparam(name, type_=_WHEN)


def flag(name: str) -> sa.BindParameter[bool]:
    """A yes or no that only one statement asks for."""
    return sa.bindparam(name, type_=sa.Boolean())


def caller(identity: Identity) -> Params:
    """The values by which a statement finds who made a gesture."""
    return {"platform": identity.platform, "workspace": identity.workspace, "user": identity.user}
