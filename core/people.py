"""People, the identities that platforms know them by, and the roles that say what they may do."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class Role(IntEnum):
    """What a person may do; each role may do all that the ones before it may."""

    VIEWER = 0
    ENGINEER = 1
    ADMIN = 2
    OWNER = 3


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as one platform knows them. All three parts are opaque to everything but that platform's adapter."""

    platform: str
    workspace: str
    user: str


class Standing(StrEnum):
    """Whether whoever is behind an identity may act at all, as the platform itself says."""

    ACTIVE = "active"
    DEACTIVATED = "deactivated"
    BOT = "bot"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a platform's own records say of one of its users.

    ``member`` is true only for a confirmed, full member of the workspace: no guest, no bot, not deactivated. Only
    members are linked across platforms by ``email``.
    """

    name: str
    email: str | None
    member: bool
    standing: Standing = Standing.ACTIVE


@dataclass(frozen=True, slots=True)
class Person:
    """Someone in an account."""

    id: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Caller:
    """Who made a gesture: their identity, the name it carried, and the conversation it came from ("" if none).

    ``conversation`` is opaque; an adapter may need it to look the caller up.
    """

    identity: Identity
    name: str
    conversation: str = ""


class How(StrEnum):
    """How an identity came to its person."""

    MET = "met"  # it was the first that was seen of them
    ADDRESS = "address"  # the same e-mail address on both platforms' records
    CODE = "code"  # they proved it themselves


@dataclass(frozen=True, slots=True)
class Known:
    """An identity as an account keeps it."""

    identity: Identity
    email: str | None
    member: bool
    standing: Standing
    how: How
    met_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A person with everything that is known of them. ``given`` says that somebody chose the role, and no default."""

    person: Person
    given: bool
    identities: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class Strangers:
    """Nothing was done: these identities are not known in the account yet. Meet them, then ask again."""

    identities: tuple[Identity, ...]
