"""Meet: find out who is behind an identity that is seen for the first time."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence

from core.errors import PlatformAway
from core.patience import Patience
from core.people import Caller, Profile
from core.ports import Account, Clock, Directory
from core.snapshot import clean

LOOK_UP_SECONDS = 1.0
NAME_LIMIT = 80
# Characters that turn the direction of writing, and so would rearrange the sentence around a name.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")

Meet = Callable[[Sequence[Caller]], Awaitable[None]]


async def meet(
    callers: Sequence[Caller],
    account: Account,
    directories: Mapping[str, Directory],
    clock: Clock,
    patience: Patience,
) -> None:
    """Look the callers up on their platforms, at most a second for all of them, and make them known to the account."""
    limit = min(LOOK_UP_SECONDS, patience.left)
    profiles = await asyncio.gather(*(look_up(caller, directories, limit) for caller in callers))
    for caller, profile in zip(callers, profiles, strict=True):
        await account.meet(named(caller), profile, clock.now(), patience.left)


async def look_up(caller: Caller, directories: Mapping[str, Directory], limit: float) -> Profile | None:
    """What the caller's platform says of them; None if it does not answer within ``limit`` seconds."""
    directory = directories.get(caller.identity.platform)
    if directory is None:
        return None
    try:
        async with asyncio.timeout(limit):
            profile = await directory.profile(caller)
    except (PlatformAway, TimeoutError):
        return None
    return tidied(profile)


def named(caller: Caller) -> Caller:
    """The caller, by a name that can be stored."""
    return Caller(caller.identity, _tidy(caller.name), caller.conversation)


def tidied(profile: Profile) -> Profile:
    """A profile as it can be stored."""
    return Profile(_tidy(profile.name), profile.email and clean(profile.email), profile.member, profile.standing)


def _tidy(name: str) -> str:
    """A name as it is stored: platforms let people call themselves anything."""
    return " ".join(_TURNS.sub("", clean(name)).split())[:NAME_LIMIT]
