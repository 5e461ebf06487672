"""Meet: find out who is behind an identity that is seen for the first time."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from core.errors import PlatformAway
from core.people import Caller, Profile
from core.ports import Account, Clock, Directory

LOOK_UP_SECONDS = 1.0
# What is left for storage, of the 3 s in which a platform wants its answer, once somebody had to be looked up.
AFTER_MEETING = 1.2

Meet = Callable[[Sequence[Caller]], Awaitable[None]]


async def meet(callers: Sequence[Caller], account: Account, directories: Mapping[str, Directory], clock: Clock) -> None:
    """Look the callers up on their platforms, at most a second for all of them, and make them known to the account."""
    profiles = await asyncio.gather(*(_profile(caller, directories) for caller in callers))
    for caller, profile in zip(callers, profiles, strict=True):
        await account.meet(caller, profile, clock.now())


async def _profile(caller: Caller, directories: Mapping[str, Directory]) -> Profile | None:
    directory = directories.get(caller.identity.platform)
    if directory is None:
        return None
    try:
        async with asyncio.timeout(LOOK_UP_SECONDS):
            return await directory.profile(caller)
    except (PlatformAway, TimeoutError):
        return None
