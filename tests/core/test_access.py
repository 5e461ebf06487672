"""The table of rights, and the rules about roles that a table can't say."""

import pytest

from core.access import LEAST, Right, leaves_no_owner, may, needed
from core.people import Role


def test_every_right_has_its_row() -> None:
    assert set(LEAST) == set(Right)


@pytest.mark.parametrize("right", list(Right))
def test_a_role_has_all_rights_of_the_ones_below_it(right: Right) -> None:
    allowed = [may(role, right) for role in Role]
    assert allowed == sorted(allowed)
    assert may(Role.OWNER, right)


def test_who_may_do_what() -> None:
    first = {role: {right for right in Right if LEAST[right] is role} for role in Role}
    assert first[Role.VIEWER] == {Right.ESCALATE, Right.READ_OPEN, Right.WHOAMI, Right.LINK_SELF}
    assert {Right.CLAIM, Right.RELEASE, Right.RESOLVE, Right.SEE_QUEUE, Right.BE_TOLD} <= first[Role.ENGINEER]
    assert {Right.CHOOSE_ROOMS, Right.GIVE_ROLES, Right.JOIN_WORKSPACES, Right.SEE_HISTORY} <= first[Role.ADMIN]
    assert first[Role.OWNER] == {Right.GIVE_OWNERSHIP}


@pytest.mark.parametrize("before", list(Role))
@pytest.mark.parametrize("after", list(Role))
def test_only_an_owner_makes_and_unmakes_owners(before: Role, after: Role) -> None:
    touches = Role.OWNER in (before, after)
    assert needed(before, after) is (Right.GIVE_OWNERSHIP if touches else Right.GIVE_ROLES)


def test_a6_the_last_owner_stays_one() -> None:
    assert leaves_no_owner(Role.OWNER, Role.ADMIN, owners=1)
    assert not leaves_no_owner(Role.OWNER, Role.ADMIN, owners=2)
    assert not leaves_no_owner(Role.OWNER, Role.OWNER, owners=1)
    assert not leaves_no_owner(Role.ENGINEER, Role.VIEWER, owners=0)
