"""Installing Baton by a button: the whole way through a browser, once for each workspace, and what it leads to."""

import asyncio
import logging
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

from adapters.slack.scopes import SCOPES
from bot.playground.slack_stand_in import Browser, Channel, Enterprise, Page, Team, User
from core.account import STATE_LIVES
from core.context_card import Letter
from core.deliveries import Failed, Lane, Sent
from core.people import Identity, Role, Standing
from tests.adapters.slack.conftest import DANA, JANE, OTHER, OTTO, SENIORS, TEAM, Shop

LETTER = Letter("Hello", "", "Open the card")
BIG = Enterprise()


async def test_a_workspace_is_installed_and_its_installer_is_the_owner(shop: Shop) -> None:
    page = await shop.browser.install(shop.begin, TEAM, JANE)
    assert page.status == 200
    assert "Baton now works in Acme Support" in page.text and "/invite @Baton" in page.text
    assert "/baton show-here" in page.text and "/baton link" in page.text
    assert f"slack://app?team={TEAM}&amp;id=A0BATON01" in page.text
    account = await shop.account()
    assert account is not None
    owner = await shop.records.open(account).who(Identity("slack", TEAM, JANE))
    assert owner is not None and owner.person.role is Role.OWNER
    [workspace] = await shop.records.open(account).workspaces()
    assert (workspace.workspace, workspace.name, workspace.configured) == (TEAM, "Acme Support", False)


async def test_states_that_are_too_old_are_gone_when_another_installation_begins(shop: Shop) -> None:
    for _ in range(3):
        await shop.browser.asked(shop.begin)
    shop.desk.clock.move(seconds=STATE_LIVES.total_seconds())
    await shop.browser.asked(shop.begin)
    assert await shop.records.registry.prune(shop.desk.clock.now() + STATE_LIVES) == 1


async def test_what_is_asked_for_is_what_the_manifest_says(shop: Shop) -> None:
    asked = parse_qs(urlsplit((await shop.browser.asked(shop.begin)).location).query)
    assert asked["scope"] == [",".join(SCOPES)]
    assert asked["redirect_uri"] == [f"{shop.url}/slack/oauth_redirect"]
    assert len(asked["state"][0]) >= 32


async def test_each_workspace_has_an_account_and_a_token_of_its_own(shop: Shop) -> None:
    await shop.browser.install(shop.begin, TEAM, JANE)
    page = await shop.browser.install(shop.begin, OTHER, OTTO)
    assert "Other &lt;b&gt;&amp; Sons&lt;/b&gt;" in page.text and "<b>" not in page.text
    assert None not in {await shop.account(), await shop.account(OTHER)}
    assert await shop.account() != await shop.account(OTHER)
    for team, user in ((TEAM, DANA), (OTHER, OTTO)):
        sent = await shop.outgoing.tell(Lane("slack", team, user, private=True), LETTER, f"say:{team}")
        assert isinstance(sent, Sent)
        assert shop.slack.calls[-1].team == team
        assert [message.text for message in shop.slack.of(team).messages] == ["Hello"]
    sent = await shop.outgoing.tell(Lane("slack", OTHER, DANA, private=True), LETTER, "say:wrong")
    assert sent == Failed("channel_not_found")


async def test_gestures_of_each_workspace_are_answered_with_its_own_token(shop: Shop) -> None:
    await shop.browser.install(shop.begin, TEAM, JANE)
    await shop.browser.install(shop.begin, OTHER, OTTO)
    for team, user, channel in ((TEAM, DANA, SENIORS), (OTHER, OTTO, "C0OTHERS1")):
        async with shop.people(team) as people:
            opened = await people.command(user, "/escalate", "Outlook fails", channel)
            assert opened.view is not None
            await shop.incoming.drain()
            assert (await people.submit(user, opened.view.id)).ok
        assert [call.team for call in shop.slack.calls if call.method.startswith("views")][-2:] == [team, team]
    assert [escalation.by.identity.workspace for escalation in shop.desk.escalations] == [TEAM, OTHER]


