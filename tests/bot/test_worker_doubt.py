"""A post of which nobody knows whether it arrived: looked for before it is made again, whatever was in between."""

import asyncio

import pytest

from bot.sending import LEASE
from core.deliveries import SETTLES, State, Unsure
from core.use_cases.claim import CLAIM
from core.use_cases.resolve import RESOLVE
from tests.bot.bench import BLUE_ROOM, LOST, Bench, escalated, running
from tests.journeys.moving import vanish
from tests.storage.cast import BLUE, DANA


async def settle(desk: Bench) -> None:
    """Long enough for a doubtful call to have arrived."""
    desk.clock.move(seconds=SETTLES.total_seconds() - 0.01)
    await desk.idle()
    assert not desk.post.looked
    desk.clock.move(seconds=0.01)
    await desk.idle()


async def test_l6_a_post_whose_answer_was_lost_is_found_and_not_made_again(desk: Bench) -> None:
    desk.post.answers[BLUE_ROOM].append(LOST)
    async with running(desk.worker):
        await escalated(desk)
        begun = desk.clock.now()
        await desk.idle()
        await settle(desk)
    [(_, since)] = desk.post.looked
    assert since == begun
    assert desk.post.given[BLUE_ROOM] == ["posted Mail v1"]


async def test_l6_what_is_found_and_no_longer_true_is_corrected(desk: Bench) -> None:
    desk.post.answers[BLUE_ROOM].append(LOST)
    async with running(desk.worker):
        handoff = await escalated(desk)
        await desk.idle()
        await desk.moved(CLAIM, handoff, DANA)
        await settle(desk)
    assert desk.post.given[BLUE_ROOM] == ["posted Mail v1", "corrected Mail v2"]


async def test_l6_a_doubtful_card_is_looked_for_even_if_it_would_not_be_posted_any_more(desk: Bench) -> None:
    desk.post.answers[BLUE_ROOM].append(LOST)
    async with running(desk.worker):
        handoff = await escalated(desk)
        await desk.idle()
        await desk.moved(CLAIM, handoff, DANA)
        await desk.moved(RESOLVE, handoff, DANA)
        await settle(desk)
    assert desk.post.given[BLUE_ROOM] == ["posted Mail v1", "corrected Mail v3"]


async def test_l6_what_was_not_there_is_posted_and_a_doubt_about_that_looks_from_the_first_on(desk: Bench) -> None:
    desk.post.answers[BLUE_ROOM].extend([Unsure("lost on the way"), Unsure("lost again"), LOST])
    async with running(desk.worker):
        await escalated(desk)
        begun = desk.clock.now()
        for _ in range(4):
            await desk.idle()
            desk.clock.move(seconds=10)
    assert {since for _, since in desk.post.looked} == {begun} and len(desk.post.looked) == 3
    assert desk.post.given[BLUE_ROOM] == ["posted Mail v1"] * 3
    assert set(desk.post.taken.values()) == {1}


async def test_l6_where_nothing_can_be_looked_for_a_lost_answer_costs_one_repeat(desk: Bench) -> None:
    desk.post.blind = True
    desk.post.answers[BLUE_ROOM].append(LOST)
    async with running(desk.worker):
        await escalated(desk)
        await desk.idle()
        await settle(desk)
        desk.clock.move(hours=1)
        await desk.idle()
    assert desk.post.given[BLUE_ROOM] == ["posted Mail v1"] * 2


@pytest.mark.parametrize("taken", [False, True], ids=["before the platform took it", "after"])
async def test_l2_a_crash_during_a_post_is_looked_into_by_whoever_comes_next(desk: Bench, taken: bool) -> None:
    desk.post.hold[BLUE_ROOM] = asyncio.Event()
    run = asyncio.create_task(desk.worker.run())
    await escalated(desk)
    await desk.begun(BLUE_ROOM)
    recorded = await desk.account.deliveries([State.PENDING], 10)
    [key] = [delivery.key for delivery in recorded if delivery.about is None and delivery.platform == BLUE]
    await vanish(desk.worker, run)
    desk.post.hold.clear()
    if taken:
        desk.post.taken[key] += 1
    other = desk.another()
    async with running(other):
        await desk.idle(other)
        assert desk.post.given[BLUE_ROOM] == ["posted Mail v1"]
        desk.clock.move(seconds=LEASE.total_seconds())
        await desk.idle(other)
    assert [looked for looked, _ in desk.post.looked if looked == key] == [key]
    assert desk.post.given[BLUE_ROOM] == ["posted Mail v1"] * (1 if taken else 2)
    assert desk.post.taken[key] == 1


async def test_a_crash_during_a_correction_needs_no_look(desk: Bench) -> None:
    async with running(desk.worker):
        handoff = await escalated(desk)
        await desk.idle()
    again = desk.another()
    desk.post.hold[BLUE_ROOM] = asyncio.Event()
    run = asyncio.create_task(again.run())
    await desk.moved(CLAIM, handoff, DANA)
    await desk.begun(BLUE_ROOM, 2)
    await vanish(again, run)
    desk.post.hold.clear()
    third = desk.another()
    desk.clock.move(seconds=LEASE.total_seconds())
    async with running(third):
        await desk.idle(third)
    assert desk.post.given[BLUE_ROOM] == ["posted Mail v1", "corrected Mail v2", "corrected Mail v2"]
    assert not [key for key, _ in desk.post.looked if key.startswith("card:")]
