"""A stretch of wire to a PostgreSQL server that goes silent, or breaks, at the very moment of a COMMIT."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import Enum
from urllib.parse import urlsplit


class Loses(Enum):
    """What the wire does to the next transaction on it."""

    NOTHING = "nothing"
    BEGIN = "the statements"  # nothing reaches the server
    COMMIT = "the question"  # all but COMMIT reaches the server
    ANSWER = "the answer"  # the server commits, and its word is not heard
    ALL = "the whole wire"  # the same, and from then on nobody gets through


class Wire:
    """What connects us to the server, and what it loses from now on."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "", parts.port or 0)
        self.loses = Loses.NOTHING
        self._cut = False

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        if self._cut:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection(*self._target)
        silent = asyncio.Event()
        await asyncio.gather(self._ask(reader, back, silent), self._answer(there, writer, silent))

    async def _ask(self, source: asyncio.StreamReader, drain: asyncio.StreamWriter, silent: asyncio.Event) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if self.loses is Loses.BEGIN or (self.loses is Loses.COMMIT and b"COMMIT\0" in data):
                    silent.set()
                elif self.loses in (Loses.ANSWER, Loses.ALL) and b"COMMIT\0" in data:
                    self._cut = self.loses is Loses.ALL
                    silent.set()
                    drain.write(data)
                elif not silent.is_set():
                    drain.write(data)
        drain.transport.abort()

    async def _answer(self, source: asyncio.StreamReader, drain: asyncio.StreamWriter, silent: asyncio.Event) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if self._cut:
                    break
                if not silent.is_set():
                    drain.write(data)
        drain.transport.abort()

    def mend(self) -> None:
        """Let everything through again."""
        self.loses, self._cut = Loses.NOTHING, False


@asynccontextmanager
async def wire(url: str) -> AsyncIterator[tuple[Wire, str]]:
    """A wire, and the address of the same database over it."""
    stretched = Wire(url)
    server = await asyncio.start_server(stretched.carry, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield stretched, url.replace(f":{urlsplit(url).port}/", f":{port}/")
    finally:
        server.close()
