"""The page's server: its files, whom it answers, and how its streams end."""

import asyncio
import socket

import pytest

from bot.playground import page_server


async def test_the_page_is_served_with_headers_that_let_nothing_foreign_run(session):
    for path, kind in (("/", "text/html"), ("/main.js", "text/javascript"), ("/colors.css", "text/css")):
        async with session.get(path) as response:
            assert (response.status, response.content_type) == (200, kind)
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    async with session.get("/../demo.py") as response:
        assert response.status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:80"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=lambda headers: " ".join(*headers.items()),
)
@pytest.mark.parametrize("path", ["command", "state", "events"])
async def test_another_site_gets_nothing(session, path, headers):
    async with session.get("/api/state") as response:
        before = await response.text()
    method = session.post if path == "command" else session.get
    more = {"json": {"pane": "sam", "conversation": "C0ESCALATE", "text": "hi"}} if path == "command" else {}
    async with method(f"/api/{path}", headers=headers, **more) as response:
        assert response.status == 403
    async with session.get("/api/state") as response:
        assert await response.text() == before


async def test_a_plain_form_is_refused(session):
    """A form needs no leave of the browser's to be sent from another site, so JSON alone is taken."""
    async with session.post(
        "/api/command", data='{"pane": "jane"}', headers={"Content-Type": "text/plain"}
    ) as response:
        assert response.status == 415


async def test_l18_streams_are_bounded_and_end_with_the_server(session, runner):
    streams = [await session.get("/api/events") for _ in range(page_server.MOST_STREAMS)]
    async with session.get("/api/events") as response:
        assert response.status == 503
    async with asyncio.timeout(2):
        await runner.cleanup()
        for stream in streams:
            await stream.content.read()


async def test_l18_a_reader_that_stops_reading_holds_up_nobody_and_not_the_end(on_stage, session, runner, monkeypatch):
    monkeypatch.setattr(on_stage, "state", lambda: {"words": "x" * 50_000})
    host, port = runner.addresses[0]
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect((host, port))
    slow.sendall(f"GET /api/events HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    async with session.get("/api/events") as other:
        for _ in range(300):
            on_stage._tell()
            # The next state is read by whoever reads, and is written to the other for as long as it takes any.
            await other.content.readuntil(b"\n\n")
        async with asyncio.timeout(2), session.get("/api/state") as response:
            assert response.status == 200
    async with asyncio.timeout(5):
        await runner.cleanup()
    slow.close()


async def test_a_quiet_stream_is_kept_alive(session, monkeypatch):
    monkeypatch.setattr(page_server, "HEARTBEAT", 0.01)
    async with session.get("/api/events") as stream, asyncio.timeout(5):
        await stream.content.readuntil(b": still here\n\n")
