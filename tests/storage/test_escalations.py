"""Escalations: what is recorded and owed, and what is refused with nothing written; on both databases."""

import asyncio

from core.deliveries import Failed, Lane, Owed, Sent, Unreached
from core.handoff import Notice, Status
from core.people import Strangers
from core.ports import Powerless, Recorded, SelfTarget
from storage.engine import OpenRecords
from tests.storage.cast import (
    BLUE,
    DANA,
    DANA_ON_GREEN,
    GREEN,
    GUEST,
    JANE,
    LATER,
    NOON,
    caller,
    due,
    keep,
    new,
    open_account,
    recorded,
)


async def test_it_is_recorded_whole_and_a_card_is_owed_to_every_room(storage: OpenRecords) -> None:
    account = await open_account(storage)
    asked = new(target=DANA.identity, ticket="#12345")
    answer = await account.escalate(asked)
    assert isinstance(answer, Recorded) and not answer.repeated
    handoff = answer.handoff
    assert (handoff.id, handoff.version, handoff.status) == (asked.id, 1, Status.OPEN)
    assert (handoff.snapshot, handoff.priority, handoff.created_at) == (asked.snapshot, asked.priority, NOON)
    assert handoff.origin == JANE.identity
    assert (handoff.escalator.name, handoff.target and handoff.target.name) == ("Jane", "Dana")
    assert await account.made_by(asked.request) == handoff
    cards = [owed for _, owed in await due(storage, account, NOON)]
    assert {(card.lane.address, card.about, card.wanted, card.copy) for card in cards} == {
        ("blue-room", None, 1, None),
        ("green-room", None, 1, None),
    }


async def test_the_same_gesture_makes_one_handoff_even_at_the_same_time(storage: OpenRecords) -> None:
    account = await open_account(storage)
    answers = await asyncio.gather(*(account.escalate(new(request="gesture")) for _ in range(10)))
    assert all(isinstance(answer, Recorded) for answer in answers)
    found = [answer for answer in answers if isinstance(answer, Recorded)]
    assert len({answer.handoff.id for answer in found}) == 1
    assert sorted(answer.repeated for answer in found) == [False] + [True] * 9


async def test_a_retry_of_the_very_same_escalation_meets_itself(storage: OpenRecords) -> None:
    account = await open_account(storage)
    asked = new()
    first, second = await account.escalate(asked), await account.escalate(asked)
    assert isinstance(first, Recorded) and not first.repeated
    assert second == first


async def test_what_can_not_be_recorded_is_said_and_nothing_is_owed(storage: OpenRecords) -> None:
    account = await open_account(storage)
    stranger, other = caller("stranger").identity, caller("other")
    assert await account.escalate(new(by=other, target=stranger)) == Strangers((other.identity, stranger))
    assert await account.escalate(new(target=stranger)) == Strangers((stranger,))
    assert await account.escalate(new(by=DANA, target=DANA_ON_GREEN.identity)) == SelfTarget()
    powerless = await account.escalate(new(target=GUEST.identity))
    assert isinstance(powerless, Powerless)
    assert await due(storage, account, LATER) == []


async def test_the_escalator_is_told_with_a_link_once_a_card_is_up_on_their_platform(storage: OpenRecords) -> None:
    account = await open_account(storage)
    await recorded(account, new(target=DANA.identity))
    posted = await due(storage, account, NOON)
    assert {owed.lane.address for _, owed in posted} == {"blue-room", "green-room"}
    for lease, owed in posted:
        if owed.lane.platform == GREEN:
            await keep(account, lease, owed, Sent("g-1", "https://green/1"), NOON)
    first = {(owed.lane.id, owed.about, owed.link) for _, owed in await due(storage, account, NOON)}
    assert first == {(f"{GREEN}:G1:dana", Notice.AIMED_AT_YOU, "https://green/1")}
    for lease, owed in posted:
        if owed.lane.platform == BLUE:
            await keep(account, lease, owed, Sent("b-1", "https://blue/1"), NOON)
    second = {(owed.lane.id, owed.about, owed.link) for _, owed in await due(storage, account, NOON)}
    assert second == {
        (f"{BLUE}:B1:jane", Notice.SHOWN, "https://blue/1"),
        (f"{BLUE}:B1:dana", Notice.AIMED_AT_YOU, "https://blue/1"),
    }


async def test_when_every_card_dies_they_are_told_all_the_same(storage: OpenRecords) -> None:
    account = await open_account(storage)
    await recorded(account)
    cards = sorted(await due(storage, account, NOON), key=lambda pair: pair[1].lane.platform)
    await keep(account, *cards[0], Failed("is_archived"), NOON)
    told = await due(storage, account, NOON)
    assert [(owed.about, owed.unreached) for _, owed in told] == [(Notice.UNREACHED, Unreached("#help", "is_archived"))]
    await keep(account, *cards[1], Failed("is_archived"), NOON)
    [(lease, owed)] = told
    following: Owed | None = owed
    heard = []
    while following:
        heard.append((following.about, following.link))
        following = await keep(account, lease, following, Sent("dm"), NOON)
    assert sorted(heard) == [(Notice.SHOWN, None), (Notice.UNREACHED, None), (Notice.UNREACHED, None)]


async def test_without_a_room_the_escalator_is_told_at_once(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=())
    await recorded(account)
    told = [owed for _, owed in await due(storage, account, NOON)]
    assert [(owed.about, owed.lane) for owed in told] == [(Notice.SHOWN, Lane(BLUE, "B1", "jane", private=True))]
