"""``baton doctor``: whether this deployment would work, part by part, and what to do where it would not."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp

from bot import books
from bot.accounts import EVERYBODY
from bot.database import not_as_it_should_be
from bot.keyring import Keyring
from bot.platforms import Platform, configured
from bot.settings import BadSettings, Settings, database_url, load, secret_keys
from core.errors import PlatformAway, PlatformRefuses, StorageAway
from core.people import Member, Role, Standing
from core.ports import Clock, OpenStorage
from core.wording import span
from storage import is_embedded, opened
from storage.audit import RULES

# What has been due for longer than this is not being sent.
OVERDUE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor's: which part, whether it is well, and what to do if it isn't; ``rows`` show it."""

    ok: bool
    part: str
    words: str
    rows: tuple[str, ...] = ()


async def examine(values: Mapping[str, str], clock: Clock) -> AsyncIterator[Check]:
    """Look at the settings, the database and what is owed, and whether each platform takes our credentials."""
    settings: Settings | None = None
    try:
        settings = load(values)
    except BadSettings as bad:
        for problem in bad.problems:
            yield Check(False, "settings", problem)
    else:
        yield Check(True, "settings", "complete")
    problems: list[str] = []
    url = database_url(values, problems)
    if not problems:
        keys = secret_keys(values, problems)
        async for check in _records(url, () if problems else keys, clock):
            yield check
    if settings:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            for platform in configured(settings, session, Keyring(None)):
                yield await _platform(platform)


async def audit(url: str, clock: Clock) -> AsyncIterator[Check]:
    """Hold every account's records against every rule."""
    async with opened(url) as storage:
        accounts = await storage.registry.accounts()
        if not accounts:
            yield Check(True, "records", "there is no account yet")
        for account in accounts:
            broken = {found.rule: found.rows for found in await storage.open(account).audit(clock.now())}
            for rule in RULES:
                yield Check(rule not in broken, account, rule, broken.get(rule, ()))


async def _records(url: str, keys: Sequence[str], clock: Clock) -> AsyncIterator[Check]:
    try:
        # It asks on a loop of its own.
        if problem := await asyncio.to_thread(not_as_it_should_be, url):
            yield Check(False, "database", problem)
            return
        async with opened(url, keys) as storage:
            if await storage.bypasses_row_security():
                words = "connects as a superuser, whom row-level security does not bind: use a role that is none"
                yield Check(False, "database", f"DATABASE_URL {words}.")
            else:
                kind = "SQLite" if is_embedded(url) else "PostgreSQL"
                yield Check(True, "database", f"{kind}, and its schema is this program's")
            if check := _tokens(*await storage.sealed()):
                yield check
            async for check in _owners(storage):
                yield check
            yield await _deliveries(storage, clock)
    except StorageAway as away:
        yield Check(False, "database", f"DATABASE_URL: {away}. Is the database there, and are we let in?")


def _tokens(first: int, older: int, shut: int) -> Check | None:
    """Whether the tokens of the workspaces that installed Baton can be opened; nothing where there are none."""
    if shut:
        words = f"{shut} of {first + older + shut} tokens are sealed with a key that BATON_SECRET_KEY does not have"
        return Check(False, "tokens", f"{words}. Add that key behind the others, or have Baton installed there again.")
    if older:
        words = f"{older} of {first + older} tokens are sealed with an older key"
        return Check(True, "tokens", f"{words}; the next start of baton serve seals them with the first")
    return Check(True, "tokens", f"{first} sealed, all with the first key") if first else None


async def _owners(storage: OpenStorage) -> AsyncIterator[Check]:
    """The accounts in which nobody can make an owner: nobody is one, or whoever is can't act any more."""
    without: list[str] = []
    empty: list[str] = []
    for name in await storage.registry.accounts():
        account = storage.open(name)
        everybody, workspaces = await account.people(EVERYBODY), await account.workspaces()
        if any(_is_owner(member) for member in everybody) or not (everybody or workspaces):
            continue
        at_the_beginning = not everybody and any(one.configured for one in workspaces)
        (empty if at_the_beginning else without).append(name)
    if without:
        words = f"nobody who can act is owner in {_first(without)}"
        yield Check(False, "owners", f"{words}. Make somebody one: baton people, then baton role WHO owner")
    if empty:
        words = f"nobody is owner in {_first(empty)} yet, where nobody was met so far"
        yield Check(True, "owners", f"{words}; have the owner say whoami to Baton, then: baton role WHO owner")


def _is_owner(member: Member) -> bool:
    # Identities where Baton is not installed any more are not among these.
    active = any(one.standing is Standing.ACTIVE for one in member.identities)
    return active and member.person.role is Role.OWNER


def _first(names: Sequence[str]) -> str:
    return f"{', '.join(names[:5])}{' …' if len(names) > 5 else ''}"


async def _deliveries(storage: OpenStorage, clock: Clock) -> Check:
    standing, now = await books.balance(storage), clock.now()
    words = f"{standing.pending} pending, {standing.dead} given up"
    if standing.dead:
        words += " (see: baton deliveries --dead)"
    if standing.oldest_due and standing.oldest_due < now:
        words += f"; the oldest has been due for {span(now - standing.oldest_due)}"
        if now - standing.oldest_due > OVERDUE:
            return Check(False, "deliveries", f"{words}. Is baton serve running? (see: baton deliveries --pending)")
    return Check(True, "deliveries", words)


async def _platform(platform: Platform) -> Check:
    with _warnings() as said:
        try:
            await platform.vouch()
        except PlatformRefuses as refused:
            return Check(False, platform.name, str(refused))
        except PlatformAway as away:
            # Where the adapter knows what is wrong, it has said so itself.
            return Check(False, platform.name, str(away) if said else f"{away}. Can it be reached from here?")
    return Check(not said, platform.name, "; ".join(said) or "takes our credentials")


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """What the adapters warn of meanwhile, which would go to the log of ``serve``."""
    said: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    ear, logger = Ear(logging.WARNING), logging.getLogger("adapters")
    before, logger.propagate = logger.propagate, False
    logger.addHandler(ear)
    try:
        yield said
    finally:
        logger.removeHandler(ear)
        logger.propagate = before
