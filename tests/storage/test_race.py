"""The race: two hundred people click at once, and one of them wins; also with two processes on one database."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from core.claim_rules import Kind
from core.people import Caller
from core.ports import Answered
from core.use_cases.claim import CLAIM
from storage import OpenRecords, moves, open_storage
from storage.account import SqlAccount
from tests.storage.cast import BLUE, GREEN, LATER, caller, made, member, move, new, open_account, recorded
from tests.storage.rows import count

CLICKERS = 200


def clickers() -> list[Caller]:
    """Half on each platform, and every one another person."""
    return [caller(f"senior-{number:03}", (BLUE, GREEN)[number % 2]) for number in range(CLICKERS)]


async def gathered(account: SqlAccount) -> list[Caller]:
    """All clickers, met."""
    everyone = clickers()
    for who in everyone:
        await account.meet(who, member(who.identity.user), LATER)
    return everyone


async def race(account: SqlAccount, handoff: str, everyone: list[Caller], mark: str = "") -> list[Answered]:
    """All of them at once; nobody gives up early on a slow machine. ``mark`` keeps two processes' gestures apart."""
    clicks = [move(CLAIM, handoff, who, request=f"{mark}{who.identity.user}") for who in everyone]
    return await asyncio.gather(*(made(account, replace(click, deadline=60)) for click in clicks))


def the_winner(answers: list[Answered]) -> str:
    """Exactly one, of whom everybody else was told; the winner's name."""
    kinds = Counter(answer.verdict.kind for answer in answers)
    assert kinds == {Kind.DONE: 1, Kind.ALREADY_CLAIMED: CLICKERS - 1}
    told = {(answer.verdict.by and answer.verdict.by.name) for answer in answers}
    assert len(told) == 1
    return str(told.pop())


async def test_two_hundred_click_at_once_and_one_wins(storage: OpenRecords, storage_url: str) -> None:
    account = await open_account(storage)
    everyone = await gathered(account)
    asked = new()
    handoff = await recorded(account, asked)
    winner = the_winner(await race(account, handoff.id, everyone))
    after = await account.made_by(asked.request)
    assert after is not None and after.claimer is not None
    assert (after.claimer.name, after.version) == (winner, 2)
    assert await count(storage_url, "events WHERE name = 'claimed'") == 1
    assert await count(storage_url, "events WHERE name = 'claim_lost'") == CLICKERS - 1
    assert await count(storage_url, "claims") == 1
    assert await count(storage_url, "deliveries WHERE about = 'claimed'") == 1


@pytest.fixture
def no_condition(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The write that decides, without the condition that makes it decide."""
    monkeypatch.setattr(moves, "stands", lambda _: sa.true())
    moves._steps.cache_clear()
    yield
    moves._steps.cache_clear()


async def test_without_its_condition_the_write_no_longer_decides(
    no_condition: None, storage: OpenRecords, storage_url: str
) -> None:
    account = await open_account(storage)
    handoff = await recorded(account)
    everyone = (await gathered(account))[:10]
    clicks = (account.apply(move(CLAIM, handoff.id, who)) for who in everyone)
    answers = await asyncio.gather(*clicks, return_exceptions=True)
    # The tables themselves still refuse a second claim, so the losers meet an error instead of the winner's name.
    lost = [answer for answer in answers if not isinstance(answer, Answered)]
    assert len(lost) == len(everyone) - 1
    assert await count(storage_url, "events WHERE name = 'claim_lost'") == 0


async def _process(url: str, handoff: str, half: str) -> asyncio.subprocess.Process:
    """A process that is ready to race, and waits for the word."""
    program = "import sys; from tests.storage.racer import main; main(*sys.argv[1:])"
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, url, handoff, half, stdin=pipe, stdout=pipe
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


async def test_two_processes_on_one_database_have_one_winner_between_them(storage_url: str) -> None:
    storage = await open_storage(storage_url, lambda: None)
    account = await open_account(storage)
    await gathered(account)
    handoff = await recorded(account)
    processes = await asyncio.gather(*(_process(storage_url, handoff.id, half) for half in ("0", "1")))
    ended = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    halves = [json.loads(said) for said, _ in ended]
    kinds = Counter(kind for half in halves for kind, _ in half)
    assert kinds == {"done": 1, "already_claimed": CLICKERS - 1}
    assert len({name for half in halves for _, name in half}) == 1
    assert await count(storage_url, "events WHERE name = 'claimed'") == 1
    assert await count(storage_url, "events WHERE name = 'claim_lost'") == CLICKERS - 1
    await storage.close()
