"""States that must not be stored are refused by the tables themselves; on both databases."""

import sqlite3

import asyncpg
import pytest

from core.use_cases.claim import CLAIM
from storage.engine import OpenRecords
from tests.storage.cast import DANA, JANE, made, move, new, open_account, recorded
from tests.storage.rows import rows

Refused = (sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError, asyncpg.RaiseError)

WRONG = {
    "open with a claimer": "UPDATE handoffs SET status = 'open'",
    "claimed by nobody": "UPDATE handoffs SET claimer = NULL, claimed_at = NULL",
    "claimed at no time": "UPDATE handoffs SET claimed_at = NULL",
    "resolved by nobody": "UPDATE handoffs SET status = 'resolved'",
    "claimed by its escalator": "UPDATE handoffs SET claimer = escalator",
    "aimed at its escalator": "UPDATE handoffs SET target = escalator",
    "a status nobody knows": "UPDATE handoffs SET status = 'lost'",
    "a version before the first": "UPDATE handoffs SET version = 0",
    "an end for no reason": "UPDATE claims SET ended_at = claimed_at",
    "a reason without an end": "UPDATE claims SET how = 'released'",
    "a text that is gone and was not forgotten": "UPDATE handoffs SET problem = ''",
    "forgotten before it is over": "UPDATE handoffs SET forgotten_at = created_at",
    "a role nobody knows": "UPDATE people SET role = 9",
    "a standing nobody knows": "UPDATE identities SET standing = 'asleep'",
    "linked in a way nobody knows": "UPDATE identities SET how = 'guessed'",
    "somebody else before, and by no code": "UPDATE identities SET met_as = person",
    "a priority nobody knows": "UPDATE rooms SET least = 9",
    "news about a handoff": "UPDATE deliveries SET about = 'news' WHERE room IS NULL",
    "a notice about no handoff": "UPDATE deliveries SET handoff = NULL WHERE room IS NULL",
    "drawn beyond what is wanted": "UPDATE deliveries SET done = wanted + 1",
    "done and not done": "UPDATE deliveries SET state = 'done', due_at = NULL",
    "a card about something": "UPDATE deliveries SET about = 'shown' WHERE room IS NOT NULL",
    "a notice about nothing": "UPDATE deliveries SET about = NULL WHERE room IS NULL",
    "dead and due": "UPDATE deliveries SET state = 'dead' WHERE due_at IS NOT NULL",
    "half an attempt": "UPDATE deliveries SET tried_at = created_at",
    "in doubt and up": "UPDATE deliveries SET tried_at = created_at, tried_version = 1, copy = 'copy'",
    "more failures than attempts": "UPDATE deliveries SET failures = attempts + 1",
    "a card that tells of another": """UPDATE deliveries SET "of" = key WHERE room IS NOT NULL""",
    "a notice of nothing that is there": """UPDATE deliveries SET "of" = 'nothing' WHERE room IS NULL""",
    "a lease without an end": "UPDATE lanes SET leased_by = 'somebody'",
    "a lane by another name": "UPDATE lanes SET address = 'elsewhere'",
    "history rewritten": "UPDATE events SET name = 'resolved'",
    "a second claim": "INSERT INTO claims (account, id, handoff, claimer, claimed_at) "
    "SELECT account, 'x', handoff, claimer, claimed_at FROM claims",
    "a claim of nothing": "INSERT INTO claims (account, id, handoff, claimer, claimed_at) "
    "SELECT account, 'x', 'nothing', claimer, claimed_at FROM claims",
    "a key used twice": "INSERT INTO requests SELECT * FROM requests",
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_wrong_state_can_not_be_stored(storage: OpenRecords, storage_url: str, wrong: str) -> None:
    account = await open_account(storage)
    handoff = await recorded(account, new())
    await made(account, move(CLAIM, handoff.id, DANA))
    with pytest.raises(Refused):
        await rows(storage_url, WRONG[wrong])


async def test_a_handoff_follows_the_latest_of_its_ticket(storage: OpenRecords, storage_url: str) -> None:
    account = await open_account(storage)
    first, _, _, last = [(await recorded(account, new(JANE, ticket=ticket))).id for ticket in ("#1", "#2", "", "#1")]
    found = await rows(storage_url, "SELECT id, follows FROM handoffs WHERE follows IS NOT NULL")
    assert found == [(last, first)]
