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
from bot.playground.slack_stand_in.records import Call, Json, Refused

_LIMITED: Json = {"ok": False, "error": "ratelimited"}


def _json(call: Call, answer: Json, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    call.answered = answer
    return web.json_response(answer, status=status, headers=headers)


def _limited(call: Call, after: int | None) -> web.Response:
    return _json(call, _LIMITED, 429, {} if after is None else {"Retry-After": str(after)})


def _perform(call: Call, perform: Callable[[], Json], refused_status: int) -> web.Response:
    try:
        return _json(call, perform())
    except Refused as refused:
        if refused.code == "ratelimited":
            return _limited(call, refused.extra["after"])
        return _json(call, {"ok": False, "error": refused.code, **refused.extra}, refused_status)


def _drop(request: web.Request, call: Call, word: str) -> web.Response:
    call.answered = word
    if request.transport:
        request.transport.abort()
    return web.Response()


async def answer(
    request: web.Request,
    call: Call,
    fault: Fault,
    perform: Callable[[], Json],
    stopping: asyncio.Event,
    refused_status: int = 200,
) -> web.StreamResponse:
    """Do what was asked, unless the fault says otherwise. ``refused_status`` goes with a refusal's JSON."""
    match fault:
        case Ok():
            return _perform(call, perform, refused_status)
        case Error(code, extra=extra):
            return _json(call, {"ok": False, "error": code, **extra})
        case RateLimited(after):
            return _limited(call, after)
        case Status(code, body):
            call.answered = f"status {code}"
            return web.Response(status=code, text=body, content_type="text/html")
        case DropBefore():
            return _drop(request, call, "dropped before it was taken")
        case DropAfterTaking():
            _perform(call, perform, refused_status)
            return _drop(request, call, "dropped after it was taken")
        case Hang():
            return await _hang(request, call, fault, perform, stopping, refused_status)
        case SlowBytes(pause):
            return await _slowly(request, _perform(call, perform, refused_status), pause)
        case WrongJson():
            whole = json.dumps(_json_of(_perform(call, perform, refused_status)))
            call.answered = "cut JSON"
            return web.Response(text=whole[: len(whole) // 2], content_type="application/json")


async def _hang(
    request: web.Request,
    call: Call,
    fault: Hang,
    perform: Callable[[], Json],
    stopping: asyncio.Event,
    refused_status: int,
) -> web.StreamResponse:
    response = _perform(call, perform, refused_status) if fault.taken else None
    answered, call.answered = call.answered, "silence"
    waits = {asyncio.ensure_future(event.wait()) for event in (fault.until, stopping) if event}
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    if stopping.is_set():
        return _drop(request, call, "silence")
    call.answered = answered
    return response or _perform(call, perform, refused_status)


async def _slowly(request: web.Request, whole: web.Response, pause: float) -> web.StreamResponse:
    response = web.StreamResponse(status=whole.status, headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for byte in whole.text or "":
        await response.write(byte.encode())
        await asyncio.sleep(pause)
    await response.write_eof()
    return response


def _json_of(response: web.Response) -> Json:
    found: Json = json.loads(response.text or "{}")
    return found
