"""What is no longer worth sending is passed over, many at once, and nobody is waited for; on both databases."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from core.deliveries import State, TryLater
from core.handoff import Notice
from core.use_cases.claim import CLAIM
from core.use_cases.resolve import RESOLVE
from storage import OpenRecords, open_storage
from storage.due import MOST_AT_ONCE
from tests.storage.cast import (
    BLUE,
    DANA,
    LATER,
    MINUTE,
    NOON,
    ROOMS,
    due,
    keep,
    made,
    move,
    new,
    open_account,
    recorded,
    terms,
)
from tests.storage.rows import count, rows


async def test_l20_a_long_list_that_is_no_longer_true_takes_few_transactions(
    storage: OpenRecords, storage_url: str
) -> None:
    account = await open_account(storage, rooms=())
    many = 2 * MOST_AT_ONCE + 50
    for _ in range(many):
        await recorded(account)
    # By hand and not by moves, so that nothing else is owed.
    await rows(
        storage_url,
        "UPDATE handoffs SET status = 'resolved', resolver = escalator, resolved_at = created_at",
    )
    last = await recorded(account, new(at=LATER))
    begun = []
    while not any(begun) and len(begun) < 10:
        [lease] = await storage.lanes.lease(BLUE, "w", LATER, LATER + MINUTE, 9)
        begun.append(await account.next_due(lease, LATER, terms(LATER)))
    assert [owed and (owed.about, owed.handoff.id) for owed in begun] == [None, None, (Notice.SHOWN, last.id)]
    assert await count(storage_url, "deliveries WHERE state = 'superseded' AND due_at IS NULL AND attempts = 0") == many


async def test_a_card_that_was_passed_over_is_owed_again_by_a_change(storage: OpenRecords, storage_url: str) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    handoff = await recorded(account)
    # No verb reopens what is over yet, after which a card is passed over.
    await rows(storage_url, "UPDATE deliveries SET state = 'superseded', due_at = NULL WHERE about IS NULL")
    assert await due(storage, account, NOON) == []
    await made(account, move(CLAIM, handoff.id, DANA))
    assert (None, 2) in {(owed.about, owed.handoff.version) for _, owed in await due(storage, account, LATER)}


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[OpenRecords]:
    opened = await open_storage(postgres_url, None)
    yield opened
    await opened.close()


@pytest.fixture
async def somebody(postgres_url: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    connection = await asyncpg.connect(postgres_url)
    await connection.execute("SET baton.account = 'acme'")
    yield connection
    await connection.close()


async def test_a_card_whose_handoff_somebody_holds_is_passed_over_later(
    postgres: OpenRecords, somebody: "asyncpg.Connection[Any]"
) -> None:
    """Waiting for a second handoff while holding a first, two could wait for each other."""
    account = await open_account(postgres, rooms=ROOMS[:1])
    handoff = await recorded(account)
    [(lease, card)] = await due(postgres, account, NOON)
    assert await keep(account, lease, card, TryLater("502"), NOON) is None
    for verb in (CLAIM, RESOLVE):
        await made(account, move(verb, handoff.id, DANA))

    async def passed_over() -> list[str]:
        assert None not in {owed.about for _, owed in await due(postgres, account, NOON + 2 * MINUTE)}
        return [one.where for one in await account.deliveries((State.SUPERSEDED,), 9) if one.about is None]

    async with somebody.transaction():
        await somebody.execute("SELECT 1 FROM handoffs FOR UPDATE")
        assert await passed_over() == []
    # The lane was given back, so it is there to be leased at once.
    assert await passed_over() == ["#help"]
