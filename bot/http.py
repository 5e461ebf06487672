"""The one HTTP application: each platform's routes, and how Baton is doing."""

import asyncio
import gc
import logging
import signal
from collections.abc import Callable

from aiohttp import web

from bot.errors import CantListen
from bot.settings import Settings
from bot.watchdog import watched_loop
from bot.wiring import Running, running
from core.errors import StorageAway

log = logging.getLogger("baton")

# A gesture under way gets this long to end after we were asked to stop; storage takes at most half of it.
GRACE = 5.0


def application(baton: Running) -> web.Application:
    """The aiohttp application of a running Baton."""
    app = web.Application()
    for platform in baton.platforms:
        app.router.add_routes(platform.routes)

    async def health(_: web.Request) -> web.Response:
        answer = await how_it_is(baton)
        return web.json_response(answer, status=200 if answer["ok"] else 503)

    app.router.add_get("/healthz", health)
    return app


async def how_it_is(baton: Running) -> dict[str, object]:
    """``ok``, and the parts that make it up; one part that is not well makes the whole not well."""
    parts: dict[str, dict[str, object]] = {}
    try:
        await baton.storage.ping()
        parts["storage"] = {"ok": True}
    except StorageAway as away:
        # Anybody may ask how we are; the reason names hosts and roles, and is for the log alone.
        log.info("storage does not answer: %s", away)
        parts["storage"] = {"ok": False, "state": "does not answer"}
    parts["worker"] = {"ok": not baton.tasks[0].done() and not baton.worker.stuck}
    for platform in baton.platforms:
        parts[platform.name] = dict(platform.health())
    return {"ok": all(part["ok"] for part in parts.values()), **parts}


async def serve(settings: Settings, host: str, said: Callable[[str], None]) -> int:
    """Serve until a signal, or until a background task dies; answers the exit code.

    ``said`` gets the address once Baton listens.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    died: list[str] = []

    def watch(task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()):
            log.critical("the %s died; Baton ends, to be started anew", task.get_name(), exc_info=error)
            died.append(task.get_name())
            stop.set()

    async with watched_loop(), running(settings) as baton:
        for task in baton.tasks:
            task.add_done_callback(watch)
        runner = web.AppRunner(application(baton), access_log=None, shutdown_timeout=GRACE)
        await runner.setup()
        # What is there by now stays: going through its 140,000 objects for garbage took 70 ms, on the event loop.
        gc.freeze()
        try:
            try:
                await web.TCPSite(runner, host, settings.port).start()
            except OSError as error:
                raise CantListen(
                    f"Can't listen on {host}:{settings.port} ({error.strerror}). Set PORT to another."
                ) from error
            said(f"http://{host}:{runner.addresses[0][1]}")
            await stop.wait()
        finally:
            await baton.hush()
            await runner.cleanup()
    return 1 if died else 0
