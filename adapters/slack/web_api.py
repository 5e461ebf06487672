"""One call to Slack's Web API: what it answered, or what was in the way, as a value."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

CALL_SECONDS = 10.0

# Error names that say "not now" rather than "no"; from the lists under each method on docs.slack.dev/reference/methods.
RATE_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
# Of the first two Slack says that "some aspect of the operation" may have succeeded, of the third not that none did.
UNSURE = frozenset({"fatal_error", "internal_error", "service_unavailable"})
TEMPORARY = (
    RATE_LIMITED
    | UNSURE
    | {
        "external_channel_migrating",
        "invalid_cursor",  # one that is no longer valid
        "org_login_required",
        "request_timeout",  # what we sent arrived cut off
        "team_added_to_org",
        "update_failed",
    }
)
# The connection was never made. Whatever goes wrong later, Slack may have the call.
_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


@dataclass(frozen=True, slots=True)
class Answer:
    """Slack said ``"ok": true``; ``data`` is its whole answer."""

    data: Mapping[str, Any]

    def at(self, *path: str) -> Any:
        """What is at a path of keys, None if there is nothing."""
        found: Any = self.data
        for key in path:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found

    def text(self, *path: str) -> str:
        """The string at a path of keys, "" if there is none."""
        found = self.at(*path)
        return found if isinstance(found, str) else ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """The call did not succeed. ``reason`` is Slack's error name, or our word for what happened on the way.

    ``after`` is Slack's own word on how many seconds to wait; ``limited`` says that it was a rate limit, and ``unsure``
    that it may have been done all the same.
    """

    reason: str
    temporary: bool
    limited: bool = False
    after: float | None = None
    unsure: bool = False


class WebApi:
    """Slack's Web API over a shared session. Nothing is ever sent twice, and no call outlives its own time-out.

    slack_sdk's default retry handler re-sends a POST whose connection dropped, and with a session given its
    ``timeout`` is not used: both are replaced here. ``seconds`` is how long a call may take.
    """

    def __init__(self, token: str, api_url: str, session: aiohttp.ClientSession) -> None:
        # slack_sdk writes whole requests and answers out at DEBUG: its logger gets a level of its own.
        logger = logging.getLogger("slack_sdk.baton")
        logger.setLevel(logging.INFO)
        self._client = AsyncWebClient(token=token, base_url=api_url, session=session, retry_handlers=[], logger=logger)
        # The constructor reads HTTPS_PROXY; whether the environment is to be believed is the session's business.
        self._client.proxy = None
        self.seconds = CALL_SECONDS

    async def call(self, method: str, arguments: Mapping[str, Any], seconds: float | None = None) -> Answer | Trouble:
        """Call a method with a JSON body, if need be with another time-out. Raises nothing but ``CancelledError``."""
        return await self._judge(method, {"json": dict(arguments)}, seconds or self.seconds)

    async def ask(self, method: str, arguments: Mapping[str, str], seconds: float | None = None) -> Answer | Trouble:
        """Call one of the reading methods, which take a form and no JSON. Raises nothing but ``CancelledError``."""
        return await self._judge(method, {"params": dict(arguments)}, seconds or self.seconds)

    async def exchange(self, method: str, arguments: Mapping[str, str], name: str, secret: str) -> Answer | Trouble:
        """Call a method as the app itself, by its name and secret and without a token."""
        # Not by the SDK's ``auth``: it asks aiohttp for a class that warns of its own end.
        body = {"data": dict(arguments), "headers": {"Authorization": aiohttp.encode_basic_auth(name, secret)}}
        return await self._judge(method, body, self.seconds)

    async def _judge(self, method: str, body: dict[str, Any], seconds: float) -> Answer | Trouble:
        try:
            async with asyncio.timeout(seconds):
                response = await self._client.api_call(method, **body)
        except _NEVER_SENT as error:
            return Trouble(f"no connection ({type(error).__name__})", temporary=True)
        except TimeoutError:
            return _no_answer("timed out")
        except SlackApiError as error:
            return _refused(error)
        # What slack_sdk lets out beside its own errors, measured: a dropped connection (aiohttp, OSError), bytes that
        # are no text (ValueError), and an answer that is JSON or plain text but no object (AttributeError, TypeError).
        except (aiohttp.ClientError, OSError, ValueError, AttributeError, TypeError, SlackClientError) as error:
            return _no_answer(f"no usable answer ({type(error).__name__})")
        if not isinstance(response.data, Mapping):
            return _no_answer("no usable answer (not an object)")
        return Answer(response.data)


def _no_answer(what: str) -> Trouble:
    return Trouble(what, temporary=True, unsure=True)


def _refused(error: SlackApiError) -> Trouble:
    """What a failed call means. ``error.response`` is an aiohttp response where the body was no JSON."""
    response = error.response
    parsed = isinstance(response, AsyncSlackResponse)
    status = response.status_code if parsed else response.status
    named = response.data.get("error") if parsed and isinstance(response.data, Mapping) else None
    reason = named if isinstance(named, str) else ""
    if status == 429 or reason in RATE_LIMITED:
        return Trouble("ratelimited", temporary=True, limited=True, after=_seconds(response.headers.get("Retry-After")))
    if status >= 500 or not reason:
        return _no_answer(f"no usable answer (HTTP {status})")
    return Trouble(reason, temporary=reason in TEMPORARY, unsure=reason in UNSURE)


def _seconds(header: str | None) -> float | None:
    """``Retry-After`` in seconds; None where it is missing or no number."""
    return float(header) if header is not None and header.isascii() and header.isdigit() else None
