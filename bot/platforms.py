"""The chat platforms as the wiring sees them: the way out, the way in, and how each is doing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import aiohttp
from aiohttp import web

from bot.keyring import Keyring
from bot.settings import Settings
from core.desk import Desk
from core.ports import ConfiguredRoom, Directory, Outgoing


@dataclass(frozen=True, slots=True)
class Bound:
    """What the settings lead to on a platform: a workspace, and the rooms in it."""

    workspace: str
    rooms: tuple[ConfiguredRoom, ...]


class Platform(Protocol):
    """One configured chat platform."""

    name: str

    @property
    def outgoing(self) -> Outgoing:
        """The way out."""
        ...

    @property
    def directory(self) -> Directory:
        """What it knows about its people."""
        ...

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """Where it is reached over HTTP; each answers 503 before ``listen``."""
        ...

    async def introduce(self) -> Bound | None:
        """What the settings lead to, None where workspaces come by installing Baton alone.

        ``PlatformAway`` if the platform can't be asked now, ``PlatformRefuses`` if it does not take our credentials.
        """
        ...

    async def vouch(self) -> None:
        """Return if the platform takes our credentials; else ``PlatformRefuses``, or ``PlatformAway``."""
        ...

    async def listen(self, desk: Desk) -> None:
        """Begin to take gestures; called once, after ``introduce``."""
        ...

    def health(self) -> Mapping[str, object]:
        """How it is doing: ``ok``, and what a person would want to know."""
        ...

    async def hush(self) -> None:
        """Take nothing new by any way but ``routes``."""
        ...

    async def close(self) -> None:
        """Wait for what was begun."""
        ...


def configured(settings: Settings, session: aiohttp.ClientSession, keyring: Keyring) -> list[Platform]:
    """The platforms that the settings name; a deployment imports only those that it uses."""
    platforms: list[Platform] = []
    if settings.slack:
        from bot.slack_platform import SlackPlatform

        platforms.append(SlackPlatform(settings.slack, session, keyring))
    if settings.teams:
        from bot.teams_platform import TeamsPlatform

        platforms.append(TeamsPlatform(settings.teams, session, keyring, bound=settings.bound))
    return platforms
