"""The one checker of invariants: true records break no rule, also amid traffic, and each rule can be broken."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from core.changes import ShowRoom
from core.deliveries import Failed, Lane, Sent
from core.handoff import Priority
from core.ledger import KEPT
from core.people import Role
from core.use_cases.claim import CLAIM
from core.use_cases.release import RELEASE
from core.use_cases.resolve import RESOLVE
from storage import OpenRecords, open_storage
from storage.account import SqlAccount
from storage.audit import FORGOTTEN, RULES
from tests.storage.cast import (
    BLUE,
    DANA,
    LEE,
    MINUTE,
    NOON,
    configuration,
    done,
    due,
    give,
    keep,
    made,
    move,
    new,
    open_account,
)
from tests.storage.cast import recorded as escalated
from tests.storage.rows import rows
from tests.storage.spoiling import spoil

# Long enough after the rooms were added that nobody doubts that they were there.
START = NOON + 2 * MINUTE
NOW = START + MINUTE


async def lived(storage: OpenRecords) -> SqlAccount:
    """An account with a past: a handoff that is forgotten, one that is over, one that is held, and one not shown.

    It has a room for what is urgent, and admins who are told of a change.
    """
    account = await open_account(storage)
    await give(account, LEE, Role.ADMIN)
    await done(account, ShowRoom(LEE, NOON, Lane(BLUE, "B1", "urgent", private=False), "#urgent", least=Priority.HIGH))
    gone, over, held, _ = [await escalated(account, new(at=START)) for _ in range(4)]
    await escalated(account, new(at=START, priority=Priority.CRITICAL))
    await sent(storage, account, fails="green-room")
    for handoff in (gone, over):
        for verb, who in ((CLAIM, DANA), (RELEASE, DANA), (CLAIM, LEE), (RESOLVE, LEE)):
            await made(account, move(verb, handoff.id, who, at=START + MINUTE / (2 if handoff is over else 3)))
    assert await account.forget_text(START + MINUTE / 2, 9, START + MINUTE / 2) == 1
    await made(account, move(CLAIM, held.id, DANA, at=START + MINUTE / 2))
    await sent(storage, account)
    await escalated(account, new(at=START))
    return account


async def sent(storage: OpenRecords, account: SqlAccount, fails: str = "") -> None:
    """Send all that is due; the room that ``fails`` takes nothing."""
    number = 0
    while pairs := await due(storage, account, NOW):
        for lease, owed in pairs:
            while owed:
                number += 1
                outcome = Failed("is_archived") if owed.lane.address == fails else Sent(f"copy-{number}", "link")
                following = await keep(account, lease, owed, outcome, NOW)
                if following is None:
                    break
                owed = following


_A_CARD = "(SELECT max(key) FROM deliveries WHERE about IS NULL)"
# The ways in which each rule is broken, each way by itself.
WRONG: Mapping[str, tuple[str, ...]] = {
    "a handoff is held by one person at most": (
        "INSERT INTO claims (account, id, handoff, claimer, claimed_at) "
        "SELECT account, 'second', handoff, claimer, claimed_at FROM claims WHERE ended_at IS NULL",
    ),
    "a handoff is claimed exactly while it has an open claim, by the same person since the same time": (
        "UPDATE handoffs SET claimer = (SELECT id FROM people WHERE name = 'Lee') WHERE status = 'claimed'",
        "UPDATE handoffs SET claimed_at = created_at WHERE status = 'claimed'",
        "UPDATE handoffs SET status = 'open' WHERE status = 'claimed'",
        "DELETE FROM claims WHERE ended_at IS NULL",
    ),
    "there are as many claims as claim events, and as many ends of them as releases and resolutions": (
        "DELETE FROM claims WHERE how = 'released'",
        "DELETE FROM events WHERE name = 'claimed'",
        "UPDATE claims SET ended_at = NULL WHERE how = 'released'",
    ),
    "the version counts the changes": (
        "UPDATE handoffs SET version = version + 1",
        "DELETE FROM events WHERE name = 'released'",
        "DELETE FROM events WHERE name = 'text_forgotten'",
    ),
    "captured text is gone exactly where history says so": (
        "DELETE FROM events WHERE name = 'text_forgotten'",
        "UPDATE handoffs SET forgotten_at = NULL",
        "UPDATE handoffs SET tried = 'Restarted it' WHERE forgotten_at IS NOT NULL",
        "UPDATE handoffs SET resolution = 'A new profile' WHERE forgotten_at IS NOT NULL",
    ),
    "every handoff was escalated once, and resolved once if it is over and else not": (
        "DELETE FROM events WHERE name = 'escalated'",
        "UPDATE handoffs SET status = 'resolved' WHERE status = 'claimed'",
        "UPDATE handoffs SET status = 'open' WHERE status = 'resolved'",
    ),
    "a first action lies within its claim, and is the one that history tells of": (
        "UPDATE claims SET first_action_at = NULL WHERE how = 'resolved'",
        "UPDATE claims SET first_action_at = claimed_at WHERE how = 'released'",
        "UPDATE claims SET first_action_at = (SELECT min(created_at) FROM people) WHERE how = 'resolved'",
    ),
    "every handoff has a card in every room that was there": (
        f"DELETE FROM deliveries WHERE key = {_A_CARD}",  # noqa: S608
        "UPDATE rooms SET least = 1 WHERE name = '#urgent'",
    ),
    "every change by somebody else was owed to the escalator": ("DELETE FROM deliveries WHERE about = 'released'",),
    "a card is wanted at the handoff's version, and nothing was drawn at one that never was": (
        f"UPDATE deliveries SET done = wanted + 1 WHERE key = {_A_CARD}",  # noqa: S608
        f"UPDATE deliveries SET wanted = wanted + 1 WHERE key = {_A_CARD}",  # noqa: S608
        "UPDATE deliveries SET wanted = wanted - 1, done = done - 1 WHERE about IS NULL AND done > 1",
        "UPDATE deliveries SET tried_version = 9",
    ),
    "what is owed has its time, or waits for a card that is coming": (
        "UPDATE deliveries SET due_at = NULL WHERE about IS NULL AND state = 'pending'",
        "UPDATE deliveries SET due_at = NULL, state = 'pending' WHERE about = 'resolved'",
    ),
    "no lease is older than its time while something is due there": (
        "UPDATE lanes SET leased_by = 'nobody', leased_until = (SELECT min(due_at) FROM deliveries)",
    ),
    "every change of the last days has used up the key of its gesture": ("DELETE FROM requests",),
    "no post is in doubt once it is known to be up": (
        "UPDATE deliveries SET tried_at = created_at, tried_version = 1 WHERE about = 'resolved'",
    ),
    "what is done has been sent": (
        "UPDATE deliveries SET copy = NULL WHERE about = 'resolved'",
        "UPDATE deliveries SET sent_at = NULL WHERE about = 'resolved'",
        "UPDATE deliveries SET first_sent_at = NULL WHERE about = 'resolved'",
        "UPDATE deliveries SET done = done - 1 WHERE about = 'resolved'",
    ),
    "what was given up has a reason and a time": (
        "UPDATE deliveries SET last_error = '' WHERE state = 'dead'",
        "UPDATE deliveries SET failed_at = NULL WHERE state = 'dead'",
    ),
    "what was given up while it mattered was owed to the escalator": (
        "DELETE FROM deliveries WHERE about = 'unreached'",
    ),
    "whatever is referred to is there, in the same account": (
        "UPDATE identities SET person = 'somebody of another account' WHERE user_id = 'guest'",
        "UPDATE deliveries SET lane = 'nowhere'",
        "DELETE FROM people WHERE name = 'Lee'",
        """UPDATE deliveries SET "of" = 'nothing' WHERE about = 'unreached'""",
    ),
}
OTHER_WAYS = [(rule, way) for rule, ways in WRONG.items() for way in ways[1:]]


async def test_records_that_people_made_break_no_rule(storage: OpenRecords) -> None:
    account = await lived(storage)
    assert await account.audit(NOW) == []
    # Nor when the keys of old gestures are forgotten, whose changes stay.
    long_after = NOW + KEPT
    assert await account.forget(long_after - KEPT, 100) > 0
    await sent(storage, account)
    assert await account.audit(long_after) == []


def test_every_rule_is_broken_once() -> None:
    assert set(WRONG) == set(RULES)


async def _is_found(storage: OpenRecords, url: str, rule: str, way: str) -> None:
    account = await lived(storage)
    await storage.registry.configure(configuration("rival"), NOON)
    now = NOW + FORGOTTEN + MINUTE
    assert await account.audit(now) == []
    await spoil(url, [way])
    findings = {finding.rule: finding.rows for finding in await account.audit(now)}
    assert findings.get(rule), findings
    assert await storage.open("rival").audit(now) == []


@pytest.mark.parametrize("rule", WRONG)
async def test_what_breaks_a_rule_is_found_and_only_in_its_account(
    storage: OpenRecords, storage_url: str, rule: str
) -> None:
    await _is_found(storage, storage_url, rule, WRONG[rule][0])


@pytest.mark.parametrize(("rule", "way"), OTHER_WAYS)
async def test_every_other_way_to_break_it_is_found_too(sqlite_url: str, rule: str, way: str) -> None:
    storage = await open_storage(sqlite_url, None)
    await _is_found(storage, sqlite_url, rule, way)
    await storage.close()


async def test_of_what_is_wrong_everywhere_the_first_rows_are_said(storage: OpenRecords, storage_url: str) -> None:
    account = await open_account(storage)
    for _ in range(30):
        await escalated(account, new(at=START))
    await spoil(storage_url, ["UPDATE handoffs SET version = 7"])
    found: Sequence[int] = [len(finding.rows) for finding in await account.audit(NOW)]
    assert max(found) == 20


async def test_the_rules_hold_at_any_moment_of_traffic(storage: OpenRecords, storage_url: str) -> None:
    account = await open_account(storage)
    over = asyncio.Event()
    audited = 0

    async def works() -> int:
        rounds = 0
        # However slow the machine is, there is work for as long as it takes to look at it several times.
        while rounds < 15 or audited < 4:
            rounds += 1
            handoff = await escalated(account, new(at=START))
            for verb, who in ((CLAIM, DANA), (RELEASE, DANA), (CLAIM, LEE), (RESOLVE, LEE)):
                await made(account, move(verb, handoff.id, who, at=START + timedelta(seconds=30)))
        return rounds

    async def sends() -> None:
        while not over.is_set():
            await sent(storage, account)

    async def audits() -> None:
        nonlocal audited
        asked = await open_storage(storage_url, None)
        try:
            while not over.is_set():
                assert await asked.open("acme").audit(NOW) == []
                audited += 1
        finally:
            # Also when a rule was broken: nobody waits for another look then.
            audited += 4
            await asked.close()

    auditing, sending = asyncio.ensure_future(audits()), asyncio.ensure_future(sends())
    rounds = await asyncio.gather(*(works() for _ in range(3)))
    over.set()
    await sending
    await auditing
    assert len(await rows(storage_url, "SELECT 1 FROM handoffs WHERE status = 'resolved'")) == sum(rounds)
