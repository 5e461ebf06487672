"""Who can't act, and who may read: bots, deactivated people, and those who had no part in it; on both databases."""

import pytest

from core.changes import ChangeSetting
from core.claim_rules import Kind
from core.deliveries import Sent
from core.handoff import Notice, Status, Verb
from core.people import Caller, Identity, Role, Standing
from core.ports import Inactive, Powerless
from core.use_cases.claim import CLAIM
from core.use_cases.release import RELEASE
from core.use_cases.resolve import RESOLVE
from storage.engine import OpenRecords
from tests.storage.cast import (
    DANA,
    DANA_ON_GREEN,
    GUEST,
    JANE,
    LATER,
    LEE,
    NOON,
    caller,
    due,
    give,
    keep,
    made,
    member,
    move,
    new,
    open_account,
    recorded,
    stands,
)
from tests.storage.rows import count

VERBS = (CLAIM, RELEASE, RESOLVE)
STANDINGS = {Standing.DEACTIVATED: Kind.DEACTIVATED, Standing.BOT: Kind.BOT}


@pytest.mark.parametrize("standing", STANDINGS)
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.event)
async def test_a5_whoever_is_deactivated_or_a_bot_can_do_nothing_whatever_their_role(
    storage: OpenRecords, storage_url: str, verb: Verb, standing: Standing
) -> None:
    account = await open_account(storage)
    handoff = await recorded(account)
    await give(account, LEE, Role.OWNER)
    if verb.before is Status.CLAIMED:
        await made(account, move(CLAIM, handoff.id, LEE))
    await stands(account, LEE, standing)
    refused = await made(account, move(verb, handoff.id, LEE))
    assert refused.verdict.kind is STANDINGS[standing]
    assert refused.handoff is not None and refused.handoff.status is verb.before
    assert not refused.may_read
    assert await account.escalate(new(by=LEE)) == Inactive(standing)
    assert await count(storage_url, "handoffs") == 1
    await stands(account, LEE, Standing.ACTIVE)
    assert (await made(account, move(verb, handoff.id, LEE))).verdict.kind is Kind.DONE


async def test_a5_a_guest_may_not_pick_up_and_may_escalate(storage: OpenRecords) -> None:
    account = await open_account(storage)
    handoff = await recorded(account)
    refused = await made(account, move(CLAIM, handoff.id, GUEST))
    assert (refused.verdict.kind, refused.may_read) == (Kind.NOT_ALLOWED, True)
    assert (await recorded(account, new(by=GUEST))).escalator.name == "Guest"


async def test_by_the_other_identity_of_whoever_left_one_platform_it_goes_on(storage: OpenRecords) -> None:
    account = await open_account(storage)
    handoff = await recorded(account)
    await stands(account, DANA, Standing.DEACTIVATED)
    assert (await made(account, move(CLAIM, handoff.id, DANA))).verdict.kind is Kind.DEACTIVATED
    assert (await made(account, move(CLAIM, handoff.id, DANA_ON_GREEN))).verdict.kind is Kind.DONE


@pytest.mark.parametrize("standing", STANDINGS)
async def test_nothing_is_aimed_at_whoever_could_not_pick_it_up(storage: OpenRecords, standing: Standing) -> None:
    account = await open_account(storage)
    await give(account, LEE, Role.ENGINEER)
    await stands(account, LEE, standing)
    assert await account.escalate(new(target=LEE.identity)) == Powerless()
    # Whoever can't act is told that first; who it is aimed at is not even looked at.
    nobody = Identity("blue", "B1", "nobody")
    assert await account.escalate(new(by=LEE, target=nobody)) == Inactive(standing)


async def test_the_target_is_told_only_where_they_can_act(storage: OpenRecords) -> None:
    account = await open_account(storage)
    await stands(account, DANA, Standing.DEACTIVATED)
    await recorded(account, new(target=DANA_ON_GREEN.identity))
    for lease, card in await due(storage, account, NOON):
        await keep(account, lease, card, Sent(card.key, "link"), NOON)
    told = [owed.lane.id for _, owed in await due(storage, account, LATER) if owed.about is Notice.AIMED_AT_YOU]
    assert told == ["green:G1:dana"]


async def test_once_it_is_over_only_who_had_a_part_in_it_may_read_it_and_admins(storage: OpenRecords) -> None:
    account = await open_account(storage)
    admin, other = caller("admin"), caller("other")
    for who in (admin, other):
        await account.meet(who, member(who.identity.user), NOON)
    await give(account, admin, Role.ADMIN)
    handoff = await recorded(account)
    lost = move(CLAIM, handoff.id, other, request="lost")
    for verb, who in ((CLAIM, DANA), (RELEASE, DANA), (CLAIM, LEE)):
        assert (await made(account, move(verb, handoff.id, who))).may_read
    assert (await made(account, lost)).may_read
    assert (await made(account, move(RESOLVE, handoff.id, LEE))).may_read

    async def reads(who: Caller) -> bool:
        return (await made(account, move(CLAIM, handoff.id, who))).may_read

    assert [await reads(who) for who in (JANE, DANA_ON_GREEN, LEE, admin, other, GUEST)] == [True] * 4 + [False] * 2
    # The repeat of an earlier gesture has its first verdict, and shows no more than may be read now.
    again = await made(account, lost)
    assert (again.verdict.kind, again.may_read) == (Kind.ALREADY_CLAIMED, False)
    await account.change(ChangeSetting(None, NOON, "readers", "engineers"))
    assert [await reads(who) for who in (other, GUEST)] == [True, False]


async def test_whom_it_was_aimed_at_may_read_it_when_it_is_over(storage: OpenRecords) -> None:
    account = await open_account(storage)
    handoff = await recorded(account, new(target=DANA.identity))
    await made(account, move(CLAIM, handoff.id, LEE))
    await made(account, move(RESOLVE, handoff.id, LEE))
    assert (await made(account, move(CLAIM, handoff.id, DANA))).may_read
