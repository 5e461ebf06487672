"""Slack's page for installing an app, and the exchange of the code: what they refuse."""

from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest

from bot.playground.slack_stand_in import Browser, SlackStandIn, User

BACK = "http://127.0.0.1:1/slack/oauth_redirect"


@pytest.fixture
async def standin(clock):
    standin = SlackStandIn(clock=clock, installed=False)
    standin.add_user(User("UJANE", "jane", "Jane Junior"))
    standin.add_user(User("UGUEST", "guest", "Gus Guest", is_restricted=True))
    standin.app.redirect_urls.append("http://127.0.0.1:1/slack")
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
async def browser():
    async with Browser() as browser:
        yield browser


def question(standin, **changes):
    asked = {
        "client_id": standin.app.client_id,
        "scope": "commands,chat:write",
        "user_scope": "",
        "redirect_uri": BACK,
        "state": "s&1",
    }
    return f"{standin.authorize_url}?{urlencode(asked | changes)}"


async def allowed(standin, browser):
    """The code that somebody's yes comes to."""
    answered = await browser.answer(await asked(standin, browser), "T0BATON01", "UJANE")
    return parse_qs(urlsplit(answered.location).query)["code"][0]


async def asked(standin, browser):
    page = await browser.open(question(standin))
    assert page.status == 200 and "Jane Junior" in page.text and "Gus Guest" not in page.text
    return type(page)(page.status, page.text, question(standin), page.headers)


@pytest.fixture
async def exchange(standin):
    async with aiohttp.ClientSession() as session:

        async def exchange(code, secret=None, client_id=None, **form):
            basic = aiohttp.encode_basic_auth(client_id or standin.app.client_id, secret or standin.app.client_secret)
            form, headers = {"code": code, "redirect_uri": BACK} | form, {"Authorization": basic}
            async with session.post(standin.api_url + "oauth.v2.access", data=form, headers=headers) as response:
                return await response.json()

        yield exchange


async def test_a_yes_becomes_a_token(standin, browser, exchange):
    given = await exchange(await allowed(standin, browser))
    assert given["access_token"] == standin.bot_token != "" and given["token_type"] == "bot"
    assert given["team"] == {"name": "Acme Support", "id": "T0BATON01"} and given["enterprise"] is None
    assert given["authed_user"] == {"id": "UJANE"} and given["scope"] == "chat:write,commands"
    assert standin.workspace.scopes == {"commands", "chat:write"}


async def test_a_reinstallation_keeps_a_token_that_lives_and_adds_scopes(standin, browser, exchange):
    first = await exchange(await allowed(standin, browser))
    code = standin.app.allow("T0BATON01", "UJANE", ["users:read"], BACK)
    second = await exchange(code)
    assert second["access_token"] == first["access_token"] and "users:read,commands" not in second["scope"]
    assert set(second["scope"].split(",")) == {"chat:write", "commands", "users:read"}


async def test_a_no_goes_back_with_a_word_and_the_state(standin, browser):
    answered = await browser.answer(await asked(standin, browser), "T0BATON01", "UJANE", allow=False)
    assert parse_qs(urlsplit(answered.location).query) == {"error": ["access_denied"], "state": ["s&1"]}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"redirect_uri": "https://evil.example/slack/oauth_redirect"}, "bad_redirect_uri"),
        ({"redirect_uri": "http://127.0.0.1:1/slackers"}, "bad_redirect_uri"),
        ({"redirect_uri": ""}, "bad_redirect_uri"),
        ({"scope": "commands,admin"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"user_scope": "chat:write"}, "invalid_scope"),
        ({"state": ""}, "missing_state"),
    ],
)
async def test_a_question_that_is_not_right_is_not_asked(standin, browser, changes, wrong):
    page = await browser.open(question(standin, **changes))
    assert page.status == 400 and wrong in page.text and page.location == ""


@pytest.mark.parametrize(("place", "user"), [("T0BATON01", "UGUEST"), ("T0BATON01", "UNOBODY"), ("TNOWHERE", "UJANE")])
async def test_not_everybody_may_install(standin, browser, place, user):
    page = await browser.answer(await asked(standin, browser), place, user)
    assert page.status == 403 and standin.app.codes == {}


async def test_a_code_works_once(standin, browser, exchange):
    code = await allowed(standin, browser)
    assert (await exchange(code))["ok"]
    assert (await exchange(code))["error"] == "code_already_used"


async def test_a_code_works_for_ten_minutes(standin, browser, exchange, clock):
    code = await allowed(standin, browser)
    clock.forward(minutes=10, seconds=1)
    assert (await exchange(code))["error"] == "invalid_code"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"secret": "x"}, "bad_client_secret"),
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"redirect_uri": "http://127.0.0.1:1/slack/else"}, "bad_redirect_uri"),
        ({"code": "1.x"}, "invalid_code"),
    ],
)
async def test_an_exchange_that_is_not_right_is_refused_and_the_code_stays(standin, browser, exchange, given, wrong):
    code = await allowed(standin, browser)
    assert (await exchange(**({"code": code} | given)))["error"] == wrong
    assert standin.bot_token == ""
    assert (await exchange(code))["ok"]


async def test_a_browser_keeps_secure_cookies_from_plain_http():
    browser = Browser({"https://baton.example": "http://127.0.0.1:9"})
    browser.keep("baton.example", {"a": "1"})
    assert browser.cookies("baton.example") == {"a": "1"} and browser.cookies("other.example") == {}
