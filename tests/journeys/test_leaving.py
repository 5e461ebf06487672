"""Baton is removed from Slack, in whatever order Slack says so: nothing is sent there any more; and it comes back."""

from collections.abc import Mapping

import pytest

from bot.playground.faults import RateLimited
from bot.playground.slack_stand_in import REVOKED, UNINSTALLED, SlackHappenings, payloads
from storage.engine import sqlite_file
from tests.journeys.accounts import Street, move_in, street
from tests.journeys.breaking import held_lock
from tests.journeys.cast import JANE, SAM, TOM, StoppedClock, machine_time
from tests.journeys.house import house
from tests.journeys.letters import picked_up, up
from tests.journeys.players import InSlack, InTeams
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, alone, slack_chat, teams_chat
from tests.storage.rows import count, rows

WAITING = "Escalation from Jane Novak: Mail is down. Normal priority, waiting to be picked up."
BY_TOM = "Escalation from Jane Novak: Mail is down. Picked up by Tom Berg."
CLAIMED = "It's yours: you picked this up."
REMOVED = "Baton was removed from Acme Support. Nothing is sent there any more, and its token is gone."
UNREACHED = "Baton can't reach Jane Novak (Baton is not installed there). Tell them yourselves what happens here."
ORDERS = {
    "revoked first": (REVOKED, UNINSTALLED),
    "uninstalled first": (UNINSTALLED, REVOKED),
    "each twice": (UNINSTALLED, REVOKED, UNINSTALLED, REVOKED),
}


def calls_to_acme(here: Street) -> int:
    """How often Acme's Slack was called with its token, or a token that is dead."""
    return len([call for call in here.slack.calls if call.team != here.next_door.team.id])


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
async def test_after_an_uninstall_nothing_is_sent_there_and_those_elsewhere_are_told(
    storage_url: str, order: tuple[str, ...]
) -> None:
    # An installation is dated by the machine's clock, and what comes after it has to be later.
    clock = StoppedClock()
    clock.move_to(machine_time())
    async with street(storage_url, clock=clock) as here:
        acme, jane, tom = here.acme, InSlack(here.acme, JANE), InTeams(here.acme, TOM)
        await move_in(acme, SAM, TOM)
        here.set_the_scene()
        account = await acme.account()
        [(sealed,)] = await rows(here.database_url, "SELECT token FROM installations WHERE platform = 'slack'", account)
        assert sealed and sealed.encode() in await bytes_of(here.database_url, account)
        await jane.escalates("Mail is down")
        # The card's correction and the letter to Jane have to wait, and so are pending when Slack says that it is over.
        here.slack.faults("chat.update", [RateLimited(3600)])
        here.slack.faults("chat.postMessage", [RateLimited(3600)])
        assert await tom.press("claimed") == CLAIMED
        await here.slack.wait_until(lambda: here.slack.faults_left == 0, 20)
        owed = "deliveries WHERE state = 'pending' AND lane LIKE 'slack:%'"
        assert await count(here.database_url, owed, account) == 2

        clock.move(minutes=10)
        before = calls_to_acme(here)
        here.log.expect("is given up in slack:.*not installed")
        for answer in await acme.happenings.uninstall(order):
            assert answer.status == 200
        assert await count(here.database_url, owed, account) == 0
        assert await count(here.database_url, "installations WHERE platform = 'slack'", account) == 0
        assert sealed.encode() not in await bytes_of(here.database_url, account)
        assert await tom.press("released") == "You released this. It is waiting to be picked up again."
        await here.settled()
        assert calls_to_acme(here) == before
        assert "#escalations" not in await tom.says("rooms")
        await here.end_with(
            {
                SLACK_CARDS: [WAITING],
                TEAMS_CARDS: [WAITING, UNREACHED],
                slack_chat("Jane"): [up("Mail is down")],
                teams_chat("Tom"): [REMOVED, "Escalations are shown in:\nEscalations (Teams): everything"],
            },
            failed=["slack chat.update: ratelimited", "slack chat.postMessage: ratelimited"],
        )


