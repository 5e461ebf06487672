"""Microsoft Teams' settings: the registrations of the bot, one for each tenant, and the first tenant's channel."""

import re
from collections.abc import Mapping

from adapters.teams import settings as teams
from adapters.teams.settings import Registration, TeamsSettings
from bot.setting_checks import reachable, wanted

# What a registration is made of; a further one is told by the same names with a number behind them.
REGISTRATION = ("TEAMS_APP_ID", "TEAMS_APP_PASSWORD", "TEAMS_TENANT_ID")
FURTHER = range(2, 10)
NAMES = (
    *REGISTRATION,
    "TEAMS_CHANNEL",
    *(f"{name}_{number}" for number in FURTHER for name in REGISTRATION),
    "TEAMS_SERVICE_URL",
    "TEAMS_OPENID_METADATA_URL",
    "TEAMS_TOKEN_URL",
    "TEAMS_ALLOWED_SERVICE_HOSTS",
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def teams_settings(values: Mapping[str, str], problems: list[str], *, dev: bool, bound: bool) -> TeamsSettings | None:
    """What is set for Teams, None if nothing is or something is wrong with it; ``problems`` gets what.

    ``dev`` lets a local emulator in. ``bound`` says whether the first tenant belongs to the settings' own account.
    """
    if dev and values.get("TEAMS_APP_ID"):
        problems.append("TEAMS_APP_ID: --dev lets anyone on this machine in without a token, so it refuses an app id.")
    if not dev and not any(values.get(name) for name in NAMES):
        return None
    start = len(problems)
    emulated = Registration("", "", values.get("TEAMS_TENANT_ID", "").lower())
    registrations = (emulated,) if dev else _registrations(values, problems)
    urls = {
        "TEAMS_SERVICE_URL": values.get("TEAMS_SERVICE_URL", teams.SERVICE_URL),
        "TEAMS_OPENID_METADATA_URL": values.get("TEAMS_OPENID_METADATA_URL", teams.OPENID_METADATA_URL),
        "TEAMS_TOKEN_URL": values.get("TEAMS_TOKEN_URL", teams.TOKEN_URL),
    }
    for name, url in urls.items():
        problems += reachable(name, url.replace("{tenant}", "tenant"))
    settings = TeamsSettings(
        registrations,
        _channel(values, problems, bound),
        service_url=urls["TEAMS_SERVICE_URL"],
        openid_metadata_url=urls["TEAMS_OPENID_METADATA_URL"],
        token_url=urls["TEAMS_TOKEN_URL"],
        allowed_service_hosts=_hosts(values, problems),
        dev=dev,
    )
    if len(problems) == start and not settings.may_reach(settings.service_url):
        problems.append(
            "TEAMS_SERVICE_URL: its host is not among TEAMS_ALLOWED_SERVICE_HOSTS, so nothing could be sent."
        )
    return settings if len(problems) == start else None


def app_id(values: Mapping[str, str], problems: list[str], ending: str = "") -> str:
    """The application id of a registration; ``ending`` is what its names end with, "_2" of the second."""
    value = values.get(f"TEAMS_APP_ID{ending}", "")
    if not _UUID.fullmatch(value):
        what = "the application (client) id of the bot's registration"
        problems.append(wanted(f"TEAMS_APP_ID{ending}", value, what))
    # Teams spells ids in lower case; a portal may show them otherwise.
    return value.lower()


def _registrations(values: Mapping[str, str], problems: list[str]) -> tuple[Registration, ...]:
    endings = ["", *(f"_{number}" for number in FURTHER if any(values.get(f"{n}_{number}") for n in REGISTRATION))]
    found = {ending: _registration(values, problems, ending) for ending in endings}
    for what, ids in (
        ("TEAMS_APP_ID", {ending: one.app_id for ending, one in found.items()}),
        ("TEAMS_TENANT_ID", {ending: one.tenant_id for ending, one in found.items()}),
    ):
        first: dict[str, str] = {}
        for ending, value in ids.items():
            if value and value in first:
                problems.append(
                    f"{what}{ending}: the same as {what}{first[value]}. Each tenant has one registration of its own."
                )
            first.setdefault(value, ending)
    return tuple(found.values())


def _registration(values: Mapping[str, str], problems: list[str], ending: str) -> Registration:
    app, password = app_id(values, problems, ending), values.get(f"TEAMS_APP_PASSWORD{ending}", "")
    tenant = values.get(f"TEAMS_TENANT_ID{ending}", "")
    if not password:
        problems.append(wanted(f"TEAMS_APP_PASSWORD{ending}", password, "a client secret of that registration"))
    if not _UUID.fullmatch(tenant):
        problems.append(wanted(f"TEAMS_TENANT_ID{ending}", tenant, "the directory (tenant) id"))
    return Registration(app, password, tenant.lower())


def _channel(values: Mapping[str, str], problems: list[str], bound: bool) -> str:
    channel = values.get("TEAMS_CHANNEL", "")
    if channel and not re.fullmatch(r"19:[^\s;]+@thread\.(tacv2|skype)", channel):
        problems.append(wanted("TEAMS_CHANNEL", channel, "a channel's conversation id like 19:…@thread.tacv2"))
    if channel and not bound:
        problems.append(
            "TEAMS_CHANNEL: with SLACK_CLIENT_ID and without SLACK_BOT_TOKEN no account comes from these settings "
            "that could have a channel. Say show-here to Baton in the channel instead."
        )
    return channel


def _hosts(values: Mapping[str, str], problems: list[str]) -> tuple[str, ...]:
    told = values.get("TEAMS_ALLOWED_SERVICE_HOSTS", "")
    hosts = tuple(host.strip().lower() for host in told.split(",") if host.strip())
    problems.extend(
        f"TEAMS_ALLOWED_SERVICE_HOSTS: {host!r} is not a host's name; write it without https:// and path."
        for host in hosts
        if not re.fullmatch(r"((\*\.)?[a-z0-9.-]+|\[[0-9a-f:]+\])(:\d+)?", host)
    )
    return hosts or teams.SERVICE_HOSTS
