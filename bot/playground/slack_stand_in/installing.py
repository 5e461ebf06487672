"""Slack's own page on which somebody allows or denies an app, and the exchange of what they allowed for a token."""

import base64
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from html import escape
from urllib.parse import urlencode

from aiohttp import web

from bot.playground.slack_stand_in.methods import SCOPES
from bot.playground.slack_stand_in.records import Code, Json, Refused
from bot.playground.slack_stand_in.teams import Teams
from bot.playground.slack_stand_in.workspace import Workspace

AUTHORIZE = "/oauth/v2/authorize"
CODE_LIFE = timedelta(minutes=10)
_ASKED = ("client_id", "scope", "redirect_uri", "state")


class Installing:
    """The app as it can be installed: its credentials, and the addresses that people may be sent back to.

    ``redirect_urls`` are those on the app's page: Slack sends nobody to an address that is not below one of them.
    """

    def __init__(self, teams: Teams, clock: Callable[[], datetime]) -> None:
        self._teams, self._clock = teams, clock
        self.client_id, self.client_secret = "1000000000001.2000000000002", "stand-in-client-secret"  # made up
        self.redirect_urls: list[str] = []
        self.codes: dict[str, Code] = {}

    async def page(self, request: web.Request) -> web.Response:
        """``GET``: the page with the question. ``POST``: its answer, and back to the app."""
        given = {name: str(value) for name, value in {**request.query, **await request.post()}.items()}
        if wrong := self._wrong(given):
            return web.Response(status=400, text=f"<h1>{escape(wrong)}</h1>", content_type="text/html")
        if request.method == "GET":
            return web.Response(text=self._question(given), content_type="text/html")
        if given.get("decision") != "allow":
            return _back(given, {"error": "access_denied"})
        place, user = given.get("place", ""), given.get("user", "")
        if not any(_may_install(workspace, user) for workspace in self._places().get(place, [])):
            return web.Response(status=403, text="<h1>not_allowed</h1>", content_type="text/html")
        return _back(given, {"code": self.allow(place, user, given["scope"].split(","), given["redirect_uri"])})

    def allow(self, place: str, user: str, scopes: Iterable[str], redirect_uri: str) -> str:
        """The code for what somebody allowed."""
        code = f"{secrets.randbelow(10**12)}.{secrets.token_hex(24)}"
        self.codes[code] = Code(place, user, frozenset(scopes), redirect_uri, self._clock())
        return code

    def exchange(self, authorization: str, args: Json) -> Json:
        """oauth.v2.access: the token for a code, by the app's id and secret in the header or in the body."""
        client_id, secret = _credentials(authorization, args)
        if client_id != self.client_id:
            raise Refused("invalid_client_id")
        if secret != self.client_secret:
            raise Refused("bad_client_secret")
        code = self.codes.get(str(args.get("code")))
        if code is None or self._clock() - code.at > CODE_LIFE:
            raise Refused("invalid_code")
        if code.used:
            raise Refused("code_already_used")
        if args.get("redirect_uri") != code.redirect_uri:
            raise Refused("bad_redirect_uri")
        code.used = True
        token = self._teams.install(code.place, code.scopes)
        return _granted(self._teams.of(code.place)[0], code, token)

    def _wrong(self, given: Mapping[str, str]) -> str:
        scopes = set(given.get("scope", "").split(","))
        if given.get("client_id") != self.client_id:
            return "invalid_client_id"
        if not any(_below(given.get("redirect_uri", ""), url) for url in self.redirect_urls):
            return "bad_redirect_uri"
        if not scopes <= SCOPES or given.get("user_scope"):
            return "invalid_scope"
        # Slack takes one that has none; here nobody installs anything without that protection.
        return "" if given.get("state") else "missing_state"

    def _places(self) -> dict[str, list[Workspace]]:
        found: dict[str, list[Workspace]] = {}
        for workspace in self._teams.all:
            found.setdefault(workspace.team.id, []).append(workspace)
            if workspace.enterprise:
                found.setdefault(workspace.enterprise.id, []).append(workspace)
        return found

    def _question(self, given: Mapping[str, str]) -> str:
        hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(given[name])}">' for name in _ASKED)
        places = "".join(f'<option value="{escape(place)}">{escape(place)}</option>' for place in self._places())
        people = "".join(
            f'<option value="{escape(user.id)}">{escape(user.real_name)}</option>'
            for workspace in self._teams.all
            for user in workspace.users.values()
            if _may_install(workspace, user.id)
        )
        return (
            "<!doctype html><title>Slack stand-in</title><h1>Baton asks for permission</h1>"
            f'<form method="post" action="{AUTHORIZE}">{hidden}<p>{escape(given["scope"])}</p>'
            f'<select name="place">{places}</select><select name="user">{people}</select>'
            '<button name="decision" value="allow">Allow</button><button name="decision" value="deny">Cancel</button>'
            "</form>"
        )


def _may_install(workspace: Workspace, user_id: str) -> bool:
    user = workspace.users.get(user_id)
    if user is None:
        return False
    return not (user.is_bot or user.deleted or user.is_restricted or user.is_ultra_restricted)


def _below(address: str, url: str) -> bool:
    return address == url or address.startswith(url.rstrip("/") + "/")


def _back(given: Mapping[str, str], answer: Mapping[str, str]) -> web.Response:
    query = urlencode({**answer, "state": given["state"]})
    return web.Response(status=302, headers={"Location": f"{given['redirect_uri']}?{query}"})


def _credentials(authorization: str, args: Json) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return str(args.get("client_id", "")), str(args.get("client_secret", ""))
    try:
        login, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return login, password


def _granted(workspace: Workspace, code: Code, token: str) -> Json:
    enterprise = workspace.enterprise
    whole = workspace.org_wide
    return {
        "access_token": token,
        "token_type": "bot",
        "scope": ",".join(sorted(workspace.scopes)),
        "bot_user_id": workspace.bot.id,
        "app_id": workspace.app_id,
        "team": None if whole else {"name": workspace.team.name, "id": workspace.team.id},
        "enterprise": {"name": enterprise.name, "id": enterprise.id} if enterprise else None,
        "authed_user": {"id": code.user},
        "is_enterprise_install": whole,
    }
