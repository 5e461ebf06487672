"""Giving an answer over HTTP, or failing to, as the fault script says."""

import asyncio
import json
from collections.abc import Callable

from aiohttp import web

from bot.playground.faults import (
    DropAfterTaking,
    DropBefore,
    Error,
    Fault,
    Hang,
    Ok,
    RateLimited,
    SlowBytes,
    Status,
    WrongJson,
)
from bot.playground.teams_stand_in.records import Answer, Call, Json, Refused

Perform = Callable[[], Answer]


async def answer(
    request: web.Request, call: Call, fault: Fault, perform: Perform, stopping: asyncio.Event
) -> web.StreamResponse:
    """Do what was asked, unless the fault says otherwise."""
    match fault:
        case Ok():
            return _perform(call, perform)
        case Error(code, status):
            return _refuse(call, Refused(status, code, "The stand-in was told to refuse this."))
        case RateLimited(after):
            return _refuse(call, Refused(429, "Throttled", "Too many requests.", after))
        case Status(code, body):
            call.status, call.answered = code, "HTML"
            return web.Response(status=code, text=body, content_type="text/html")
        case DropBefore():
            return _drop(request, call, "dropped before it was taken")
        case DropAfterTaking():
            _perform(call, perform)
            return _drop(request, call, "dropped after it was taken")
        case Hang():
            return await _hang(request, call, fault, perform, stopping)
        case SlowBytes(pause):
            return await _slowly(request, _perform(call, perform), pause)
        case WrongJson():
            whole = _perform(call, perform)
            call.answered = "cut JSON"
            text = whole.text or "{}"
            return web.Response(status=whole.status, text=text[: len(text) // 2], content_type="application/json")


def _json(call: Call, body: Json | None, status: int, headers: dict[str, str] | None = None) -> web.Response:
    call.status, call.answered = status, body
    if body is None:
        return web.Response(status=status, headers=headers)
    text = json.dumps(body)
    return web.Response(status=status, text=text, headers=headers, content_type="application/json")


def _refuse(call: Call, refused: Refused) -> web.Response:
    headers = {} if refused.after is None else {"Retry-After": str(refused.after)}
    if refused.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return _json(call, refused.body, refused.status, headers)


def _perform(call: Call, perform: Perform) -> web.Response:
    try:
        done = perform()
    except Refused as refused:
        return _refuse(call, refused)
    return _json(call, done.body, done.status)


def _drop(request: web.Request, call: Call, word: str) -> web.Response:
    call.status, call.answered = None, word
    if request.transport:
        request.transport.abort()
    return web.Response()


async def _hang(
    request: web.Request, call: Call, fault: Hang, perform: Perform, stopping: asyncio.Event
) -> web.StreamResponse:
    taken = _perform(call, perform) if fault.taken else None
    call.status, call.answered = None, "silence"
    waits = {asyncio.ensure_future(event.wait()) for event in (fault.until, stopping) if event}
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    if stopping.is_set():
        return _drop(request, call, "silence")
    if taken is None:
        return _perform(call, perform)
    call.status = taken.status
    return taken


async def _slowly(request: web.Request, whole: web.Response, pause: float) -> web.StreamResponse:
    response = web.StreamResponse(status=whole.status, headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for character in whole.text or "":
        await response.write(character.encode())
        await asyncio.sleep(pause)
    await response.write_eof()
    return response
