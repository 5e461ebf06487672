"""Slack's end of Socket Mode: websockets that carry envelopes out and acknowledgements back."""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.playground.slack_stand_in.outcome import Reply
from bot.playground.slack_stand_in.records import Json
from bot.playground.slack_stand_in.workspace import Workspace

# Seconds: a client that does not answer a close must not hold the end up.
_GOODBYE = 0.2


@dataclass(eq=False, slots=True)
class _Connection:
    socket: web.WebSocketResponse
    dead: bool = False
    acks: dict[str, asyncio.Future[Any]] = field(default_factory=dict)


class SocketMode:
    """The open connections of the app. A new one is opened with a URL that works once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._tickets: set[str] = set()
        self._connections: list[_Connection] = []

    @property
    def connected(self) -> int:
        """How many connections are alive, by Slack's own knowledge."""
        return sum(not connection.dead for connection in self._connections)

    def ticket(self) -> str:
        """A ticket for one connection, for the URL that apps.connections.open answers."""
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return ticket

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404)
        self._tickets.discard(ticket)
        # Pings are answered by hand, so that a connection can die without a word.
        socket = web.WebSocketResponse(autoping=False, timeout=_GOODBYE)
        await socket.prepare(request)
        connection = _Connection(socket)
        self._connections.append(connection)
        try:
            await socket.send_json(self._hello())
            self._workspace.feed.changed()
            async for message in socket:
                if connection.dead:
                    continue
                if message.type is WSMsgType.PING:
                    await socket.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    self._acknowledged(connection, message.json())
        finally:
            self._connections.remove(connection)
            self._workspace.feed.changed()
        return socket

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.connected,
            "debug_info": {"host": "stand-in", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._workspace.app_id},
        }

    def _acknowledged(self, connection: _Connection, ack: Json) -> None:
        waiting = connection.acks.pop(ack.get("envelope_id", ""), None)
        if waiting and not waiting.done():
            waiting.set_result(ack.get("payload"))

    async def deliver(self, kind: str, payload: Json, patience: float, retry: Json | None = None) -> Reply:
        """Send an envelope and wait for its acknowledgement; ``kind`` is slash_commands, interactive or events_api."""
        if not self._connections:
            return Reply(None, None, "dispatch_failed")
        connection = next((c for c in reversed(self._connections) if not c.dead), self._connections[-1])
        envelope_id = secrets.token_hex(16)
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
            **(retry or {}),
        }
        connection.acks[envelope_id] = waiting = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(patience):
                if not connection.dead:
                    await connection.socket.send_json(envelope)
                return Reply(200, await waiting)
        except TimeoutError:
            return Reply(None, None, "operation_timeout")
        except ConnectionError:
            return Reply(None, None, "dispatch_failed")
        finally:
            connection.acks.pop(envelope_id, None)

    def die_silently(self) -> None:
        """Let every open connection go dead: still open, but nothing is sent, read or answered any more."""
        for connection in self._connections:
            connection.dead = True
        self._workspace.feed.changed()

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every connection to reconnect, and close it."""
        for connection in list(self._connections):
            if not connection.dead:
                await connection.socket.send_json({"type": "disconnect", "reason": reason})
            await connection.socket.close()

    async def stop(self) -> None:
        """End every connection, dead ones as well."""
        for connection in list(self._connections):
            await connection.socket.close()