async def bytes_of(url: str, account: str) -> bytes:
    """All of SQLite's files, after a checkpoint; of PostgreSQL, what the table of installations shows the account."""
    file = sqlite_file(url)
    if file is None:
        return repr(await rows(url, "SELECT * FROM installations", account)).encode()
    [(busy, _, _)] = await rows(url, "PRAGMA wal_checkpoint(TRUNCATE)")
    assert not busy
    return b"".join(each.read_bytes() for each in (file, file.with_name(f"{file.name}-wal")) if each.exists())


async def test_a_reinstallation_finds_its_account_and_history_and_works_after_show_here(storage_url: str) -> None:
    async with street(storage_url) as here:
        acme, jane, sam, tom = here.acme, InSlack(here.acme, JANE), InSlack(here.acme, SAM), InTeams(here.acme, TOM)
        await move_in(acme, SAM, TOM)
        here.set_the_scene()
        account = await acme.account()
        await jane.escalates("Mail is down")
        await acme.happenings.uninstall()
        assert "isn't connected" in await sam.says("whoami")
        assert "Baton is installed" in (await acme.adds_to_slack(SAM)).text
        assert await acme.account() == account
        assert "owner" in await sam.says("whoami")
        assert "Mail is down" in await sam.says("queue")
        # What Slack has to say of the time before comes late, and does no harm.
        late = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [acme.workspace.bot.id]}}
        assert await late_event(here, late, seconds=60) == 200
        assert await acme.account() == account
        acme.workspace.channels["C0ESCALATE"].bot_is_member = True
        assert "#escalations" not in await sam.says("rooms")
        assert "From now on escalations are shown in #escalations" in await sam.says("show-here")
        assert await tom.press("claimed") == CLAIMED
        await here.settled()
        await jane.escalates("Printer on fire")
        await here.settled()
        fresh = "Escalation from Jane Novak: Printer on fire. Normal priority, waiting to be picked up."
        await here.end_with(
            {
                SLACK_CARDS: [BY_TOM, fresh],
                TEAMS_CARDS: [BY_TOM, fresh],
                alone("Sam"): sam.private()[2:],
                slack_chat("Jane"): [up("Mail is down"), picked_up("Tom Berg", "Mail is down"), up("Printer on fire")],
                teams_chat("Tom"): [REMOVED],
            }
        )


async def test_the_workspace_of_the_settings_is_served_no_more_once_baton_was_removed_from_it(sqlite_url: str) -> None:
    async with house(sqlite_url, "slack") as here:
        jane = InSlack(here, JANE)
        await jane.opens_form("Mail is down")
        await SlackHappenings(here.baton.slack).uninstall()
        before = len(here.slack.calls)
        answer = await jane.types("Mail is down")
        assert "isn't connected" in answer.seen[-1].text
        assert len(here.slack.calls) == before
        await here.ends_with({alone("Jane"): jane.private()})


async def late_event(here: Street, inner: Mapping[str, object], seconds: int) -> int | None:
    """Deliver an event that happened so long ago; answers the status."""
    body = payloads.event(here.acme.workspace, inner, None)
    body["event_time"] -= seconds
    return (await here.acme.baton.slack.deliver("events_api", body)).status


async def test_tokens_of_people_that_are_revoked_are_none_of_ours(sqlite_url: str) -> None:
    async with street(sqlite_url) as here:
        await here.acme.adds_to_slack(SAM)
        assert (await here.acme.happenings.revoke(bot=False, people=(SAM.slack,))).status == 200
        assert "owner" in await InSlack(here.acme, SAM).says("whoami")
        await here.end_with({alone("Sam"): ["You are Sam Okafor."]})


async def test_an_uninstall_that_the_records_could_not_take_is_said_again_by_slack_and_done_then(
    sqlite_url: str,
) -> None:
    async with street(sqlite_url) as here:
        acme = here.acme
        await acme.adds_to_slack(SAM)
        account = await acme.account()
        here.log.allow("storage is away")
        async with held_lock(sqlite_url):
            [answer] = await acme.happenings.uninstall((UNINSTALLED,))
            assert answer.status == 503
        assert await count(sqlite_url, "installations", account) == 1
        again = await acme.baton.slack.event({"type": UNINSTALLED}, event_id="Ev1", retry=1)
        assert again.status == 200
        assert await count(sqlite_url, "installations", account) == 0
        await here.end_with({})
