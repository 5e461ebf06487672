"""A small scripted Bot Connector: it records what it is sent, and answers as the test has told it to."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from aiohttp import web
from aiohttp.test_utils import TestServer

CHANNEL = "19:room@thread.tacv2"


@dataclass(frozen=True)
class Call:
    """One request as it arrived, its path as it was encoded on the wire."""

    method: str
    path: str
    body: Any
    authorization: str | None


class ConnectorServer:
    """Without a script it behaves: threads, chats and activities get their ids."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.called = asyncio.Event()
        self.script: deque[web.Response | str] = deque()
        self.members: dict[str, dict[str, object]] = {}
        self.released = asyncio.Event()
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._handle)
        self.server = TestServer(app)

    @property
    def url(self) -> str:
        return str(self.server.make_url("/teams/"))

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.can_read_body else None
        path = request.rel_url.raw_path.removeprefix("/teams")
        self.calls.append(Call(request.method, path, body, request.headers.get("Authorization")))
        self.called.set()
        if self.script:
            step = self.script.popleft()
            if step == "hang":
                await self.released.wait()
            elif step == "drop":
                assert request.transport is not None
                request.transport.close()
            if not isinstance(step, str):
                return step
        return self._behave(request.method, path, body)

    def _behave(self, method: str, path: str, body: Any) -> web.Response:
        number = len(self.calls)
        if method == "GET":
            member = self.members.get(unquote(path.rsplit("/", 1)[1]))
            return web.json_response(member) if member else refusal(404, "MemberNotFoundInConversation")
        if method == "PUT":
            return web.json_response({"id": path.rsplit("/", 1)[1]})
        if path.endswith("/conversations") and body["isGroup"]:
            thread = f"{body['channelData']['channel']['id']};messageid={number}"
            return web.json_response({"id": thread, "activityId": str(number)}, status=201)
        if path.endswith("/conversations"):
            return web.json_response({"id": f"a:chat-{body['members'][0]['id']}"}, status=201)
        return web.json_response({"id": str(number)}, status=201)


def refusal(status: int, code: str, **headers: str) -> web.Response:
    """An error as the connector words it."""
    return web.json_response(
        {"error": {"code": code, "message": "as it happens"}},
        status=status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
