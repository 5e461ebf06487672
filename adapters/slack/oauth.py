"""Installing Baton by a button: from our page to Slack's, and back with a code that is exchanged for a token.

slack_bolt's own flow is not used: it writes the code into the log when Slack refuses it, answers 500 when storage is
away, and its URLs are not escaped.
"""

import hmac
import logging
from datetime import UTC, datetime
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from adapters.slack import directory, pages, wording
from adapters.slack.outgoing import BadToken, introduce
from adapters.slack.pages import Page
from adapters.slack.scopes import SCOPES
from adapters.slack.settings import SlackSettings
from adapters.slack.translate import PLATFORM
from adapters.slack.web_api import Answer, Trouble, WebApi
from core.account import STATE_LIVES, Install, Installation
from core.desk import Desk
from core.errors import PlatformAway, StorageAway
from core.people import Caller, Identity, Profile

COOKIE = "baton-slack-install"
_LONGEST = 1_000  # of a state or a code; Slack's and ours are far shorter

# What Slack answers when it is the operator who has to do something.
_SET_UP_WRONGLY = frozenset(
    {"bad_client_secret", "bad_redirect_uri", "invalid_client_id", "oauth_authorization_url_mismatch"}
)
_log = logging.getLogger(__name__)


class SlackOAuth:
    """The routes ``GET /slack/install`` and ``GET /slack/oauth_redirect``. Codes, states and tokens are not logged."""

    def __init__(self, settings: SlackSettings, session: aiohttp.ClientSession, desk: Desk) -> None:
        if settings.oauth is None:
            raise ValueError("installing by a button needs the app's credentials")
        self._app = settings.oauth
        self._authorize_url = settings.authorize_url
        self._api_url = settings.api_url
        self._session = session
        self._desk = desk

    async def install(self, _: web.Request) -> web.Response:
        """Send somebody's browser to Slack, with a state that only this browser can come back with."""
        try:
            state = await self._desk.begin_install()
        except StorageAway:
            return _shown(pages.failed(503, wording.RECORDS_AWAY))
        asked = {
            "client_id": self._app.client_id,
            "scope": ",".join(SCOPES),
            "user_scope": "",
            "redirect_uri": self._app.redirect_url,
            "state": state,
        }
        to = {"Location": f"{self._authorize_url}?{urlencode(asked)}"}
        response = web.Response(status=302, headers={**pages.HEADERS, **to})
        # Lax: it comes along when Slack sends the browser back, and with nothing that another page does by itself.
        response.set_cookie(
            COOKIE, state, max_age=int(STATE_LIVES.total_seconds()), path="/", httponly=True, samesite="Lax",
            secure=self._app.redirect_url.startswith("https:"),
        )  # fmt: skip
        return response

    async def callback(self, request: web.Request) -> web.Response:
        """Take somebody back from Slack. The state is used up before anything is asked of Slack."""
        query = request.query
        if "error" in query:
            denied = query["error"] == "access_denied"
            return _shown(pages.failed(200, wording.INSTALL_DENIED if denied else wording.INSTALL_BROKEN))
        state, code = query.get("state", ""), query.get("code", "")
        if not state or not code or max(len(state), len(code)) > _LONGEST:
            return _shown(pages.failed(400, wording.INSTALL_UNREADABLE))
        if not hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), state.encode()):
            return _shown(pages.failed(400, wording.INSTALL_ELSEWHERE))
        try:
            if not await self._desk.takes_state(state):
                return _shown(pages.failed(400, wording.INSTALL_STALE))
            return _shown(await self._finish(code))
        except StorageAway:
            return _shown(pages.failed(503, wording.RECORDS_AWAY))

    async def _finish(self, code: str) -> Page:
        """Exchange the code, ask who we are, and have it recorded."""
        arguments = {"code": code, "redirect_uri": self._app.redirect_url}
        app = WebApi("", self._api_url, self._session)
        given = await app.exchange("oauth.v2.access", arguments, self._app.client_id, self._app.client_secret)
        if isinstance(given, Trouble):
            return _refused(given)
        token = given.text("access_token")
        if given.text("token_type") != "bot" or not token or not given.text("authed_user", "id"):
            _log.error("Slack finished an installation without a token for the bot")
            return pages.failed(502, wording.APP_SET_UP_WRONGLY)
        if given.text("refresh_token"):
            _log.error("Slack's token rotation is on for this app, and Baton's tokens would end within 12 hours")
            return pages.failed(502, wording.APP_SET_UP_WRONGLY)
        theirs = WebApi(token, self._api_url, self._session)
        try:
            us = await introduce(theirs)
        except PlatformAway:
            return pages.failed(503, wording.SLACK_AWAY)
        except BadToken as bad:
            _log.warning("Slack does not take the token that it has just given (%s)", bad)
            return pages.failed(502, wording.INSTALL_BROKEN)
        place, name = _where(given)
        if us.team != place or not place:
            _log.error("Slack gave a token of another workspace than it said")
            return pages.failed(502, wording.INSTALL_BROKEN)
        user = given.text("authed_user", "id")
        installation = Installation(PLATFORM, place, token, us.facts)
        by = Caller(Identity(PLATFORM, place, user), user)
        profile = await _look_up(theirs, by)
        await self._desk.install(Install(installation, name or place, by, datetime.now(UTC), profile))
        return pages.installed(name, _back(given, us.url))


async def _look_up(api: WebApi, installer: Caller) -> Profile | None:
    """Who installed it, asked with the new token: the directory knows it only when it is recorded."""
    try:
        return directory.told(await api.ask(directory.METHOD, {"user": installer.identity.user}), installer)
    except PlatformAway:
        return None


def _where(given: Answer) -> tuple[str, str]:
    """The id and the name of the workspace, or of the enterprise if it is installed for all of one."""
    kind = "enterprise" if given.at("is_enterprise_install") is True else "team"
    return given.text(kind, "id"), given.text(kind, "name")


def _back(given: Answer, url: str) -> str:
    """A link to the app in the workspace; for a whole enterprise, where that is no one place, its address."""
    team, app = given.text("team", "id"), given.text("app_id")
    if team and app:
        return f"slack://app?{urlencode({'team': team, 'id': app})}"
    return url if url.startswith("https://") else ""


def _refused(trouble: Trouble) -> Page:
    if trouble.temporary:
        return pages.failed(503, wording.SLACK_AWAY)
    if trouble.reason in _SET_UP_WRONGLY:
        _log.error(
            "Slack does not take this app's credentials (%s): check SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, and that "
            "the redirect URL is the one on the app's page",
            trouble.reason,
        )
        return pages.failed(502, wording.APP_SET_UP_WRONGLY)
    _log.info("Slack did not take an installation's code: %s", trouble.reason)
    return pages.failed(400, wording.INSTALL_BROKEN)


def _shown(page: Page) -> web.Response:
    """The page. The cookie has done its work, however it ended."""
    response = web.Response(
        status=page.status, text=pages.html(page), content_type="text/html", charset="utf-8", headers=pages.HEADERS
    )
    response.del_cookie(COOKIE, path="/")
    return response
