"""The deployment's settings, from the environment and ``.env``: checked together, all problems said by name."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from adapters.slack.settings import SlackSettings
from adapters.teams import settings as teams
from adapters.teams.settings import TeamsSettings
from storage import normal_url

NAMES = (
    "DATABASE_URL",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
    "SLACK_CHANNEL",
    "TEAMS_APP_ID",
    "TEAMS_APP_PASSWORD",
    "TEAMS_TENANT_ID",
    "TEAMS_CHANNEL",
    "BATON_PUBLIC_URL",
    "PORT",
    "LOG_LEVEL",
    "SLACK_API_URL",
    "TEAMS_SERVICE_URL",
    "TEAMS_OPENID_METADATA_URL",
    "TEAMS_TOKEN_URL",
    "TEAMS_ALLOWED_SERVICE_HOSTS",
)
DEFAULT_DATABASE = "sqlite:///baton.db"
DEFAULT_PORT = 8080
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class BadSettings(Exception):
    """The settings can't be used. ``problems`` says why, one sentence a problem, each with the setting's name."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """What one process of Baton runs with; a platform is None when it isn't configured."""

    database_url: str = field(repr=False)
    slack: SlackSettings | None = field(repr=False)
    teams: TeamsSettings | None = field(repr=False)
    port: int
    log_level: str


def read_environment(environment: Mapping[str, str], dotenv: Path = Path(".env")) -> dict[str, str]:
    """The settings as text; the environment wins over the file, and what is empty counts as not set."""
    try:
        values = {name: value for name, value in dotenv_values(dotenv).items() if value} if dotenv.is_file() else {}
    except UnicodeDecodeError:
        raise BadSettings([f"{dotenv}: this file is not UTF-8 text. Save it anew as UTF-8."]) from None
    return values | {name: value for name, value in environment.items() if value}


def load(values: Mapping[str, str], dev: bool = False) -> Settings:
    """The settings, or ``BadSettings`` with every problem there is. ``dev`` lets a local Teams emulator in."""
    problems = misspelt(values)
    slack = _slack(values, problems)
    chosen_teams = _teams(values, problems, dev)
    if not problems and slack is None and chosen_teams is None:
        problems.append(
            "SLACK_BOT_TOKEN or TEAMS_APP_ID: no platform is configured. README.md says how to connect one or both."
        )
    _public_url(values, problems)
    settings = Settings(
        database_url=database_url(values, problems),
        slack=slack,
        teams=chosen_teams,
        port=_port(values, problems),
        log_level=log_level(values, problems),
    )
    if problems:
        raise BadSettings(problems)
    return settings


def package_settings(values: Mapping[str, str]) -> tuple[str, str]:
    """The two settings that the Teams app package names: the app id and the public URL."""
    problems = misspelt(values)
    app_id, public_url = _app_id(values, problems), _public_url(values, problems)
    if not public_url and not values.get("BATON_PUBLIC_URL"):
        problems.append("BATON_PUBLIC_URL: missing. Set it to the https:// address under which Teams reaches Baton.")
    if problems:
        raise BadSettings(problems)
    return app_id, public_url


def misspelt(values: Mapping[str, str]) -> list[str]:
    """Names that look like ours but aren't, with the one that was probably meant."""
    found = []
    for name in sorted(set(values) - set(NAMES)):
        if name.startswith(("SLACK_", "TEAMS_", "BATON_", "DATABASE_")):
            meant = difflib.get_close_matches(name, [known for known in NAMES if known not in values], 1, 0.85)
            if meant:
                found.append(f"{name}: there is no such setting; was {meant[0]} meant?")
    return found


def database_url(values: Mapping[str, str], problems: list[str]) -> str:
    """Where the records are kept."""
    url = values.get("DATABASE_URL", DEFAULT_DATABASE)
    try:
        return normal_url(url)
    except ValueError as error:
        problems.append(f"DATABASE_URL: {error}.")
        return url


def log_level(values: Mapping[str, str], problems: list[str]) -> str:
    """How much is logged."""
    level = values.get("LOG_LEVEL", "INFO").upper()
    if level not in LEVELS:
        problems.append(f"LOG_LEVEL: choose one of {', '.join(LEVELS)}.")
    return level


def _port(values: Mapping[str, str], problems: list[str]) -> int:
    text = values.get("PORT", str(DEFAULT_PORT))
    if text.isdecimal() and int(text) <= 65535:
        return int(text)
    problems.append("PORT: this must be a number from 0 (any free port) to 65535.")
    return 0


def _public_url(values: Mapping[str, str], problems: list[str]) -> str:
    url = values.get("BATON_PUBLIC_URL", "")
    if url and not _is_url(url, ("https",)):
        problems.append("BATON_PUBLIC_URL: this must be the https:// address under which the platforms reach Baton.")
    return url.rstrip("/")


