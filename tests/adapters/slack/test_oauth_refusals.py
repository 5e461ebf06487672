"""Installations that come to nothing: a page says so and what to do next, and nothing is bound."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from bot.playground.slack_stand_in import DropBefore, Error, Hang, Page, RateLimited, Status, WrongJson
from core.account import Install
from core.errors import StorageAway, StorageUnsure
from tests.adapters.slack.conftest import JANE, TEAM, Shop

AGAIN = '<a href="install">Start again</a>'


async def back(shop: Shop, *, allow: bool = True) -> Page:
    """As far as Slack sends the browser back."""
    return await shop.browser.answer(await shop.browser.asked(shop.begin), TEAM, JANE, allow=allow)


async def nothing_came_of_it(shop: Shop, page: Page, status: int, words: str) -> None:
    assert page.status == status
    assert "Baton was not installed" in page.text and words in page.text and AGAIN in page.text
    assert await shop.account() is None


async def test_a_no_in_slack_is_taken_as_one(shop: Shop) -> None:
    page = await shop.browser.open((await back(shop, allow=False)).location)
    await nothing_came_of_it(shop, page, 200, "You chose not to allow it")
    assert "oauth.v2.access" not in {call.method for call in shop.slack.calls}


HOSTILE = '"><script>alert(1)</script>'


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"error": HOSTILE}, 200),
        ({"error": HOSTILE, "state": HOSTILE}, 200),
        ({"code": HOSTILE, "state": HOSTILE}, 400),
        ({"code": "x" * 5_000, "state": "y"}, 400),
        ({"state": "y"}, 400),
        ({"code": "x"}, 400),
        ({"code": "", "state": ""}, 400),
        ({"code": "ü", "state": "é"}, 400),
        ({}, 400),
    ],
)
async def test_what_nobody_was_sent_back_with_is_refused_and_never_echoed(shop: Shop, query, status: int) -> None:
    page = await shop.browser.open(f"{shop.url}/slack/oauth_redirect?{urlencode(query)}")
    assert page.status == status and AGAIN in page.text
    assert "<script" not in page.text and "alert" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert shop.slack.calls == []


@pytest.mark.parametrize("method", ["oauth.v2.access", "auth.test"])
@pytest.mark.parametrize("fault", [Status(502), DropBefore(), WrongJson(), RateLimited(30), Error("internal_error")])
async def test_slack_being_away_is_said(shop: Shop, method: str, fault) -> None:
    address = (await back(shop)).location
    shop.slack.faults(method, [fault])
    await nothing_came_of_it(shop, await shop.browser.open(address), 503, "Slack did not answer in time")
    assert (await shop.browser.install(shop.begin, TEAM, JANE)).status == 200


async def test_silence_of_slack_ends(shop: Shop, monkeypatch) -> None:
    monkeypatch.setattr("adapters.slack.workspaces.CALL_SECONDS", 0.2)
    monkeypatch.setattr("adapters.slack.web_api.CALL_SECONDS", 0.2)
    address = (await back(shop)).location
    shop.slack.faults("oauth.v2.access", [Hang()])
    await nothing_came_of_it(shop, await shop.browser.open(address), 503, "Slack did not answer in time")


@pytest.mark.parametrize("change", ["client_secret", "client_id"])
async def test_credentials_that_slack_refuses_are_the_operators_business(shop: Shop, caplog, change: str) -> None:
    address = (await back(shop)).location
    secret = shop.slack.app.client_secret
    setattr(shop.slack.app, change, "another")
    await nothing_came_of_it(shop, await shop.browser.open(address), 502, "Ask whoever runs it")
    [record] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "SLACK_CLIENT_SECRET" in record.message and secret not in caplog.text


async def test_a_redirect_url_that_is_not_the_apps_ends_on_slacks_own_page(shop: Shop) -> None:
    shop.slack.app.redirect_urls.clear()
    page = await shop.browser.install(shop.begin, TEAM, JANE)
    assert page.status == 400 and "bad_redirect_uri" in page.text


async def test_a_code_that_slack_does_not_take_means_to_start_again(shop: Shop) -> None:
    address = (await back(shop)).location
    code = parse_qs(urlsplit(address).query)["code"][0]
    shop.slack.app.codes[code].used = True
    await nothing_came_of_it(shop, await shop.browser.open(address), 400, "Slack did not confirm")


async def test_an_answer_without_a_bot_or_with_an_end_is_not_kept(shop: Shop, caplog, monkeypatch) -> None:
    given = shop.slack.app.exchange
    for extra in ({"token_type": "user"}, {"access_token": ""}, {"authed_user": None}, {"refresh_token": "xoxe-1"}):
        monkeypatch.setattr(shop.slack.app, "exchange", lambda *asked, extra=extra: given(*asked) | extra)
        page = await shop.browser.install(shop.begin, TEAM, JANE)
        await nothing_came_of_it(shop, page, 502, "Ask whoever runs it")
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 4
    assert "xox" not in caplog.text


async def test_a_token_of_another_workspace_than_was_said_is_not_kept(shop: Shop, caplog, monkeypatch) -> None:
    given = shop.slack.app.exchange
    elsewhere = {"team": {"id": "T0FOREIGN", "name": "Foreign"}}
    monkeypatch.setattr(shop.slack.app, "exchange", lambda *asked: given(*asked) | elsewhere)
    page = await shop.browser.install(shop.begin, TEAM, JANE)
    await nothing_came_of_it(shop, page, 502, "Slack did not confirm")
    assert await shop.account("T0FOREIGN") is None and "another workspace" in caplog.text


async def test_records_that_are_away_are_said_before_anything_begins(shop: Shop) -> None:
    with shop.desk.away():
        page = await shop.browser.open(shop.begin)
    await nothing_came_of_it(shop, page, 503, "reach its records")
    assert "Set-Cookie" not in page.headers or "Max-Age=0" in page.headers["Set-Cookie"]


async def test_and_so_are_records_that_go_away_meanwhile(shop: Shop) -> None:
    address = (await back(shop)).location
    with shop.desk.away():
        page = await shop.browser.open(address)
        assert page.status == 503 and "reach its records" in page.text
    assert "oauth.v2.access" not in {call.method for call in shop.slack.calls}
    assert await shop.account() is None


@pytest.mark.parametrize("away", [StorageAway, StorageUnsure])
async def test_and_those_that_are_away_at_the_very_end(shop: Shop, monkeypatch, away) -> None:
    address = (await back(shop)).location

    async def install(_: Install) -> None:
        raise away

    monkeypatch.setattr(shop.desk, "install", install)
    await nothing_came_of_it(shop, await shop.browser.open(address), 503, "reach its records")
