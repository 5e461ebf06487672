"""Private answers to a button: through the address that came with the press, else as an ephemeral message."""

import asyncio
import logging
from typing import Any

import aiohttp

from adapters.slack.errands import Errands
from adapters.slack.translate import Payload, text
from adapters.slack.web_api import Trouble, WebApi

ANSWER_SECONDS = 5.0

_log = logging.getLogger(__name__)


class PrivateAnswers:
    """Tells the one who pressed a button how it went, while the press itself is being acknowledged.

    These are no deliveries: if one is lost, a second press gives the answer again.
    """

    def __init__(self, api: WebApi, session: aiohttp.ClientSession, errands: Errands) -> None:
        self._api = api
        self._session = session
        self._errands = errands

    def tell(self, payload: Payload, answer: dict[str, Any]) -> None:
        """Send it in the background."""
        self._errands.start(self._tell(payload, answer))

    async def _tell(self, payload: Payload, answer: dict[str, Any]) -> None:
        address = text(payload, "response_url")
        if address and await self._respond(address, answer):
            return
        channel, user = text(payload, "channel", "id"), text(payload, "user", "id")
        if not channel or not user:
            _log.warning("An answer to a button could not be given: Slack named no place for it")
            return
        message = {"channel": channel, "user": user, "text": answer["text"], "blocks": answer["blocks"]}
        given = await self._api.call("chat.postEphemeral", message)
        if isinstance(given, Trouble):
            _log.warning("An answer to a button could not be given: %s", given.reason)

    async def _respond(self, address: str, answer: dict[str, Any]) -> bool:
        """Whether the response_url took it. It answers 200 and "ok", or a JSON object."""
        try:
            async with (
                asyncio.timeout(ANSWER_SECONDS),
                self._session.post(address, json=answer, allow_redirects=False) as response,
            ):
                if response.status == 200:
                    return True
                _log.info("A response_url answered %d", response.status)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            # The address is a secret for as long as it lives, so the error is not quoted.
            _log.info("A response_url failed: %s", type(error).__name__)
        return False
