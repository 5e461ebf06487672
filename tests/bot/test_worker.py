"""The worker over real storage: what it sends, in what order, when it tries again, and what it leaves out."""

import asyncio
from datetime import timedelta

import pytest

import bot.sending
from core.deliveries import MOST_FAILURES, SETTLES, Failed, Gone, Scope, TryLater
from core.handoff import Priority
from core.use_cases.claim import CLAIM
from core.use_cases.release import RELEASE
from core.use_cases.resolve import RESOLVE
from tests.bot.bench import BLUE_ROOM, GREEN_ROOM, Bench, escalated, running
from tests.journeys.moving import vanish
from tests.storage.cast import BLUE, DANA, DANA_ON_GREEN, LEE
from tests.storage.rows import rows


async def states(url: str) -> dict[str, int]:
    """How many deliveries there are in each state."""
    return dict(await rows(url, "SELECT state, count(*) FROM deliveries GROUP BY state"))


async def test_cards_are_posted_then_corrected_and_the_escalator_is_told_in_between(desk: Bench) -> None:
    async with running(desk.worker):
        handoff = await escalated(desk)
        await desk.idle()
        await desk.moved(CLAIM, handoff, DANA)
        await desk.idle()
    assert desk.post.given[BLUE_ROOM] == desk.post.given[GREEN_ROOM] == ["posted Mail v1", "corrected Mail v2"]
    up, picked_up = desk.post.given["jane"]
    assert up.startswith("Your escalation is up") and picked_up.startswith("Dana picked up")


async def test_a_temporary_failure_is_tried_again_after_a_wait_that_doubles(desk: Bench) -> None:
    desk.post.answers[BLUE_ROOM].extend([TryLater("502"), TryLater("502")])
    async with running(desk.worker):
        await escalated(desk)
        await desk.idle()
        for shortest, longest, attempts in ((0.5, 1.0, 1), (1.0, 2.0, 2)):
            assert len(desk.post.given[BLUE_ROOM]) == attempts
            desk.clock.move(seconds=shortest - 0.01)
            await desk.idle()
            assert len(desk.post.given[BLUE_ROOM]) == attempts
            desk.clock.move(seconds=longest - shortest + 0.01)
            await desk.idle()
        assert len(desk.post.given[BLUE_ROOM]) == 3
    assert len(desk.post.given[GREEN_ROOM]) == 1


async def test_l11_a_rate_limit_pauses_its_conversation_for_as_long_as_it_says_and_no_other(desk: Bench) -> None:
    desk.post.answers[BLUE_ROOM].append(TryLater("429", 60, Scope.LANE))
    async with running(desk.worker):
        await escalated(desk, "first")
        await desk.idle()
        await escalated(desk, "second", Priority.CRITICAL)
        await desk.idle()
        desk.clock.move(seconds=59)
        await desk.idle()
        assert desk.post.given[BLUE_ROOM] == ["posted first v1"]
        assert desk.post.given[GREEN_ROOM] == ["posted first v1", "posted second v1"]
        desk.clock.move(seconds=1)
        await desk.idle()
        assert desk.post.given[BLUE_ROOM][1:] == ["posted second v1", "posted first v1"]


async def test_a_wait_of_one_delivery_keeps_nothing_behind_it_waiting(desk: Bench) -> None:
    desk.post.answers[BLUE_ROOM].append(TryLater("odd", 60))
    async with running(desk.worker):
        await escalated(desk, "first")
        await desk.idle()
        await escalated(desk, "second")
        await desk.idle()
        assert desk.post.given[BLUE_ROOM] == ["posted first v1", "posted second v1"]
        desk.clock.move(seconds=60)
        await desk.idle()
        assert desk.post.given[BLUE_ROOM][2:] == ["posted first v1"]