async def test_an_enterprise_installs_it_for_all_of_its_workspaces(shop: Shop) -> None:
    for team, user, channel in (("T0NORTH01", "U0NORA001", "C0NORTH01"), ("T0SOUTH01", "U0SUE0001", "C0SOUTH01")):
        workspace = shop.slack.add_team(Team(team, team, team.lower()), enterprise=BIG)
        workspace.add_user(User(user, user.lower(), user))
        workspace.add_channel(Channel(channel, channel.lower()))
    page = await shop.browser.install(shop.begin, BIG.id, "U0NORA001")
    assert page.status == 200 and "Baton now works in Big Corporation" in page.text
    assert "https://big-corporation.enterprise.slack.com/" in page.text
    account = await shop.account(BIG.id)
    assert account is not None and await shop.account("T0NORTH01") is None
    async with shop.people("T0SOUTH01") as south:
        assert (await south.command("U0SUE0001", "/escalate", "", "C0SOUTH01")).view is not None
        assert "U0SUE0001" in (await south.command("U0SUE0001", "/baton", "whoami", "C0SOUTH01")).seen[-1].text.upper()
    sue = await shop.records.open(account).who(Identity("slack", BIG.id, "U0SUE0001"))
    assert sue is not None and sue.identities[0].standing is Standing.ACTIVE
    sent = await shop.outgoing.tell(Lane("slack", BIG.id, "C0SOUTH01", private=False), LETTER, "k")
    assert isinstance(sent, Sent) and sent.link.startswith("https://big-corporation.enterprise.slack.com/archives/C0S")
    assert [message.text for message in shop.slack.of("T0SOUTH01").messages if not message.ephemeral_to] == ["Hello"]


async def back(shop: Shop) -> Page:
    """As far as Slack sends the browser back; ``location`` is the address there."""
    return await shop.browser.answer(await shop.browser.asked(shop.begin), TEAM, JANE)


async def test_a3_a_state_that_was_used_is_refused(shop: Shop) -> None:
    address = (await back(shop)).location
    cookie = shop.browser.cookies("127.0.0.1")
    assert (await shop.browser.open(address)).status == 200
    exchanged = [call.method for call in shop.slack.calls].count("oauth.v2.access")
    shop.browser.keep("127.0.0.1", cookie)
    again = await shop.browser.open(address)
    assert again.status == 400 and "can be finished once, within 10 minutes" in again.text
    assert [call.method for call in shop.slack.calls].count("oauth.v2.access") == exchanged


async def test_a3_a_state_used_by_20_at_once_works_once(shop: Shop) -> None:
    address = (await back(shop)).location
    pages = await asyncio.gather(*(shop.browser.open(address) for _ in range(20)))
    assert sorted(page.status for page in pages) == [200, *[400] * 19]
    assert [call.method for call in shop.slack.calls].count("oauth.v2.access") == 1


async def test_a3_a_state_of_another_browser_is_refused_and_stays_good(shop: Shop) -> None:
    address = (await back(shop)).location
    async with Browser() as other:
        page = await other.open(address)
    assert page.status == 400 and "not the one in which the installation was begun" in page.text
    assert await shop.account() is None
    assert (await shop.browser.open(address)).status == 200


async def test_a3_a_state_is_too_old_after_ten_minutes(shop: Shop) -> None:
    address = (await back(shop)).location
    shop.desk.clock.move(minutes=11)
    assert (await shop.browser.open(address)).status == 400
    assert await shop.account() is None


async def test_the_cookie_is_kept_from_scripts_and_other_sites(shop: Shop) -> None:
    begun = await shop.browser.open(shop.begin)
    [cookie] = SimpleCookie(begun.headers["Set-Cookie"]).values()
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == "600"
    assert begun.headers["Cache-Control"] == "no-store" and begun.headers["Referrer-Policy"] == "no-referrer"


async def test_a7_no_code_state_or_token_is_logged(shop: Shop, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    address = (await back(shop)).location
    await shop.browser.open(address)
    query = parse_qs(urlsplit(address).query)
    secrets = [query["code"][0], query["state"][0], shop.slack.bot_token, shop.slack.app.client_secret]
    said = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("aiosqlite"))
    assert [secret for secret in secrets if secret in said] == []
