"""A tiny endpoint in Baton's place: it records what Slack sends and answers what the test put down."""

import asyncio
import json
from urllib.parse import parse_qsl

from aiohttp import web


class Endpoint:
    """Answers the next answer put down, or an empty 200."""

    def __init__(self):
        self.received = []
        self.answers = []
        self.gate = None
        self._runner = None
        self.url = ""

    async def start(self):
        app = web.Application()
        app.router.add_post("/slack/events", self._take)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self):
        await self._runner.cleanup()

    async def _take(self, request):
        self.received.append((await request.read(), dict(request.headers)))
        if self.gate:
            await self.gate.wait()
        if not self.answers:
            return web.Response()
        answer = self.answers.pop(0)
        if callable(answer):
            answer = answer()
            if asyncio.iscoroutine(answer):
                answer = await answer
        if isinstance(answer, int):
            return web.Response(status=answer)
        return web.Response(text=answer) if isinstance(answer, str) else web.json_response(answer)

    def form(self, index=-1):
        """The form that was received."""
        return dict(parse_qsl(self.received[index][0].decode(), keep_blank_values=True))

    def payload(self, index=-1):
        """The interaction that was received."""
        return json.loads(self.form(index)["payload"])
