"""The workspaces of an account, how they come, join, part and go, and the codes by which that is done."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from core.people import Caller, Person, Profile

# A code is read off one screen and typed on another: no letter that looks like a digit. 8 of 32 are 40 bits.
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
CODE_LIVES = timedelta(minutes=10)
STATE_LIVES = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace of an account. ``configured`` ones come from the operator's settings, and leave only by them."""

    platform: str
    workspace: str
    name: str
    configured: bool


@dataclass(frozen=True, slots=True)
class Installation:
    """What a platform gave us when Baton was installed in a workspace.

    ``token`` ("" where the platform gives none) and ``facts`` are for the platform's adapter alone; nobody logs either.
    """

    platform: str
    workspace: str
    token: str = field(repr=False)
    facts: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Install:
    """Baton was installed in a workspace by somebody (None: the platform does not say who).

    ``profile`` is the platform's record of them, if the adapter has asked for it already.
    """

    installation: Installation
    name: str
    by: Caller | None
    at: datetime
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class Installed:
    """The account that the workspace belongs to now; ``new`` if it was made for it, ``again`` if it had left before."""

    account: str
    new: bool
    again: bool


class Purpose(StrEnum):
    """What a one-time secret is good for."""

    STATE = "state"  # an installation that was begun in a browser
    WORKSPACE = "workspace"  # joining another workspace to the account
    PERSON = "person"  # linking another identity to the person


@dataclass(frozen=True, slots=True)
class OneTime:
    """A secret that works once and not for long, as it is kept: by its digest. A state belongs to no account."""

    purpose: Purpose
    digest: str
    expires_at: datetime
    account: str | None = None
    by: Caller | None = None


def new_code() -> str:
    """A fresh code, as people type it: "7K3M-P9QX"."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def tidy_code(typed: str) -> str:
    """A code as it was meant: any case, with or without the hyphen, O for 0 and I or L for 1."""
    letters = "".join(typed.split()).replace("-", "").upper()
    return letters.replace("O", "0").replace("I", "1").replace("L", "1")


def looks_like_a_code(typed: str) -> bool:
    """Whether it could be one."""
    letters = tidy_code(typed)
    return len(letters) == CODE_LENGTH and all(letter in CODE_LETTERS for letter in letters)


def digest(secret: str) -> str:
    """What is kept of a secret (a code is tidied first)."""
    return sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Redeem:
    """Somebody typed a code; ``digest`` is of the tidied code."""

    by: Caller
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Joined:
    """The workspace of whoever typed the code now belongs to the account that the code came from.

    ``issuer`` made the code, ``person`` is who typed it, as that account knows them; ``workspace`` is the one that came
    and ``account_name`` where it came to.
    """

    account: str
    account_name: str
    workspace: Workspace
    person: Person
    issuer: str


@dataclass(frozen=True, slots=True)
class Linked:
    """Whoever typed the code and whoever made it are one person now."""

    person: Person


@dataclass(frozen=True, slots=True)
class Parted:
    """A workspace has an account of its own again."""

    workspace: Workspace
    account: str
