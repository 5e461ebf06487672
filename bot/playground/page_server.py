"""The page's own server: its files, the state as server-sent events, and the gestures made on the page."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from importlib import resources
from typing import Any

from aiohttp import web

from bot.playground.cast import SEATS, Json, Seat
from bot.playground.gestures import CantBeDone
from bot.playground.stage import Stage

HEARTBEAT = 15.0
MOST_STREAMS = 16
BODY_LIMIT = 256 * 1024
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# Nothing but the page's own files may be loaded or run, whatever a message on it says.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

Gesture = Callable[[Stage, Seat, Json], Awaitable[Json]]


def page(stage: Stage) -> web.Application:
    """The application behind the page; whatever it shows and does is the stage's."""
    app = web.Application(middlewares=[_only_this_page], client_max_size=BODY_LIMIT)
    streams = Streams(stage)
    for name, body in _files().items():
        app.router.add_get("/" if name == "index.html" else f"/{name}", _file(name, body))
    app.router.add_get("/api/state", streams.state)
    app.router.add_get("/api/events", streams.follow)
    for name, gesture in GESTURES.items():
        app.router.add_post(f"/api/{name}", _gesture(stage, gesture))
    app.on_shutdown.append(streams.end)
    return app


@web.middleware
async def _only_this_page(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse what another site makes a browser send: a foreign Host (DNS rebinding), a foreign Origin, a plain form."""
    name = request.host.rpartition(":")[0] or request.host
    own = request.headers.get("Origin", f"http://{request.host}") == f"http://{request.host}"
    fetched = request.headers.get("Sec-Fetch-Site", "same-origin")
    if name not in ("127.0.0.1", "localhost") or not own or (request.path != "/" and fetched != "same-origin"):
        raise web.HTTPForbidden(text="This page answers only to itself.")
    if request.method == "POST" and request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="Gestures are sent as JSON.")
    response = await handler(request)
    if not response.prepared:
        response.headers.update(_HEADERS)
    return response


def _files() -> dict[str, bytes]:
    folder = resources.files("bot.playground") / "page"
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith(tuple(_TYPES))}


def _file(name: str, body: bytes) -> Callable[[web.Request], Awaitable[web.Response]]:
    content_type = _TYPES[name[name.rindex(".") :]]

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type=content_type, charset="utf-8")

    return answer


class Streams:
    """The state, once or as it changes. A slow reader misses steps in between, never the last one."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._readers: set[asyncio.Event] = set()
        self._ending = False
        stage.subscribe(self._wake)

    async def state(self, _: web.Request) -> web.Response:
        """The state as it is."""
        return web.json_response(self._stage.state())

    async def follow(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: the state at once, again after every change, and a heartbeat in between."""
        if len(self._readers) >= MOST_STREAMS:
            raise web.HTTPServiceUnavailable(text=f"{MOST_STREAMS} pages are open already.")
        response = web.StreamResponse(headers={**_HEADERS, "Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        changed = asyncio.Event()
        changed.set()
        self._readers.add(changed)
        try:
            while not self._ending:
                try:
                    async with asyncio.timeout(HEARTBEAT):
                        await changed.wait()
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                changed.clear()
                await response.write(f"data: {json.dumps(self._stage.state())}\n\n".encode())
        except ConnectionResetError:
            pass  # the page was closed
        finally:
            self._readers.discard(changed)
        return response

    async def end(self, _: web.Application) -> None:
        """End every stream, so that open pages don't hold the program up."""
        self._ending = True
        self._wake()

    def _wake(self) -> None:
        for changed in self._readers:
            changed.set()


def _gesture(stage: Stage, gesture: Gesture) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        try:
            asked = await request.json()
            under_way = gesture(stage, SEATS[asked["pane"]], asked)
        except (ValueError, LookupError, TypeError):
            return web.json_response({"error": "The page and its server don't understand each other."}, status=400)
        try:
            return web.json_response(await under_way)
        except CantBeDone as error:
            return web.json_response({"error": str(error), "errors": {}})

    return answer


def _text(asked: Json, name: str) -> str:
    value = asked[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _fields(asked: Json, name: str) -> dict[str, Any]:
    value = asked[name]
    if not isinstance(value, dict):
        raise TypeError(name)
    return value


def _command(stage: Stage, seat: Seat, asked: Json) -> Awaitable[Json]:
    return stage.gestures.write(seat, _text(asked, "conversation"), _text(asked, "text"))


def _click(stage: Stage, seat: Seat, asked: Json) -> Awaitable[Json]:
    where = _text(asked, "conversation"), _text(asked, "message")
    return stage.gestures.click(seat, *where, _text(asked, "action"))


def _submit(stage: Stage, seat: Seat, asked: Json) -> Awaitable[Json]:
    return stage.gestures.submit(seat, _text(asked, "view"), _fields(asked, "values"))


def _close(stage: Stage, seat: Seat, asked: Json) -> Awaitable[Json]:
    return stage.gestures.close(seat, _text(asked, "view"))


def _execute(stage: Stage, seat: Seat, asked: Json) -> Awaitable[Json]:
    where = _text(asked, "conversation"), _text(asked, "message")
    return stage.gestures.execute(seat, *where, _text(asked, "verb"), _fields(asked, "inputs"))


GESTURES: dict[str, Gesture] = {
    "command": _command,
    "click": _click,
    "submit": _submit,
    "close": _close,
    "execute": _execute,
}
