"""A PostgreSQL server that is restarted, or crashes, amid gestures: success or a clear answer, and recovery."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace

import pytest

from core.claim_rules import Kind
from core.errors import StorageAway, StorageUnsure
from core.handoff import Move, NewHandoff
from core.people import Caller
from core.ports import Answered, Recorded
from core.use_cases.claim import CLAIM
from storage import OpenRecords, open_storage
from storage.account import SqlAccount
from tests.databases.fixtures import Owed
from tests.databases.postgres import Process, Server, restartable_server
from tests.storage.cast import LATER, caller, made, member, move, new, open_account, recorded
from tests.storage.rows import count, rows

PATIENCE = 20.0
# Some give up while the server is away, some outlast it.
DEADLINES = (0.2, 0.5, 2.5, PATIENCE)


@dataclass
class Scene:
    """A server that may be restarted, storage on it, and how often that was called."""

    server: Server
    process: Process
    url: str
    storage: OpenRecords
    account: SqlAccount
    owed: Owed


@pytest.fixture(scope="module")
def restartable() -> Iterator[tuple[Server, Process]]:
    """A server of these tests alone."""
    with restartable_server() as started:
        yield started


@pytest.fixture
async def scene(restartable: tuple[Server, Process]) -> AsyncIterator[Scene]:
    """Storage on a fresh database there."""
    server, process = restartable
    url, owed = server.new_database(), Owed()
    storage = await open_storage(url, owed)
    yield Scene(server, process, url, storage, await open_account(storage), owed)
    await storage.close()
    server.drop(url)


async def met(account: SqlAccount, number: int) -> Sequence[Caller]:
    """Seniors that the account knows."""
    seniors = [caller(f"senior-{one}") for one in range(number)]
    for senior in seniors:
        await account.meet(senior, member(senior.identity.user), LATER)
    return seniors


async def ask(account: SqlAccount, gesture: Move | NewHandoff) -> Answered | Recorded:
    """Make a gesture by somebody known."""
    answer = await (account.apply(gesture) if isinstance(gesture, Move) else account.escalate(gesture))
    assert isinstance(answer, Answered | Recorded)
    return answer


async def agrees(url: str, gesture: Move | NewHandoff, answer: object) -> bool:
    """Whether the records say of a gesture what whoever made it was told. Of what is unsure they may say either."""
    used = await rows(url, f"SELECT verdict FROM requests WHERE key = '{gesture.request}'")  # noqa: S608 - our own key
    if isinstance(answer, StorageUnsure):
        return True
    if isinstance(answer, Answered):
        return used == [(str(answer.verdict.kind),)]
    return used == ([("done",)] if isinstance(answer, Recorded) else [])


async def done_again(account: SqlAccount, gestures: Sequence[Move | NewHandoff], answers: Sequence[object]) -> None:
    """Whoever got no answer makes the same gesture again, and gets one."""
    failed = [gesture for gesture, answer in zip(gestures, answers, strict=True) if isinstance(answer, StorageAway)]
    await asyncio.gather(*(ask(account, replace(gesture, deadline=PATIENCE)) for gesture in failed))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["fast", "immediate"])
async def test_l9_a_restart_amid_claims_is_success_or_a_clear_answer_and_over_when_it_is_over(
    scene: Scene, how: signal.Signals
) -> None:
    seniors = await met(scene.account, 4)
    handoffs = [await recorded(scene.account) for _ in range(60)]
    clicks = [
        replace(move(CLAIM, handoff.id, seniors[number % 4]), deadline=DEADLINES[number % 4])
        for handoff in handoffs
        for number in range(4)
    ]
    jobs = [asyncio.ensure_future(ask(scene.account, click)) for click in clicks]
    await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.to_thread(scene.process.stop, how)
    # Whoever had least time has been told by now, and the records are still away.
    await asyncio.wait(jobs[::4])
    await asyncio.to_thread(scene.process.start)
    answers = await asyncio.gather(*jobs, return_exceptions=True)
    assert [answer for answer in answers if not isinstance(answer, Answered | StorageAway)] == []
    assert any(isinstance(answer, StorageAway) for answer in answers)
    assert any(isinstance(answer, Answered) for answer in answers[3::4])
    assert [
        (click, answer)
        for click, answer in zip(clicks, answers, strict=True)
        if not await agrees(scene.url, click, answer)
    ] == []
    await done_again(scene.account, clicks, answers)
    assert await count(scene.url, "events WHERE name = 'claimed'") == await count(scene.url, "claims") == 60
    assert await count(scene.url, "events WHERE name = 'claim_lost'") == len(clicks) - 60
    assert await scene.account.audit(LATER) == []


async def test_l9_after_a_restart_others_are_heard_again(scene: Scene) -> None:
    other = await open_storage(scene.url, None)
    await asyncio.to_thread(scene.process.stop)
    await asyncio.to_thread(scene.process.start)
    before = scene.owed.times
    async with asyncio.timeout(PATIENCE):
        while scene.owed.times == before:
            await other.lanes.call_others()
            await asyncio.sleep(0.05)
    await other.close()


async def _crash(scene: Scene) -> None:
    """Kill one of our server processes: the server takes all its memory for spoiled, ends every other, and recovers."""
    of_ours = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    [(victim,)] = await rows(scene.url, f"{of_ours} AND application_name = 'baton' LIMIT 1")
    os.kill(victim, signal.SIGKILL)


async def test_l10_after_a_crash_whoever_asks_again_meets_what_was_committed(scene: Scene) -> None:
    seniors = await met(scene.account, 4)
    everything: list[Move | NewHandoff] = []
    failed = 0
    for _ in range(3):
        handoffs = [await recorded(scene.account) for _ in range(20)]
        gestures: list[Move | NewHandoff] = [replace(new(), deadline=0.2) for _ in range(150)]
        gestures += [
            replace(move(CLAIM, handoff.id, seniors[number % 4]), deadline=0.2)
            for number, handoff in enumerate(handoffs)
        ]
        jobs = [asyncio.ensure_future(ask(scene.account, gesture)) for gesture in gestures]
        await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
        await _crash(scene)
        answers = await asyncio.gather(*jobs, return_exceptions=True)
        assert [answer for answer in answers if not isinstance(answer, Answered | Recorded | StorageAway)] == []
        failed += sum(isinstance(answer, StorageAway) for answer in answers)
        everything += gestures
        await done_again(scene.account, gestures, answers)
        assert [
            (gesture, answer)
            for gesture, answer in zip(gestures, answers, strict=True)
            if isinstance(answer, Answered | Recorded) and not await agrees(scene.url, gesture, answer)
        ] == []
    assert failed > 0
    # Nothing twice, and nothing lost: as many as there were gestures, with all that follows from each.
    assert await count(scene.url, "handoffs") == 3 * (150 + 20)
    assert await count(scene.url, "events WHERE name = 'claimed'") == await count(scene.url, "claims") == 3 * 20
    assert await count(scene.url, "requests") == len(everything) + 3 * 20
    assert await count(scene.url, "deliveries WHERE about IS NULL") == 2 * 3 * (150 + 20)
    assert await scene.account.audit(LATER) == []
    [last] = [gesture for gesture in everything if isinstance(gesture, Move)][-1:]
    assert (await made(scene.account, last)).verdict.kind is Kind.DONE
