"""A tiny endpoint in Baton's place: it records what Teams sends and answers what the test put down."""

import asyncio
import json

from aiohttp import web


class Endpoint:
    """Answers the next answer put down, or an empty 200."""

    def __init__(self):
        self.received = []
        self.answers = []
        self.silent = 0
        self._runner = None
        self.url = ""

    async def start(self):
        app = web.Application()
        app.router.add_post("/api/messages", self._take)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self):
        await self._runner.cleanup()

    async def _take(self, request):
        self.received.append((await request.read(), dict(request.headers)))
        if self.silent:
            self.silent -= 1
            await asyncio.Event().wait()
        answer = self.answers.pop(0) if self.answers else None
        if answer is None or isinstance(answer, int):
            return web.Response(status=answer or 200)
        return web.Response(text=answer) if isinstance(answer, str) else web.json_response(answer)

    def activity(self, index=-1):
        """The activity that was received."""
        return json.loads(self.received[index][0])

    def token(self, index=-1):
        """The bearer token that came with it."""
        return self.received[index][1]["Authorization"].removeprefix("Bearer ")
