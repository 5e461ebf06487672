"""What works once: states and codes, kept by their digests until they are used or too old."""

from datetime import datetime

import sqlalchemy as sa

from core.account import OneTime, Purpose
from storage.binds import AT, instant, text
from storage.scripts import Ending, Script, run
from storage.statements import adds
from storage.tables import one_time
from storage.types import fixed

_O = one_time.c
_KEEP = adds(
    one_time,
    {
        "digest": text("digest"),
        "purpose": text("purpose"),
        "account": text("its_account"),
        "platform": text("its_platform"),
        "workspace": text("its_workspace"),
        "user_id": text("its_user"),
        "expires_at": instant("expires_at"),
    },
)
_GOOD = (_O.digest == text("digest"), _O.expires_at > AT)
# One statement decides who of those that come at once was first.
_USE = sa.delete(one_time).where(*_GOOD, _O.purpose == text("purpose")).returning(_O.digest)
# A code is held while it is found out whether it can do what it is for; then it is used up, or stays.
TAKE = sa.select(one_time).where(*_GOOD, _O.purpose != fixed(Purpose.STATE)).with_for_update()
USE_UP = sa.delete(one_time).where(_O.digest == text("digest"))
_PRUNE = sa.delete(one_time).where(_O.expires_at <= AT).returning(_O.digest)


def keep(one: OneTime) -> Script[Ending[None]]:
    """The transaction of ``Codes.keep``."""
    by = one.by.identity if one.by else None
    params = {
        "digest": one.digest,
        "purpose": str(one.purpose),
        "its_account": one.account,
        "its_platform": by and by.platform,
        "its_workspace": by and by.workspace,
        "its_user": by and by.user,
        "expires_at": one.expires_at,
    }
    yield from run(_KEEP, params)
    return None, False


def use(purpose: Purpose, digest: str, at: datetime) -> Script[Ending[bool]]:
    """The transaction of ``Codes.use``."""
    return bool((yield from run(_USE, {"digest": digest, "purpose": str(purpose), "at": at}))), False


def prune(at: datetime) -> Script[Ending[int]]:
    """The transaction of ``Codes.prune``."""
    return len((yield from run(_PRUNE, {"at": at}))), False
