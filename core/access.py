"""Who may do what: one table, and the two rules that a table can't say."""

from collections.abc import Mapping
from enum import StrEnum

from core.people import Role


class Right(StrEnum):
    """The things that take a role. Each is said the way it reads behind "may"."""

    ESCALATE = "escalate"
    READ_OPEN = "read the whole context of a handoff that is not resolved"
    WHOAMI = "see who they are to Baton"
    LINK_SELF = "link their own identities or undo that"
    CLAIM = "pick up what somebody else escalated"
    RELEASE = "release what they hold"
    RESOLVE = "resolve what they hold"
    BE_TOLD = "be told of an escalation that is aimed at them"
    SEE_QUEUE = "see what waits to be picked up"
    SEE_PEOPLE = "see the people and their roles"
    SEE_ROOMS = "see which rooms show escalations"
    READ_OVER = "read the whole context of a resolved handoff that they had no part in"
    OVERRIDE = "release or resolve what somebody else holds"
    CHOOSE_ROOMS = "choose which rooms show escalations"
    GIVE_ROLES = "give or take the roles up to admin"
    JOIN_WORKSPACES = "join workspaces to the account or part them"
    CHANGE_SETTINGS = "change the account's settings"
    SEE_HISTORY = "see the history of the account"
    GIVE_OWNERSHIP = "make or unmake owners"


# The least role that has each right; every role has all rights of the ones below it.
LEAST: Mapping[Right, Role] = {
    Right.ESCALATE: Role.VIEWER,
    Right.READ_OPEN: Role.VIEWER,
    Right.WHOAMI: Role.VIEWER,
    Right.LINK_SELF: Role.VIEWER,
    Right.CLAIM: Role.ENGINEER,
    Right.RELEASE: Role.ENGINEER,
    Right.RESOLVE: Role.ENGINEER,
    Right.BE_TOLD: Role.ENGINEER,
    Right.SEE_QUEUE: Role.ENGINEER,
    Right.SEE_PEOPLE: Role.ENGINEER,
    Right.SEE_ROOMS: Role.ENGINEER,
    Right.READ_OVER: Role.ADMIN,  # a setting of the account lets engineers as well
    Right.OVERRIDE: Role.ADMIN,
    Right.CHOOSE_ROOMS: Role.ADMIN,
    Right.GIVE_ROLES: Role.ADMIN,
    Right.JOIN_WORKSPACES: Role.ADMIN,
    Right.CHANGE_SETTINGS: Role.ADMIN,
    Right.SEE_HISTORY: Role.ADMIN,
    Right.GIVE_OWNERSHIP: Role.OWNER,
}


def may(role: Role, right: Right) -> bool:
    """Whether this role has this right."""
    return role >= LEAST[right]


def needed(before: Role, after: Role) -> Right:
    """The right that it takes to change a role like that."""
    return Right.GIVE_OWNERSHIP if Role.OWNER in (before, after) else Right.GIVE_ROLES


def leaves_no_owner(before: Role, after: Role, owners: int) -> bool:
    """Whether this change, in an account with so many owners, would leave it without one."""
    return before is Role.OWNER and after is not Role.OWNER and owners <= 1
