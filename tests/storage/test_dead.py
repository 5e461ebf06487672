"""A delivery that was given up is said once, to whoever must know, where they read it; on both databases."""

from core.deliveries import Failed, Owed, Sent, Unreached
from core.handoff import Notice
from core.use_cases.claim import CLAIM
from core.use_cases.release import RELEASE
from core.use_cases.resolve import RESOLVE
from storage.account import SqlAccount
from storage.engine import OpenRecords
from tests.storage.cast import (
    DANA,
    GREEN,
    JANE,
    LATER,
    LEE,
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
)
from tests.storage.rows import rows


async def said(
    storage: OpenRecords, account: SqlAccount, now: object, fail: dict[str, str] | None = None
) -> list[Owed]:
    """Send all that is due, and what follows from it; ``fail`` says at which addresses it fails for good, and why."""
    sent: list[Owed] = []
    while pairs := await due(storage, account, now):  # type: ignore[arg-type]
        for lease, owed in pairs:
            following: Owed | None = owed
            while following:
                sent.append(following)
                reason = (fail or {}).get(following.lane.address)
                outcome = Failed(reason) if reason else Sent(f"copy-{len(sent)}", f"link-{len(sent)}")
                following = await keep(account, lease, following, outcome, now)  # type: ignore[arg-type]
    return sent


def letters(sent: list[Owed]) -> list[tuple[Notice | None, str, Unreached | None]]:
    return [(owed.about, owed.lane.address, owed.unreached) for owed in sent if owed.about]


async def test_the_escalator_hears_which_room_does_not_show_it_once_for_ever(storage: OpenRecords) -> None:
    account = await open_account(storage)
    handoff = await recorded(account)
    lost = (Notice.UNREACHED, "jane", Unreached("#help", "is_archived"))
    first = letters(await said(storage, account, NOON, {"blue-room": "is_archived"}))
    assert first == [lost, (Notice.SHOWN, "jane", None)] or first == [(Notice.SHOWN, "jane", None), lost]
    # Each change tries the room again, and it fails again: that is in the record, and not said again.
    for verb in (CLAIM, RELEASE):
        await made(account, move(verb, handoff.id, DANA))
    again = letters(await said(storage, account, LATER, {"blue-room": "is_archived"}))
    assert again == [(Notice.RELEASED, "jane", None)]


async def test_the_escalator_hears_that_the_target_does_not_know(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=())
    await recorded(account, new(target=LEE.identity))
    told = letters(await said(storage, account, NOON, {"lee": "user_disabled"}))
    assert (Notice.UNREACHED, "jane", Unreached("Lee", "user_disabled")) in told


async def test_the_thread_of_a_card_hears_once_that_the_escalator_does_not(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    handoff = await recorded(account)
    sent = await said(storage, account, NOON, {"jane": "user_disabled"})
    [(note, card)] = [(owed, sent[0]) for owed in sent if owed.about is Notice.UNREACHABLE]
    assert card.about is None and note.under == "copy-1" and note.lane == card.lane
    assert note.unreached == Unreached("Jane", "user_disabled")
    await made(account, move(CLAIM, handoff.id, DANA))
    again = await said(storage, account, LATER, {"jane": "user_disabled"})
    assert [owed.about for owed in again if owed.lane.address != "jane"] == [None]


async def test_what_nobody_can_be_told_ends_there(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    await recorded(account)
    everywhere = {"blue-room": "is_archived", "jane": "user_disabled"}
    assert (
        len(await said(storage, account, NOON, everywhere)) == 3
    )  # the card, that it is up nowhere, and where it isn't
    assert await storage.lanes.next_due_at(["blue", "green"], NOON + 60 * MINUTE) is None


async def test_a_note_in_the_thread_that_fails_is_not_followed_by_another(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    await recorded(account)
    [(lease, card)] = await due(storage, account, NOON)
    assert await keep(account, lease, card, Sent("copy-1", "link-1"), NOON) is None
    [(lease, shown)] = await due(storage, account, NOON)
    assert await keep(account, lease, shown, Failed("user_disabled"), NOON) is None
    [(lease, note)] = await due(storage, account, NOON)
    assert note.about is Notice.UNREACHABLE
    assert await keep(account, lease, note, Failed("is_archived"), NOON) is None
    assert await due(storage, account, NOON) == []


async def test_a_letter_about_a_room_that_fails_is_not_followed_by_another(storage: OpenRecords) -> None:
    account = await open_account(storage)
    await recorded(account)
    for lease, card in await due(storage, account, NOON):
        posted = card.lane.platform == GREEN
        await keep(account, lease, card, Sent("copy", "link") if posted else Failed("is_archived"), NOON)
    [(lease, letter)] = await due(storage, account, NOON)
    heard, following = [], letter
    while following:
        heard.append(following.about)
        outcome = Failed("user_disabled") if following.about is Notice.UNREACHED else Sent("dm")
        following = await keep(account, lease, following, outcome, NOON)  # type: ignore[assignment] # None ends it
    assert heard == [Notice.SHOWN, Notice.UNREACHED]
    assert await due(storage, account, NOON) == []


async def test_once_it_is_resolved_nobody_needs_to_know(storage: OpenRecords) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    handoff = await recorded(account)
    [(lease, card)] = await due(storage, account, NOON)
    await made(account, move(CLAIM, handoff.id, DANA))
    await made(account, move(RESOLVE, handoff.id, DANA))
    assert await keep(account, lease, card, Failed("is_archived"), LATER) is None
    assert [owed.about for _, owed in await due(storage, account, LATER)] == [Notice.RESOLVED]


async def test_it_is_in_the_history(storage: OpenRecords, storage_url: str) -> None:
    account = await open_account(storage, rooms=ROOMS[:1])
    handoff = await recorded(account)
    await said(storage, account, NOON, {"blue-room": "is_archived"})
    found = await rows(storage_url, "SELECT handoff, person, platform FROM events WHERE name = 'undelivered'", "acme")
    assert found == [(handoff.id, None, "blue")]
    assert JANE.identity.platform == "blue"
