"""Moves: who gets it, who is told what, and what is written; on both databases."""

from datetime import timedelta

from core.claim_rules import Kind
from core.handoff import Seen, Status
from core.people import Strangers
from core.ports import Answered
from core.use_cases.claim import CLAIM
from core.use_cases.release import RELEASE
from core.use_cases.resolve import RESOLVE
from storage.engine import OpenRecords
from tests.databases.fixtures import Owed as OwedCounter
from tests.storage.cast import (
    DANA,
    DANA_ON_GREEN,
    GUEST,
    JANE,
    LATER,
    LEE,
    LEE_ON_GREEN,
    NOON,
    caller,
    made,
    move,
    new,
    open_account,
    recorded,
)
from tests.storage.rows import rows


async def test_the_first_click_claims_and_the_second_is_told_who_and_when(storage: OpenRecords) -> None:
    account = await open_account(storage)
    handoff = await recorded(account)
    won = await made(account, move(CLAIM, handoff.id, DANA))
    lost = await made(account, move(CLAIM, handoff.id, LEE, at=LATER + timedelta(seconds=5)))
    assert won.verdict.kind is Kind.DONE
    assert won.handoff is not None and won.handoff.status is Status.CLAIMED and won.handoff.version == 2
    assert lost.verdict.kind is Kind.ALREADY_CLAIMED
    assert lost.verdict.by is not None and (lost.verdict.by.name, lost.verdict.at) == ("Dana", LATER)
    assert lost.handoff is not None and lost.handoff.version == 2
    assert lost.actor is not None and lost.actor.name == "Lee"


async def test_the_same_person_is_the_winner_on_either_platform(storage: OpenRecords) -> None:
    account = await open_account(storage)
    handoff = await recorded(account)
    await made(account, move(CLAIM, handoff.id, DANA))
    again = await made(account, move(CLAIM, handoff.id, DANA_ON_GREEN))
    assert again.verdict.kind is Kind.ALREADY_YOURS
    assert again.verdict.at == LATER


async def test_release_opens_it_for_others_and_resolve_closes_it(storage: OpenRecords) -> None:
    account = await open_account(storage)
    handoff = await recorded(account)
    await made(account, move(CLAIM, handoff.id, DANA))
    released = await made(account, move(RELEASE, handoff.id, DANA))
    assert released.handoff is not None and released.handoff.status is Status.OPEN and released.handoff.claimer is None
    await made(account, move(CLAIM, handoff.id, LEE))
    not_hers = await made(account, move(RESOLVE, handoff.id, DANA))
    assert not_hers.verdict.kind is Kind.NOT_YOURS
    resolved = await made(account, move(RESOLVE, handoff.id, LEE, note="Recreated the profile"))
    assert resolved.handoff is not None and resolved.handoff.status is Status.RESOLVED
    assert resolved.handoff.resolution == "Recreated the profile"
    assert resolved.handoff.claimer is not None and resolved.handoff.claimer.name == "Lee"
    closed = await made(account, move(CLAIM, handoff.id, DANA))
    assert closed.verdict.kind is Kind.CLOSED
    assert closed.handoff == resolved.handoff


async def test_refusals_say_why_and_change_nothing(storage: OpenRecords) -> None:
    account = await open_account(storage)
    asked = new()
    handoff = await recorded(account, asked)
    assert (await made(account, move(CLAIM, handoff.id, JANE))).verdict.kind is Kind.OWN_HANDOFF
    assert (await made(account, move(CLAIM, handoff.id, GUEST))).verdict.kind is Kind.NOT_ALLOWED
    assert (await made(account, move(RESOLVE, handoff.id, DANA))).verdict.kind is Kind.NOT_CLAIMED
    assert await account.made_by(asked.request) == handoff


async def test_strangers_are_asked_to_be_met_and_an_unknown_handoff_is_unknown_to_them_too(
    storage: OpenRecords,
) -> None:
    account = await open_account(storage)
    handoff = await recorded(account)
    stranger = caller("stranger")
    assert await account.apply(move(CLAIM, handoff.id, stranger)) == Strangers((stranger.identity,))
    assert await account.apply(move(CLAIM, handoff.id, LEE_ON_GREEN)) == Strangers((LEE_ON_GREEN.identity,))
    for who in (stranger, DANA):
        answer = await account.apply(move(CLAIM, "0000000000nosuchhandoff000", who))
        assert isinstance(answer, Answered)
        assert (answer.verdict.kind, answer.handoff, answer.actor) == (Kind.UNKNOWN, None, None)


async def test_a_replayed_gesture_gets_its_first_verdict_whatever_happened_since(storage: OpenRecords) -> None:
    account = await open_account(storage)
    handoff = await recorded(account)
    dana, lee = move(CLAIM, handoff.id, DANA, request="a"), move(CLAIM, handoff.id, LEE, request="b")
    won, lost = await made(account, dana), await made(account, lee)
    await made(account, move(RELEASE, handoff.id, DANA))
    for first, asked in ((won, dana), (lost, lee)):
        again = await made(account, asked)
        assert again.verdict == first.verdict
        assert again.actor == first.actor
        assert again.handoff is not None and again.handoff.status is Status.OPEN


async def test_a_clock_that_lags_never_makes_a_claim_older_than_its_handoff(storage: OpenRecords) -> None:
    account = await open_account(storage)
    handoff = await recorded(account)
    early = await made(account, move(CLAIM, handoff.id, DANA, at=NOON - timedelta(minutes=1)))
    assert early.handoff is not None and early.handoff.claimed_at == NOON
    resolved = await made(account, move(RESOLVE, handoff.id, DANA, at=NOON - timedelta(minutes=2)))
    assert resolved.handoff is not None and resolved.handoff.resolved_at == NOON


async def test_owing_is_said_after_a_change_and_not_after_a_refusal(storage: OpenRecords, owed: OwedCounter) -> None:
    account = await open_account(storage)
    handoff = await recorded(account)
    assert owed.times == 1
    await made(account, move(CLAIM, handoff.id, GUEST))
    assert owed.times == 1
    await made(account, move(CLAIM, handoff.id, DANA, seen=Seen("any", 1)))
    assert owed.times == 2
    await account.escalate(new(request="twice"))
    await account.escalate(new(request="twice"))
    assert owed.times == 3


async def test_resolving_is_a_first_action_and_putting_back_is_not(storage: OpenRecords, storage_url: str) -> None:
    account = await open_account(storage)
    handoff = await recorded(account)
    await made(account, move(CLAIM, handoff.id, DANA))
    await made(account, move(RELEASE, handoff.id, DANA))
    await made(account, move(CLAIM, handoff.id, LEE))
    await made(account, move(RESOLVE, handoff.id, LEE))
    ended = await rows(
        storage_url,
        "SELECT people.name, how, first_action_at IS NULL FROM claims"
        " JOIN people ON people.account = claims.account AND people.id = claims.claimer",
    )
    assert sorted((name, how, bool(none)) for name, how, none in ended) == [
        ("Dana", "released", True),
        ("Lee", "resolved", False),
    ]
