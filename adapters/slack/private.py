"""Private answers to a gesture: through the address that came with it, else as an ephemeral message."""

import asyncio
import logging
from typing import Any

import aiohttp

from adapters.slack.errands import Errands
from adapters.slack.translate import Payload, conversation, text, workspace
from adapters.slack.web_api import Trouble
from adapters.slack.workspaces import Workspaces

ANSWER_SECONDS = 5.0

_log = logging.getLogger(__name__)


class PrivateAnswers:
    """Tells the one who made a gesture how it went, while the gesture itself is being acknowledged.

    These are no deliveries: if one is lost, a second press gives the answer again.
    """

    def __init__(self, api: Workspaces, session: aiohttp.ClientSession, errands: Errands) -> None:
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
        place, channel = workspace(payload), conversation(payload)
        user = text(payload, "user", "id") or text(payload, "user_id")
        if not place or not channel or not user:
            _log.warning("A private answer could not be given: Slack named no place for it")
            return
        message = {"channel": channel, "user": user, "text": answer["text"], "blocks": answer["blocks"]}
        given = await self._api.call(place, "chat.postEphemeral", message)
        if isinstance(given, Trouble):
            _log.warning("A private answer could not be given: %s", given.reason)

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
