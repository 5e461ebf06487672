"""People, the identities that platforms know them by, and the roles that say what they may do."""

from dataclasses import dataclass
from enum import IntEnum


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


@dataclass(frozen=True, slots=True)
class Profile:
    """What a platform's own records say of one of its users.

    ``member`` is true only for a confirmed, full member of the workspace: no guest, no bot, not deactivated. Only
    members are linked across platforms by ``email``.
    """

    name: str
    email: str | None
    member: bool


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
