"""Baton is removed from a workspace: the events come in any order and again, and nothing is sent there any more."""

from itertools import permutations

import pytest

from bot.playground.slack_stand_in import REVOKED, UNINSTALLED, Enterprise, SlackHappenings, Team, User
from core import wording
from core.context_card import Letter
from core.deliveries import Failed, Lane, Sent
from tests.adapters.slack.conftest import DANA, JANE, OTHER, OTTO, SENIORS, TEAM, Shop

LETTER = Letter("Hello", "", "Open the card")
DIRECT = Lane("slack", TEAM, DANA, private=True)


@pytest.mark.parametrize("order", [*permutations((REVOKED, UNINSTALLED)), (UNINSTALLED,), (REVOKED, REVOKED)])
async def test_whatever_order_the_events_come_in_it_is_uninstalled_once(shop: Shop, order: tuple[str, ...]) -> None:
    await shop.browser.install(shop.begin, TEAM, JANE)
    await shop.browser.install(shop.begin, OTHER, OTTO)
    async with shop.people() as people:
        assert [reply.status for reply in await SlackHappenings(people).uninstall(order)] == [200] * len(order)
        assert await shop.account() is None and await shop.account(OTHER) is not None
        before = len(shop.slack.calls)
        assert await shop.outgoing.tell(DIRECT, LETTER, "k") == Failed("not installed")
        assert (await people.command(DANA, "/escalate", "Outlook fails", SENIORS)).text == wording.NOT_CONNECTED
        assert (await people.command(DANA, "/baton", "whoami", SENIORS)).text == wording.NOT_CONNECTED
    assert len(shop.slack.calls) == before
    other = Lane("slack", OTHER, OTTO, private=True)
    assert isinstance(await shop.outgoing.tell(other, LETTER, "k"), Sent)


async def test_installed_again_it_is_the_same_account_with_another_token(shop: Shop) -> None:
    await shop.browser.install(shop.begin, TEAM, JANE)
    account, token = await shop.account(), shop.slack.bot_token
    async with shop.people() as people:
        await SlackHappenings(people).uninstall()
        shop.desk.clock.move(minutes=5)
        assert (await shop.browser.install(shop.begin, TEAM, JANE)).status == 200
        assert await shop.account() == account and shop.slack.bot_token != token
        assert isinstance(await shop.outgoing.tell(DIRECT, LETTER, "k"), Sent)


async def test_an_event_that_is_older_than_the_installation_changes_nothing(shop: Shop) -> None:
    await shop.browser.install(shop.begin, TEAM, JANE)
    installed_at = int(shop.desk.clock.now().timestamp())
    for at, left in ((installed_at - 60, False), (installed_at + 60, True)):
        payload = {"type": "event_callback", "team_id": TEAM, "event_time": at, "event": {"type": UNINSTALLED}}
        async with shop.people() as people:
            assert (await people.deliver("events_api", payload)).status == 200
        assert (await shop.account() is None) is left


async def test_tokens_of_people_are_none_of_ours(shop: Shop) -> None:
    await shop.browser.install(shop.begin, TEAM, JANE)
    async with shop.people() as people:
        assert (await SlackHappenings(people).revoke(bot=False, people=(JANE,))).status == 200
    assert isinstance(await shop.outgoing.tell(DIRECT, LETTER, "k"), Sent)


async def test_a_token_that_is_dead_before_the_event_comes_is_no_fault_of_a_room(shop: Shop) -> None:
    await shop.browser.install(shop.begin, TEAM, JANE)
    shop.slack.teams.remove(TEAM, "account_inactive")
    assert await shop.outgoing.tell(Lane("slack", TEAM, SENIORS, False), LETTER, "k") == Failed("account_inactive")


async def test_an_enterprise_leaves_as_a_whole(shop: Shop) -> None:
    big = Enterprise()
    for team, user in (("T0NORTH01", "U0NORA001"), ("T0SOUTH01", "U0SUE0001")):
        shop.slack.add_team(Team(team, team, team.lower()), enterprise=big).add_user(User(user, user, user))
    await shop.browser.install(shop.begin, big.id, "U0NORA001")
    assert await shop.account(big.id) is not None
    async with shop.people("T0SOUTH01") as south:
        assert (await south.command("U0SUE0001", "/escalate", "help")).text != wording.NOT_CONNECTED
        await SlackHappenings(south).uninstall()
        assert await shop.account(big.id) is None
        assert (await south.command("U0SUE0001", "/escalate", "help")).text == wording.NOT_CONNECTED


async def test_while_the_records_are_away_slack_is_told_to_say_it_again(shop: Shop, caplog) -> None:
    await shop.browser.install(shop.begin, TEAM, JANE)
    async with shop.people() as people:
        with shop.desk.away():
            [reply] = await SlackHappenings(people).uninstall((UNINSTALLED,))
            assert reply.status == 503
        assert people.last is not None and (await people.resend()).status == 200
    assert await shop.account() is None
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
