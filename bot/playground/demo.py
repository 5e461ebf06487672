"""``baton demo``: the page on which one plays junior and senior, or the same story told in the terminal."""

import asyncio
import errno
import signal

from aiohttp import web

from bot.playground.opening import NotOpened
from bot.playground.page_server import page
from bot.playground.script import play
from bot.playground.stage import stage

# If the port is taken, so many of the following ones are tried.
NEXT_PORTS = 20


async def demo(port: int, script: bool) -> int:
    """Run until a signal, or until the script's end; answers the exit code: 1 if something wasn't as it must be."""
    if script:
        return await play()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        return await _show(port, stop)
    except NotOpened as reason:
        _say(f"The demo can't begin. {reason}")
        return 1


async def _show(port: int, stop: asyncio.Event) -> int:
    async with stage() as on_stage:
        runner = web.AppRunner(page(on_stage), access_log=None, shutdown_timeout=2)
        await runner.setup()
        try:
            chosen = await _listen(runner, port)
            if chosen is None:
                _say(f"Ports {port} to {port + NEXT_PORTS} are all taken. Choose another: baton demo --port 0")
                return 1
            if port not in (0, chosen):
                _say(f"Port {port} is taken, so this is the next free one.")
            _say(f"Open http://127.0.0.1:{chosen} and play. Both chats are simulated, Baton is real. Ctrl-C ends it.")
            await stop.wait()
        finally:
            await runner.cleanup()
    return 0


async def _listen(runner: web.AppRunner, port: int) -> int | None:
    """Listen on this port or one of the next, on this machine alone; answers which, None if all are taken."""
    for candidate in (0,) if port == 0 else range(port, min(port + NEXT_PORTS, 65535) + 1):
        try:
            await web.TCPSite(runner, "127.0.0.1", candidate).start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            continue
        listening: int = runner.addresses[0][1]
        return listening
    return None


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 - this is the program's output