async def test_the_most_urgent_goes_first_then_the_oldest(desk: Bench) -> None:
    for problem, priority in (("a", 1), ("b", 3), ("c", 0), ("d", 3), ("e", 1)):
        await escalated(desk, problem, Priority(priority))
        desk.clock.move(milliseconds=1)
    async with running(desk.worker):
        await desk.idle()
    assert [what.split()[1] for what in desk.post.given[BLUE_ROOM]] == ["b", "d", "a", "e", "c"]


async def test_several_changes_become_one_correction_and_what_is_no_longer_true_is_not_told(
    desk: Bench, storage_url: str
) -> None:
    async with running(desk.worker):
        handoff = await escalated(desk)
        await desk.idle()
    again = desk.another()
    await desk.moved(CLAIM, handoff, DANA)
    await desk.moved(RELEASE, handoff, DANA_ON_GREEN)
    await desk.moved(CLAIM, handoff, LEE)
    await desk.moved(RESOLVE, handoff, LEE, "Done")
    async with running(again):
        await desk.idle(again)
    assert desk.post.given[BLUE_ROOM] == ["posted Mail v1", "corrected Mail v5"]
    assert [letter.split(" your")[0] for letter in desk.post.given["jane"][1:]] == ["Lee resolved"]
    assert await states(storage_url) == {"done": 4, "superseded": 3}


async def test_a_card_that_moved_on_while_it_was_sent_is_sent_again(desk: Bench) -> None:
    sent = desk.post.hold[BLUE_ROOM] = asyncio.Event()
    async with running(desk.worker):
        handoff = await escalated(desk)
        await desk.begun(BLUE_ROOM)
        await desk.moved(CLAIM, handoff, DANA)
        await desk.moved(RELEASE, handoff, DANA)
        sent.set()
        await desk.idle()
    assert desk.post.given[BLUE_ROOM] == ["posted Mail v1", "corrected Mail v3"]


async def test_one_send_at_a_time_in_a_conversation_and_the_others_do_not_wait(desk: Bench) -> None:
    held = desk.post.hold[BLUE_ROOM] = asyncio.Event()
    async with running(desk.worker):
        await escalated(desk, "first")
        await escalated(desk, "second")
        await desk.begun(BLUE_ROOM)
        await desk.begun(GREEN_ROOM, 2)
        assert len(desk.post.given[BLUE_ROOM]) == 1
        held.set()
        await desk.idle()
        assert len(desk.post.given[BLUE_ROOM]) == 2


async def test_what_is_owed_from_before_a_restart_is_sent_after_it(desk: Bench) -> None:
    await escalated(desk)
    await desk.moved(CLAIM, await escalated(desk, "other"), DANA)
    async with running(desk.worker):
        await desk.idle()
    assert sorted(desk.post.given[BLUE_ROOM]) == ["posted Mail v1", "posted other v2"]


async def test_the_lanes_of_a_worker_that_vanished_are_taken_over_when_its_leases_end(desk: Bench) -> None:
    desk.post.hold[BLUE_ROOM] = asyncio.Event()
    vanishing = asyncio.create_task(desk.worker.run())
    await escalated(desk)
    await desk.begun(BLUE_ROOM)
    await vanish(desk.worker, vanishing)
    desk.post.hold.clear()
    other = desk.another()
    async with running(other):
        await desk.idle(other)
        assert len(desk.post.given[BLUE_ROOM]) == 1
        desk.clock.move(seconds=bot.sending.LEASE / timedelta(seconds=1))
        await desk.idle(other)
        assert len(desk.post.given[BLUE_ROOM]) == 2


async def test_l19_what_never_works_is_dead_with_its_reason_and_all_behind_it_goes_on(
    desk: Bench, storage_url: str
) -> None:
    desk.post.answers[BLUE_ROOM].extend([TryLater("cursed")] * MOST_FAILURES)
    async with running(desk.worker):
        await escalated(desk, "cursed")
        for _ in range(MOST_FAILURES):
            await desk.idle()
            desk.clock.move(minutes=10)
        await escalated(desk, "blessed")
        await desk.idle()
    assert desk.post.given[BLUE_ROOM] == ["posted cursed v1"] * MOST_FAILURES + ["posted blessed v1"]
    dead = await rows(storage_url, "SELECT last_error, failures FROM deliveries WHERE state = 'dead'")
    assert dead == [("cursed", MOST_FAILURES)]


