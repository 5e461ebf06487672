"""Bolt as this adapter uses it: on the way to a listener there is no network call, no polling and no environment."""

import logging
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.screen import TurnedAway
from adapters.slack.settings import SlackSettings
from adapters.slack.translate import Payload
from core.errors import StorageAway

_log = logging.getLogger(__name__)

Look = Callable[[Payload], Awaitable[TurnedAway | None]]


def build(settings: SlackSettings, look: Look) -> AsyncApp:
    """An app without listeners. ``look`` says of every gesture whether it comes in, before any listener has it.

    ``process_before_response`` keeps Bolt from polling for the acknowledgement every 10 ms, and from losing one to an
    exception after it. Signatures are the door's business. The client is there for Bolt's own sake: it has no token.
    """
    with _no_environment():
        client = AsyncWebClient(base_url=settings.api_url, retry_handlers=[])
        client.proxy = None
        app = _App(
            name="baton",
            logger=_quiet_logger(),
            client=client,
            signing_secret=settings.signing_secret,
            authorize=_Anybody(),
            process_before_response=True,
            raise_error_for_unhandled_request=True,
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            ssl_check_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
    app.use(_Screened(look))
    app.error(_failed)
    return app


class _App(AsyncApp):
    """Bolt, without the Web API client that it would build for every request: no listener here asks for one."""

    def _init_context(self, req: AsyncBoltRequest) -> None:
        req.context["logger"] = self.logger
        req.context["token"] = None  # authorize sets it
        req.context["client"] = self.client
        req.context["listener_runner"] = self.listener_runner


class _Anybody(AsyncAuthorize):
    """Bolt's question "which token is this for?", which our listeners answer for themselves, by the workspace."""

    def __init__(self) -> None:
        # AsyncAuthorize has nothing to set up, and its own __init__ has no types.
        self._result = AuthorizeResult(enterprise_id=None, team_id=None)

    async def __call__(self, **_: object) -> AuthorizeResult:
        return self._result


class _Screened(AsyncMiddleware):
    """Turns away what is not to come in. Bolt itself runs listeners for whoever signs rightly."""

    def __init__(self, look: Look) -> None:
        self._look = look

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt passes it by name
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - the same
    ) -> BoltResponse | None:
        """Let it through, or answer in a listener's place."""
        turned_away = await self._look(req.body)
        if turned_away is None:
            return await next()
        return BoltResponse(status=200, body=turned_away.answer or "")


async def _failed(error: Exception) -> BoltResponse:
    """The end of a gesture that nobody handles, or that met a fault of ours. Bolt's own handlers log whole bodies."""
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=404, body={"error": "unhandled request"})
    if isinstance(error, StorageAway):
        _log.info("An event was not taken, and Slack will send it again: %s", error)
        return BoltResponse(status=503, body={"error": "try again"})
    _log.error("A gesture from Slack failed", exc_info=error)
    return BoltResponse(status=500, body={"error": "internal error"})


def _quiet_logger() -> logging.Logger:
    """Bolt's logger. At DEBUG it writes out what customers typed, so it stays above that whatever LOG_LEVEL says."""
    logger = logging.getLogger("slack_bolt.baton")
    logger.setLevel(logging.INFO)
    return logger


@contextmanager
def _no_environment() -> Iterator[None]:
    """AsyncApp picks up SLACK_* by itself, and builds an OAuth flow with files out of some of it: hide them from it."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("SLACK_")}
    try:
        yield
    finally:
        os.environ.update(hidden)
