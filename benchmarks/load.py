"""A load of prepared HTTP requests over keep-alive connections, with as little client in the way as Python allows."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """How one load went: requests a second, latencies in milliseconds, and how many answers were not 200."""

    rate: float
    p50: float
    p99: float
    failed: int


class _Connection(asyncio.Protocol):
    """One keep-alive connection: writes a request, waits for the whole answer, writes the next."""

    def __init__(self, queue: list[bytes], latencies: list[float], failures: list[bytes]) -> None:
        self._queue, self._latencies, self._failures = queue, latencies, failures
        self._buffer = b""
        self._began = 0.0
        self._transport: asyncio.Transport | None = None
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def _next(self) -> None:
        assert self._transport
        if not self._queue:
            self._transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        self._began = time.perf_counter()
        self._transport.write(self._queue.pop())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, ends, body = self._buffer.partition(b"\r\n\r\n")
        if not ends:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        if len(body) < length:
            return
        self._latencies.append((time.perf_counter() - self._began) * 1000)
        if not head.startswith(b"HTTP/1.1 200"):
            self._failures.append(self._buffer)
        self._buffer = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))


def encode(path: str, headers: dict[str, str], body: bytes) -> bytes:
    """One POST as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def send(port: int, requests: Sequence[bytes], clients: int) -> Load:
    """Send every request once, in order, over so many connections at once."""
    queue = list(reversed(requests))
    latencies: list[float] = []
    failures: list[bytes] = []
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    connections = [
        (await loop.create_connection(lambda: _Connection(queue, latencies, failures), "127.0.0.1", port))[1]
        for _ in range(clients)
    ]
    await asyncio.gather(*(connection.done for connection in connections))
    took = time.perf_counter() - began
    latencies.sort()
    if failures:
        print(f"  first failure: {failures[0][:400]!r}")
    return Load(
        len(requests) / took, latencies[len(latencies) // 2], latencies[int(len(latencies) * 0.99)], len(failures)
    )
