"""What an account's admins can choose, and how the choices are written."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.access import LEAST, Right
from core.people import Role

LONGEST_RETENTION = 3650
FOR_EVER = "forever"


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """The choices of one account.

    ``default_role`` is what confirmed members get (guests are viewers). ``engineers_read_all`` lets engineers read
    resolved handoffs that they had no part in. ``retention_days`` is for how long after its resolution the captured
    text of a handoff is kept; None for ever.
    """

    default_role: Role = Role.ENGINEER
    engineers_read_all: bool = False
    retention_days: int | None = None

    @property
    def reads_all(self) -> Role:
        """The role from which on resolved handoffs may be read by those who had no part in them."""
        return Role.ENGINEER if self.engineers_read_all else LEAST[Right.READ_OVER]


# How each is called, and what may be said of it.
NAMES: Mapping[str, str] = {
    "default-role": "engineer or viewer: what full members are until somebody gives them a role",
    "readers": "admins or engineers: who may read resolved handoffs that they had no part in",
    "retention": "90d, or forever: how long after its resolution the text of a handoff is kept",
}


def words(settings: AccountSettings, name: str) -> str:
    """The value of a setting, as it is typed; ``KeyError`` for a name that is not one."""
    days = settings.retention_days
    return {
        "default-role": settings.default_role.name.lower(),
        "readers": "engineers" if settings.engineers_read_all else "admins",
        "retention": FOR_EVER if days is None else f"{days}d",
    }[name]


def changed(settings: AccountSettings, name: str, value: str) -> AccountSettings | None:
    """The settings with another value; None if it is none that this setting takes, or the name is of no setting."""
    value = value.strip().lower()
    match name, value:
        case "default-role", "engineer" | "viewer":
            return replace(settings, default_role=Role[value.upper()])
        case "readers", "admins" | "engineers":
            return replace(settings, engineers_read_all=value == "engineers")
        case "retention", _ if value == FOR_EVER:
            return replace(settings, retention_days=None)
        case "retention", _:
            days = value.removesuffix("d").strip()
            if days.isascii() and days.isdigit() and 1 <= int(days[:6]) <= LONGEST_RETENTION:
                return replace(settings, retention_days=int(days[:6]))
    return None


def to_text(settings: AccountSettings) -> str:
    """As storage keeps them: what is not said has its default, also one that is added later."""
    return json.dumps({name: words(settings, name) for name in NAMES})


def from_text(text: str) -> AccountSettings:
    """As storage kept them."""
    settings = AccountSettings()
    for name, value in json.loads(text).items():
        settings = changed(settings, name, value) or settings
    return settings
