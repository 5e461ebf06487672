"""Slack's settings: one workspace's token, or the credentials by which any workspace installs the app, or both."""

import re
from collections.abc import Mapping

from adapters.slack.settings import OAuthSettings, SlackSettings
from bot.setting_checks import reachable, wanted

NAMES = (
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
    "SLACK_CHANNEL",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_API_URL",
    "SLACK_AUTHORIZE_URL",
)
REDIRECT_PATH = "/slack/oauth_redirect"
_API_URL = "https://slack.com/api/"
_AUTHORIZE_URL = "https://slack.com/oauth/v2/authorize"


def slack_settings(values: Mapping[str, str], public_url: str, problems: list[str]) -> SlackSettings | None:
    """What is set for Slack, None if nothing is or something is wrong with it; ``problems`` gets what."""
    if not any(values.get(name) for name in NAMES):
        return None
    start = len(problems)
    token, app_token = values.get("SLACK_BOT_TOKEN", ""), values.get("SLACK_APP_TOKEN", "")
    secret, channel = values.get("SLACK_SIGNING_SECRET", ""), values.get("SLACK_CHANNEL", "")
    url, authorize_url = values.get("SLACK_API_URL", _API_URL), values.get("SLACK_AUTHORIZE_URL", _AUTHORIZE_URL)
    oauth = _oauth(values, public_url, problems)
    if not token.startswith("xoxb-") and (token or not asks_oauth(values)):
        problems.append(wanted("SLACK_BOT_TOKEN", token, "the bot token of the Slack app; it starts with xoxb-"))
    if app_token and not app_token.startswith("xapp-"):
        problems.append("SLACK_APP_TOKEN: an app-level token for Socket Mode starts with xapp-.")
    if not secret and not app_token:
        problems.append(
            "SLACK_SIGNING_SECRET: missing. Slack's requests are checked with it (only Socket Mode goes without)."
        )
    if channel:
        problems += _about_channel(channel, binds(values))
    problems += reachable("SLACK_API_URL", url) + reachable("SLACK_AUTHORIZE_URL", authorize_url)
    if not url.endswith("/api/"):
        problems.append("SLACK_API_URL: this address ends in /api/.")
    if len(problems) > start:
        return None
    return SlackSettings(token, secret, app_token or None, channel, url, oauth, authorize_url)


def binds(values: Mapping[str, str]) -> bool:
    """Whether an account comes from the settings: not where workspaces come by installing Baton, and that alone."""
    return bool(values.get("SLACK_BOT_TOKEN")) or not asks_oauth(values)


def asks_oauth(values: Mapping[str, str]) -> bool:
    """Whether workspaces are to install the app by themselves."""
    return bool(values.get("SLACK_CLIENT_ID") or values.get("SLACK_CLIENT_SECRET"))


def _about_channel(channel: str, bound: bool) -> list[str]:
    if not bound:
        return [
            "SLACK_CHANNEL: this is a channel of SLACK_BOT_TOKEN's workspace, and there is no such token. "
            "Say /baton show-here in the channel instead."
        ]
    if not re.fullmatch(r"[CG][A-Z0-9]{5,}", channel):
        return [wanted("SLACK_CHANNEL", channel, "a channel's id like C0123456789, not its name")]
    return []


def _oauth(values: Mapping[str, str], public_url: str, problems: list[str]) -> OAuthSettings | None:
    if not asks_oauth(values):
        return None
    client, secret = values.get("SLACK_CLIENT_ID", ""), values.get("SLACK_CLIENT_SECRET", "")
    if not re.fullmatch(r"\d+\.\d+", client):
        problems.append(wanted("SLACK_CLIENT_ID", client, "the client id of the Slack app, two numbers with a dot"))
    if not secret:
        problems.append(wanted("SLACK_CLIENT_SECRET", secret, "the client secret of the Slack app"))
    if not values.get("BATON_SECRET_KEY"):
        problems.append(
            "BATON_SECRET_KEY: missing. The tokens of the workspaces that install Baton are sealed with it. "
            "Run: baton key"
        )
    if not values.get("BATON_PUBLIC_URL"):
        problems.append(
            "BATON_PUBLIC_URL: missing. With SLACK_CLIENT_ID, Slack sends people back there: set it to the https:// "
            "address under which Slack reaches Baton."
        )
    return OAuthSettings(client, secret, public_url + REDIRECT_PATH)
