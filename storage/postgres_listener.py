"""The ear for other processes on the same PostgreSQL: a connection that only listens, made anew when it is lost."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import asyncpg

from core.deliveries import back_off

log = logging.getLogger("baton.storage")

CHANNEL = "baton"
# What is missed meanwhile is found by the look that every worker takes every few seconds.
LONGEST_PAUSE = timedelta(seconds=30)
# A connection that was cut without a word shows it only when it is used.
BEAT = 30.0
ANSWER = 5.0
_LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class Listener:
    """Calls ``on_call`` whenever somebody but ``name`` calls, and once after every time that it could not hear."""

    def __init__(self, url: str, name: str, on_call: Callable[[], None]) -> None:
        self._url = url
        self._name = name
        self._on_call = on_call
        self._task = asyncio.create_task(self._run(), name="listener")

    async def close(self) -> None:
        """Listen no longer."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        deaf, failures = False, 0
        while True:
            lost = asyncio.Event()
            try:
                connection = await self._connect(lost)
                try:
                    if deaf:
                        log.info("hears other processes again")
                        self._on_call()
                    deaf, failures = False, 0
                    await _while_it_lasts(connection, lost)
                finally:
                    connection.terminate()
            except _LOST as error:
                log.info("can't hear other processes (%s); listening again", error or type(error).__name__)
            deaf, failures = True, failures + 1
            await asyncio.sleep(min(back_off(failures), LONGEST_PAUSE).total_seconds())

    async def _connect(self, lost: asyncio.Event) -> Any:
        connection = await asyncpg.connect(
            self._url, timeout=ANSWER, command_timeout=ANSWER, server_settings={"application_name": "baton listener"}
        )
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(CHANNEL, self._hear)
        return connection

    def _hear(self, _connection: object, _process: int, _channel: str, caller: object) -> None:
        if caller != self._name:
            self._on_call()


async def _while_it_lasts(connection: Any, lost: asyncio.Event) -> None:
    while not lost.is_set():
        try:
            async with asyncio.timeout(BEAT):
                await lost.wait()
        except TimeoutError:
            await connection.execute("SELECT 1")