async def test_l13_a_permanent_failure_is_not_tried_again_before_the_card_changes(
    desk: Bench, storage_url: str
) -> None:
    desk.post.answers[BLUE_ROOM].append(Failed("is_archived"))
    async with running(desk.worker):
        handoff = await escalated(desk)
        await desk.idle()
        desk.clock.move(hours=1)
        await desk.idle()
        assert desk.post.given[BLUE_ROOM] == ["posted Mail v1"]
        assert await rows(storage_url, "SELECT last_error FROM deliveries WHERE state = 'dead'") == [("is_archived",)]
        await desk.moved(CLAIM, handoff, DANA)
        await desk.idle()
    assert desk.post.given[BLUE_ROOM] == ["posted Mail v1", "posted Mail v2"]
    assert desk.post.given[GREEN_ROOM] == ["posted Mail v1", "corrected Mail v2"]


async def test_l14_a_card_that_somebody_deleted_is_posted_anew(desk: Bench) -> None:
    async with running(desk.worker):
        handoff = await escalated(desk)
        await desk.idle()
        desk.post.answers[BLUE_ROOM].append(Gone("message_not_found"))
        await desk.moved(CLAIM, handoff, DANA)
        await desk.idle()
    assert desk.post.given[BLUE_ROOM] == ["posted Mail v1", "corrected Mail v2", "posted Mail v2"]


async def test_what_is_owed_on_a_platform_that_is_not_configured_waits_until_it_is(
    desk: Bench, storage_url: str
) -> None:
    alone = desk.another([BLUE])
    async with running(alone):
        await escalated(desk)
        await desk.idle(alone)
    assert await states(storage_url) == {"done": 2, "pending": 1}
    async with running(desk.worker):
        await desk.idle()
    assert desk.post.given[GREEN_ROOM] == ["posted Mail v1"]


async def test_l12_a_call_that_is_cut_off_leaves_a_doubt_about_a_post_and_none_about_a_correction(
    desk: Bench, storage_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.sending, "CALL", timedelta(seconds=0.05))
    desk.post.hold[BLUE_ROOM] = asyncio.Event()
    async with running(desk.worker):
        handoff = await escalated(desk)
        await desk.idle()
        said = "SELECT last_error, tried_at IS NULL FROM deliveries WHERE failures = 1"
        assert [tuple(row) for row in await rows(storage_url, said)] == [("the platform did not answer", False)]
        held = desk.post.hold.pop(BLUE_ROOM)
        desk.clock.move(seconds=SETTLES.total_seconds())
        await desk.idle()
        assert len(desk.post.looked) == 1
        desk.post.hold[BLUE_ROOM] = held
        await desk.moved(CLAIM, handoff, DANA)
        await desk.idle()
        assert [tuple(row) for row in await rows(storage_url, said)] == [("the platform did not answer", True)]
        del desk.post.hold[BLUE_ROOM]
        desk.clock.move(seconds=1)
        await desk.idle()
    assert len(desk.post.looked) == 1
    assert desk.post.given[BLUE_ROOM] == ["posted Mail v1"] * 2 + ["corrected Mail v2"] * 2
    assert await states(storage_url) == {"done": 4}


async def test_a_wait_that_nobody_can_mean_is_cut_to_an_hour(desk: Bench) -> None:
    desk.post.answers[BLUE_ROOM].append(TryLater("429", 1e9, Scope.LANE))
    async with running(desk.worker):
        await escalated(desk)
        await desk.idle()
        desk.clock.move(hours=1)
        await desk.idle()
    assert len(desk.post.given[BLUE_ROOM]) == 2