def _slack(values: Mapping[str, str], problems: list[str]) -> SlackSettings | None:
    if not any(values.get(name) for name in NAMES if name.startswith("SLACK_")):
        return None
    start = len(problems)
    token, app_token = values.get("SLACK_BOT_TOKEN", ""), values.get("SLACK_APP_TOKEN", "")
    secret, channel = values.get("SLACK_SIGNING_SECRET", ""), values.get("SLACK_CHANNEL", "")
    url = values.get("SLACK_API_URL", "https://slack.com/api/")
    if not token.startswith("xoxb-"):
        problems.append(_wanted("SLACK_BOT_TOKEN", token, "the bot token of the Slack app; it starts with xoxb-"))
    if app_token and not app_token.startswith("xapp-"):
        problems.append("SLACK_APP_TOKEN: an app-level token for Socket Mode starts with xapp-.")
    if not secret and not app_token:
        problems.append(
            "SLACK_SIGNING_SECRET: missing. Slack's requests are checked with it (only Socket Mode goes without)."
        )
    if not re.fullmatch(r"[CG][A-Z0-9]{5,}", channel):
        problems.append(_wanted("SLACK_CHANNEL", channel, "a channel's id like C0123456789, not its name"))
    if not (_is_url(url, ("https",)) or _is_local(url)) or not url.endswith("/api/"):
        problems.append(
            "SLACK_API_URL: this must be an https:// address (http:// only on this machine) ending in /api/."
        )
    return SlackSettings(token, secret, app_token or None, channel, url) if len(problems) == start else None


def _teams(values: Mapping[str, str], problems: list[str], dev: bool) -> TeamsSettings | None:
    # Teams spells ids in lower case; a portal may show them otherwise.
    app_id, password = values.get("TEAMS_APP_ID", "").lower(), values.get("TEAMS_APP_PASSWORD", "")
    tenant, channel = values.get("TEAMS_TENANT_ID", "").lower(), values.get("TEAMS_CHANNEL", "")
    if dev and app_id:
        problems.append("TEAMS_APP_ID: --dev lets anyone on this machine in without a token, so it refuses an app id.")
    if not dev and not any(values.get(name) for name in NAMES if name.startswith("TEAMS_")):
        return None
    start = len(problems)
    if not dev:
        _app_id(values, problems)
        if not password:
            problems.append(_wanted("TEAMS_APP_PASSWORD", password, "a client secret of that registration"))
        if not _UUID.fullmatch(tenant):
            problems.append(_wanted("TEAMS_TENANT_ID", tenant, "the directory (tenant) id"))
    if not (dev and not channel) and not re.fullmatch(r"19:[^\s;]+@thread\.(tacv2|skype)", channel):
        problems.append(_wanted("TEAMS_CHANNEL", channel, "a channel's conversation id like 19:…@thread.tacv2"))
    urls = {
        "TEAMS_SERVICE_URL": values.get("TEAMS_SERVICE_URL", teams.SERVICE_URL),
        "TEAMS_OPENID_METADATA_URL": values.get("TEAMS_OPENID_METADATA_URL", teams.OPENID_METADATA_URL),
        "TEAMS_TOKEN_URL": values.get("TEAMS_TOKEN_URL", teams.TOKEN_URL).replace("{tenant}", tenant),
    }
    problems.extend(
        f"{name}: this must be an https:// address (http:// only on this machine)."
        for name, url in urls.items()
        if not (_is_url(url, ("https",)) or _is_local(url))
    )
    hosts = tuple(
        host.strip().lower() for host in values.get("TEAMS_ALLOWED_SERVICE_HOSTS", "").split(",") if host.strip()
    )
    if not hosts:
        hosts = teams.SERVICE_HOSTS
    problems.extend(
        f"TEAMS_ALLOWED_SERVICE_HOSTS: {host!r} is not a host's name; write it without https:// and path."
        for host in hosts
        if not re.fullmatch(r"((\*\.)?[a-z0-9.-]+|\[[0-9a-f:]+\])(:\d+)?", host)
    )
    if len(problems) > start:
        return None
    settings = TeamsSettings(
        app_id,
        password,
        tenant,
        channel,
        service_url=urls["TEAMS_SERVICE_URL"],
        openid_metadata_url=urls["TEAMS_OPENID_METADATA_URL"],
        token_url=urls["TEAMS_TOKEN_URL"],
        allowed_service_hosts=hosts,
        dev=dev,
    )
    if not settings.may_reach(settings.service_url):
        problems.append(
            "TEAMS_SERVICE_URL: its host is not among TEAMS_ALLOWED_SERVICE_HOSTS, so nothing could be sent."
        )
    return settings


def _app_id(values: Mapping[str, str], problems: list[str]) -> str:
    app_id = values.get("TEAMS_APP_ID", "")
    if not _UUID.fullmatch(app_id):
        problems.append(_wanted("TEAMS_APP_ID", app_id, "the application (client) id of the bot's registration"))
    return app_id


def _wanted(name: str, value: str, what: str) -> str:
    return f"{name}: {'this is not what is wanted' if value else 'missing'}. Set it to {what}."


def _is_url(text: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname)


def _is_local(text: str) -> bool:
    host = urlsplit(text).hostname or "" if _is_url(text, ("http",)) else ""
    return host == "localhost" or (bool(re.fullmatch(r"[\d.:]+", host)) and ip_address(host).is_loopback)
