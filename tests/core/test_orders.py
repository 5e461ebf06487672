"""What people say to Baton, understood or answered with how it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import orders
from core.handoff import Priority
from core.orders import (
    AskCode,
    AskOwnCode,
    Choose,
    Help,
    HideHere,
    ListHistory,
    ListPeople,
    ListQueue,
    ListRooms,
    ListSettings,
    NameRole,
    Order,
    ShowHere,
    TypeCode,
    Unclear,
    Unlink,
    UnlinkMe,
    WhoAmI,
)
from core.people import Caller, Identity, Role

SAM = Caller(Identity("north", "N1", "sam"), "Sam")


@pytest.mark.parametrize(
    ("said", "order"),
    [
        ("", Help()),
        ("help", Help()),
        ("  WhoAmI? ", WhoAmI()),
        ("who am I", WhoAmI()),
        ("people", ListPeople()),
        ("rooms", ListRooms()),
        ("queue", ListQueue()),
        ("settings", ListSettings()),
        ("audit", ListHistory()),
        ("show-here", ShowHere()),
        ("show-here !high", ShowHere(Priority.HIGH)),
        ("show-here critical", ShowHere(Priority.CRITICAL)),
        ("hide-here", HideHere()),
        ("link", AskCode()),
        ("link me", AskOwnCode()),
        ("link 7K3M-P9QX", TypeCode("7K3MP9QX")),
        ("link 7k3m p9qx", TypeCode("7K3MP9QX")),
        ("LINK 7k3mp9qo", TypeCode("7K3MP9Q0")),
        ("unlink", Unlink("")),
        ("unlink me", UnlinkMe()),
        ("unlink Acme North", Unlink("Acme North")),
        ("set retention 90d", Choose("retention", "90d")),
        ("set default-role viewer", Choose("default-role", "viewer")),
        ("link something else", Unclear("link me")),
        ("show-here !sometimes", Unclear("show-here")),
        ("role Sam admin", Unclear("role @somebody viewer|engineer|admin|owner")),
        ("make me a sandwich", Unclear("")),
    ],
)
def test_words(said: str, order: Order) -> None:
    assert orders.read([said]) == order


def test_a_role_is_given_to_somebody_who_is_mentioned() -> None:
    assert orders.read(["role ", SAM, " admin"]) == NameRole(SAM, Role.ADMIN)
    assert orders.read(["Role", SAM, "OWNER "]) == NameRole(SAM, Role.OWNER)
    assert isinstance(orders.read(["role ", SAM, " king"]), Unclear)
    assert isinstance(orders.read(["role ", SAM, SAM, " admin"]), Unclear)
    assert orders.read([SAM, " role admin"]) == Unclear("")


@given(st.lists(st.one_of(st.text(max_size=40), st.just(SAM)), max_size=5))
def test_anything_is_taken(said: list[str | Caller]) -> None:
    assert isinstance(orders.read(said), Order)


@pytest.mark.parametrize("usage", [usage for usage, _ in orders.USAGE])
def test_everything_that_the_help_lists_is_understood(usage: str) -> None:
    words = usage.replace("CODE", "7K3M-P9QX").replace("NAME VALUE", "retention 90d")
    said: list[str | Caller] = [words]
    if "@somebody" in words:
        said = ["role ", SAM, " admin"]
    assert not isinstance(orders.read(said), Unclear)
