"""The deployment's settings, from the environment and ``.env``: checked together, all problems said by name."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from adapters.slack.settings import SlackSettings
from adapters.teams.settings import TeamsSettings
from bot.setting_checks import is_url
from bot.slack_settings import NAMES as SLACK_NAMES
from bot.slack_settings import binds, slack_settings
from bot.teams_settings import NAMES as TEAMS_NAMES
from bot.teams_settings import app_id, teams_settings
from storage import normal_url

NAMES = (
    "DATABASE_URL",
    *SLACK_NAMES,
    *TEAMS_NAMES,
    "BATON_SECRET_KEY",
    "BATON_PUBLIC_URL",
    "PORT",
    "LOG_LEVEL",
)
DEFAULT_DATABASE = "sqlite:///baton.db"
DEFAULT_PORT = 8080
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class BadSettings(Exception):
    """The settings can't be used. ``problems`` says why, one sentence a problem, each with the setting's name."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """What one process of Baton runs with; a platform is None when it isn't configured.

    ``secret_keys`` seal tokens: the first of them what is new, all of them open what is sealed. ``bound`` says whether
    an account comes from the settings; else every account comes by an installation.
    """

    database_url: str = field(repr=False)
    secret_keys: tuple[str, ...] = field(repr=False)
    slack: SlackSettings | None = field(repr=False)
    teams: TeamsSettings | None = field(repr=False)
    bound: bool
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
    public_url = _public_url(values, problems)
    slack = slack_settings(values, public_url, problems)
    teams = teams_settings(values, problems, dev=dev, bound=binds(values))
    if not problems and slack is None and teams is None:
        problems.append(
            "SLACK_BOT_TOKEN or TEAMS_APP_ID: no platform is configured. README.md says how to connect one or both."
        )
    settings = Settings(
        database_url=database_url(values, problems),
        secret_keys=secret_keys(values, problems),
        slack=slack,
        teams=teams,
        bound=binds(values),
        port=_port(values, problems),
        log_level=log_level(values, problems),
    )
    if problems:
        raise BadSettings(problems)
    return settings


def package_settings(values: Mapping[str, str], registration: int = 1) -> tuple[str, str]:
    """The two settings that the Teams app package of a registration names: the app id and the public URL."""
    problems = misspelt(values)
    named = app_id(values, problems, "" if registration == 1 else f"_{registration}")
    public_url = _public_url(values, problems)
    if not public_url and not values.get("BATON_PUBLIC_URL"):
        problems.append("BATON_PUBLIC_URL: missing. Set it to the https:// address under which Teams reaches Baton.")
    if problems:
        raise BadSettings(problems)
    return named, public_url


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


def secret_keys(values: Mapping[str, str], problems: list[str]) -> tuple[str, ...]:
    """The keys that seal tokens, the one in use first."""
    keys = tuple(key.strip() for key in values.get("BATON_SECRET_KEY", "").split(",") if key.strip())
    if keys:
        from cryptography.fernet import Fernet

        for number, key in enumerate(keys, 1):
            try:
                Fernet(key)
            except ValueError:
                which = f"number {number} of its keys" if len(keys) > 1 else "this"
                problems.append(f"BATON_SECRET_KEY: {which} is no key. Good ones are printed by: baton key")
    return keys


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
    if url and not is_url(url, "https"):
        problems.append("BATON_PUBLIC_URL: this must be the https:// address under which the platforms reach Baton.")
    return url.rstrip("/")
