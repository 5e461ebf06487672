"""PostgreSQL: a pool of connections, three round trips to a transaction, and retries that meet themselves."""

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any, TypeVar

import asyncpg
from sqlalchemy.sql.base import Executable

from core.errors import StorageAway, StorageUnsure
from storage.postgres_listener import CHANNEL, Listener
from storage.scripts import PATIENCE, Begin, OutOfDate, T
from storage.statements import Dialect, Params, Row, Statements

R = TypeVar("R")

CONNECTIONS = 10
# A transaction that met another one is run again at once, but not forever: then something else is wrong with it.
MOST_COLLISIONS = 20
_ACCOUNT = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
# https://www.postgresql.org/docs/current/errcodes-appendix.html: unique violation, serialization failure, deadlock; and
# foreign key violation, which is a whole account that went away meanwhile.
_COLLISIONS = ("23505", "40001", "40P01", "23503")
# Connection exceptions, insufficient resources (a full disk, no more connections), operator intervention (a restart).
_AWAY = ("08", "53", "57P", "25006")
# Of these, what may come in the place of an answer to COMMIT.
_LEAVES = ("08", "57P")
# asyncpg says the last of these of a connection that was cut while an answer was being read.
_LOST = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class PostgresDatabase:
    """A server. ``on_owed`` is called after every commit that owes something, and when another process calls.

    Without it nobody listens.
    """

    dialect: Dialect = "postgresql"

    def __init__(self, url: str, pool: "asyncpg.Pool[Any]", on_owed: Callable[[], None] | None) -> None:
        self._pool = pool
        self._on_owed = on_owed or (lambda: None)
        self._statements = Statements("postgresql")
        # A call names its caller, who has no need to hear it.
        self._name = secrets.token_hex(8)
        self._listener = Listener(url, self._name, on_owed) if on_owed else None

    @classmethod
    async def connect(cls, url: str, on_owed: Callable[[], None] | None) -> "PostgresDatabase":
        """A pool to ``postgresql://…``; a connection is made when it is first needed."""
        pool = asyncpg.create_pool(
            url,
            min_size=0,
            max_size=CONNECTIONS,
            max_cached_statement_lifetime=0,
            max_cacheable_statement_size=0,
            # What a transaction sets ends with it, so there is nothing to reset between two of them.
            reset=_nothing,
            timeout=2.0,
            server_settings=SETTINGS,
        )
        await pool
        return cls(url, pool, on_owed)

    async def write(self, account: str | None, begin: Begin[T], deadline: float = PATIENCE) -> T:
        """Run a script between BEGIN and COMMIT; a lost connection or a collision has it run again from the start.

        A retry carries the ids and the request key of the first attempt: if that was committed after all, and only
        the answer was lost, the retry meets itself. ``StorageUnsure`` if there was no time left to find that out.
        """
        unsure = False

        async def attempt(connection: Any) -> T:
            nonlocal unsure
            await connection.execute(_begin(account))
            answer, owes = await self._drive(connection, begin)
            before, unsure = unsure, True
            try:
                await connection.execute("COMMIT")
            except asyncpg.PostgresError as error:
                # The server itself says that it did not commit, unless that is how it took its leave.
                unsure = before or str(error.sqlstate).startswith(_LEAVES)
                raise
            finally:
                # Also if the answer was lost: the commit may well have happened.
                if owes:
                    self._on_owed()
            return answer

        try:
            return await self._insist(attempt, deadline)
        except StorageAway as away:
            if unsure:
                raise StorageUnsure(f"PostgreSQL did not say whether it committed ({away})") from away
            raise

    async def read(
        self, account: str | None, statement: Executable, params: Params, deadline: float = PATIENCE
    ) -> Sequence[Row]:
        """Run one SELECT in a transaction of its own, which is what says whose rows it may see."""
        prepared = self._statements[statement]

        async def attempt(connection: Any) -> Sequence[Row]:
            await connection.execute(_begin(account))
            found = await connection.fetch(prepared.sql, *prepared.arguments(params))
            await connection.execute("COMMIT")
            return prepared.rows(found)

        return await self._insist(attempt, deadline)

    async def bypasses_row_security(self) -> bool:
        """Whether we serve as a role to which row-level security does not apply."""

        async def attempt(connection: Any) -> bool:
            return bool(await connection.fetchval(_BYPASSES))

        return await self._insist(attempt, PATIENCE)

    async def call_others(self) -> None:
        """Have every other process that listens look for what is owed; in a change it would hold up all commits."""

        async def attempt(connection: Any) -> None:
            await connection.execute(f"NOTIFY {CHANNEL}, '{self._name}'")

        await self._insist(attempt, PATIENCE)

    async def close(self) -> None:
        """Let transactions under way end, then close every connection."""
        if self._listener:
            await self._listener.close()
        await self._pool.close()

    async def _drive(self, connection: Any, begin: Begin[T]) -> tuple[T, bool]:
        script = begin()
        try:
            asked = next(script)
            while True:
                prepared = self._statements[asked.statement]
                found = await connection.fetch(prepared.sql, *prepared.arguments(asked.params))
                asked = script.send(prepared.rows(found))
        except StopIteration as end:
            ended: tuple[T, bool] = end.value
            return ended

    async def _insist(self, attempt: Callable[[Any], Awaitable[R]], deadline: float) -> R:
        collisions = 0
        last: BaseException | None = None
        try:
            async with asyncio.timeout(deadline):
                while True:
                    try:
                        return await self._once(attempt)
                    except (*_LOST, asyncpg.PostgresError, OutOfDate) as error:
                        last = error
                        if _is_away(error):
                            await asyncio.sleep(0.05)
                            continue
                        collisions += 1
                        if not _is_collision(error):
                            raise
                        if collisions > MOST_COLLISIONS:
                            raise StorageAway(f"too many others write the same ({error})") from error
        except TimeoutError:
            raise StorageAway(f"PostgreSQL did not answer in time ({last or 'no error'})") from last

    async def _once(self, attempt: Callable[[Any], Awaitable[R]]) -> R:
        async with AsyncExitStack() as held:
            try:
                connection = await held.enter_async_context(self._pool.acquire())
            except asyncpg.PostgresError as error:
                raise _NotLetIn(str(error)) from error
            try:
                return await attempt(connection)
            except BaseException as error:
                if isinstance(error, Exception) and not _is_away(error):
                    await connection.execute("ROLLBACK")
                else:
                    # Cut off in the middle of something: whatever state it is in, nobody else gets this connection.
                    connection.terminate()
                raise


# Every statement is asked again and again with other values: planning it each time takes three times as long as running
# it. A plan that is kept has to be right when the tables have grown, so it always goes by an index.
SETTINGS = {
    "application_name": "baton",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
}
_BYPASSES = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


async def _nothing(_: Any) -> None:
    return None


class _NotLetIn(OSError):
    """Nothing was asked yet: a rotated password, a restore, a database that is moved. Somebody is at work there."""


def _begin(account: str | None) -> str:
    """BEGIN, and whose rows may be seen, in one round trip; the simple protocol takes no parameters."""
    if account is None:
        return "BEGIN; SET LOCAL baton.registry = 'on'"
    if not _ACCOUNT.fullmatch(account):
        raise ValueError(f"not an account's name: {account!r}")
    return f"BEGIN; SET LOCAL baton.account = '{account}'"


def _is_away(error: BaseException) -> bool:
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate).startswith(_AWAY)
    # A value that asyncpg can't send is an InterfaceError too, but it is our mistake and stays one.
    return isinstance(error, _LOST) and not isinstance(error, ValueError)


def _is_collision(error: BaseException) -> bool:
    return isinstance(error, OutOfDate) or getattr(error, "sqlstate", None) in _COLLISIONS
