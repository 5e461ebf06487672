"""News: a line of history that is owed to those whom it concerns, and to nobody else."""

from dataclasses import replace

from core.changes import Changed, GiveRole, Refresh
from core.deliveries import Failed, Lease, Owed, Sent, State, TryLater
from core.events import OPERATOR
from core.handoff import Notice
from core.people import Caller, Profile, Role, Standing
from storage import OpenRecords
from storage.account import SqlAccount
from tests.storage.cast import (
    DANA,
    DANA_ON_GREEN,
    JANE,
    LATER,
    LEE,
    MINUTE,
    NOON,
    due,
    keep,
    member,
    open_account,
    recorded,
    terms,
)
from tests.storage.installing import HILL, SEA, SKY, a_code, installed, typed
from tests.storage.rows import count

SOON = LATER + MINUTE


async def give(account: SqlAccount, whom: Caller, role: Role, by: Caller | None = None) -> Changed:
    answer = await account.change(GiveRole(by, NOON, whom.identity, role))
    assert isinstance(answer, Changed), answer
    return answer


async def news(storage: OpenRecords, account: SqlAccount) -> list[tuple[Lease, Owed]]:
    return [(lease, owed) for lease, owed in await due(storage, account, LATER) if owed.about is Notice.NEWS]


async def test_whom_it_concerns_is_told_wherever_they_are_known(storage: OpenRecords) -> None:
    account = await open_account(storage)
    changed = await give(account, DANA, Role.ADMIN)
    told = await news(storage, account)
    assert [owed.lane.id for _, owed in told] == ["blue:B1:dana", "green:G1:dana"]
    assert all(owed.lane.private and owed.handoff is None and owed.drawn == owed.wanted == 1 for _, owed in told)
    assert [owed.news for _, owed in told] == [changed.entry, changed.entry]
    line = told[0][1].news
    assert line is not None
    assert (line.who, line.platform, line.subject, line.before, line.after) == (
        *("", OPERATOR, "Dana", "engineer", "admin"),
    )


async def test_who_did_it_is_named_and_nobody_else_is_told(storage: OpenRecords) -> None:
    account = await open_account(storage)
    await give(account, DANA, Role.ADMIN)
    await news(storage, account)
    await give(account, LEE, Role.ADMIN, by=DANA)
    [(_, owed)] = await news(storage, account)
    assert owed.lane.address == "lee"
    assert owed.news is not None and owed.news.who == "Dana"


async def test_admins_and_owners_are_told_of_the_account_and_others_are_not(storage: OpenRecords) -> None:
    account = await open_account(storage)
    for who, role in ((DANA, Role.ADMIN), (LEE, Role.OWNER), (JANE, Role.VIEWER)):
        await give(account, who, role)
    for lease, owed in await news(storage, account):
        await account.record(lease, owed, Sent("x"), LATER, SOON, None)
    await storage.registry.uninstall("green", "G1", LATER, LATER)
    told = {(owed.lane.id, owed.news and str(owed.news.event)) for _, owed in await news(storage, account)}
    # Dana is an admin by both identities, and Baton is not where the other one is any more.
    assert told == {("blue:B1:dana", "workspace_removed"), ("blue:B1:lee", "workspace_removed")}


async def test_who_can_not_act_is_not_told(storage: OpenRecords) -> None:
    account = await open_account(storage)
    await give(account, DANA, Role.ADMIN)
    await news(storage, account)
    gone = Profile("Dana", "dana@example.com", member=False, standing=Standing.DEACTIVATED)
    await account.change(Refresh(DANA_ON_GREEN.identity, gone, NOON))
    await give(account, DANA, Role.OWNER)
    keys = [line.key for line in await account.deliveries([State.PENDING], 10)]
    assert sum("green" in key for key in keys) == 1  # of when she still was there
    assert sum("blue" in key for key in keys) == 2


async def test_news_go_before_what_is_less_urgent_and_are_said_once(storage: OpenRecords, storage_url: str) -> None:
    account = await open_account(storage)
    handoff = await recorded(account)
    for lease, owed in await due(storage, account, LATER):
        await account.record(lease, owed, Sent("card"), LATER, SOON, None)
    await give(account, JANE, Role.ADMIN)
    [(lease, first)] = await due(storage, account, LATER)
    assert first.about is Notice.NEWS
    following = await keep(account, lease, first, Sent("letter", "link"), LATER)
    assert following is not None and following.about is Notice.SHOWN
    assert following.handoff is not None and following.handoff.id == handoff.id
    assert following.news is None
    assert await keep(account, lease, following, Sent("note"), LATER) is None
    [line] = [line for line in await account.deliveries(list(State), 10) if line.about is Notice.NEWS]
    assert (line.state, line.where, line.handoff, line.attempts) == (State.DONE, "Jane", None, 1)
    assert line.sent_at == LATER
    assert await count(storage_url, "deliveries WHERE state = 'pending'") == 0


async def test_news_that_fail_are_tried_again_and_of_their_death_nobody_is_told(
    storage: OpenRecords, storage_url: str
) -> None:
    account = await open_account(storage)
    await give(account, LEE, Role.ADMIN)
    [(lease, owed)] = await news(storage, account)
    await account.record(lease, owed, TryLater("busy"), LATER, SOON, None)
    [(lease, again)] = await due(storage, account, SOON)
    assert (again.key, again.failures, again.news) == (owed.key, 1, owed.news)
    assert await account.record(lease, again, Failed("gone", lost=True), SOON, SOON, terms(SOON)) is None
    [line] = await account.deliveries([State.DEAD], 10)
    assert (line.key, line.error) == (owed.key, "gone")
    assert await count(storage_url, "deliveries") == 1
    assert [*await account.retry([owed.key], SOON)] == [owed.key]
    assert [one.key for _, one in await due(storage, account, SOON)] == [owed.key]


async def test_news_whose_sender_died_are_looked_for_before_they_are_said_again(storage: OpenRecords) -> None:
    account = await open_account(storage)
    await give(account, LEE, Role.ADMIN)
    await news(storage, account)
    much_later = LATER + 5 * MINUTE
    [(_, again)] = await due(storage, account, much_later)
    assert again.unclear is not None
    assert (again.unclear.at, again.unclear.version) == (LATER, 1)


async def test_where_nobody_is_admin_nothing_is_owed(storage: OpenRecords, storage_url: str) -> None:
    account = await open_account(storage)
    await account.change(Refresh(LEE.identity, replace(member("lee"), name="Lee"), NOON))
    await storage.registry.uninstall("green", "G1", LATER, LATER)
    assert await count(storage_url, "deliveries") == 0


async def test_the_admins_of_another_account_are_not_told(storage: OpenRecords) -> None:
    sea, hill = await installed(storage, SEA), await installed(storage, HILL)
    await installed(storage, SKY)
    await storage.registry.redeem(typed(HILL.owner, await a_code(storage, sea._account, SEA.owner)))
    assert [line.key.partition(":blue:")[2] for line in await sea.deliveries(list(State), 10)] == ["B7:olga"]
    assert await hill.deliveries(list(State), 10) == []
