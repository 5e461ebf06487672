"""Looking through a conversation for a message of ours, by the key that it carries in its metadata."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.failures import failure
from adapters.slack.web_api import Answer, Trouble
from adapters.slack.workspaces import Ours
from core.deliveries import Failed, Lane, NotThere, TryLater

CARD, LETTER = "baton_card", "baton_letter"

# Slack advises 200 messages a page at most. An app that is distributed without Marketplace gets 15, once a minute.
PAGE = 100
UNLISTED_PAGE = 15
MOST_PAGES = 10
# How far Slack's clock may be behind ours: its own is what the messages are dated by.
CLOCKS = timedelta(minutes=2)

_log = logging.getLogger(__name__)


def metadata(event: str, key: str) -> dict[str, Any]:
    """What a message carries to be found by. Every app of the workspace can read it, so it is the key alone."""
    return {"metadata": {"event_type": event, "event_payload": {"key": key}}}


class History:
    """What was said in the conversations that our bot is in."""

    def __init__(self) -> None:
        self._lacking: set[tuple[str, str]] = set()

    async def find(
        self, ours: Ours, lane: Lane, key: str, since: datetime, under: str | None
    ) -> str | NotThere | TryLater | Failed:
        """Where our message with this key is ("channel:ts"), in a lane or in the thread ``under`` a card of it."""
        channel, _, thread = (under or lane.address).partition(":")
        method, scope = "conversations.history", "channels:history, or groups:history for a private channel"
        arguments = {
            "oldest": f"{(since - CLOCKS).timestamp():.6f}",
            "limit": str(PAGE),
            "include_all_metadata": "true",
        }
        if thread:
            method, arguments["ts"] = "conversations.replies", thread
        elif lane.private:
            opened = await ours.api.ask("conversations.open", {"users": lane.address})
            if isinstance(opened, Trouble):
                return self._cannot(opened, lane, "im:write")
            channel, scope = opened.text("channel", "id"), "im:history"
            if not channel:
                return TryLater("no usable answer (no channel)")
        found = await _read(ours, method, {"channel": channel, **arguments}, key)
        if isinstance(found, Trouble):
            return self._cannot(found, lane, scope)
        return f"{channel}:{found}" if isinstance(found, str) else found

    def _cannot(self, trouble: Trouble, lane: Lane, scope: str) -> NotThere | TryLater | Failed:
        """What it means that Slack doesn't show what was said."""
        if trouble.reason == "missing_scope":
            self._warn(lane.workspace, scope)
            return NotThere()
        if trouble.reason == "thread_not_found":
            return NotThere()
        return failure(trouble, lane)

    def _warn(self, workspace: str, scope: str) -> None:
        if (workspace, scope) not in self._lacking:
            self._lacking.add((workspace, scope))
            _log.warning(
                "Slack doesn't let Baton look in %s whether a message was posted, so one whose answer is lost is "
                "posted twice: give the app the scope %s, as manifest.yml has it, and install it again",
                workspace,
                scope,
            )


async def _read(ours: Ours, method: str, arguments: dict[str, str], key: str) -> str | NotThere | Trouble:
    """The ``ts`` of the message. Slack's pages follow each other from either end, so all of them are read.

    Unless that would take so long that posting twice does less harm.
    """
    read = 0
    for page in range(MOST_PAGES):
        answer = await ours.api.ask(method, arguments)
        if isinstance(answer, Trouble):
            if answer.limited and page and read <= page * UNLISTED_PAGE:
                break
            return answer
        messages = answer.data.get("messages")
        if not isinstance(messages, list):
            return Trouble("no usable answer (no messages)", temporary=True)
        if ts := next(filter(None, (_wrote(message, key, ours.us.bot_id) for message in messages)), ""):
            return ts
        cursor = answer.text("response_metadata", "next_cursor")
        if not cursor:
            return NotThere()
        arguments = {**arguments, "cursor": cursor}
        read += len(messages)
    _log.warning("%s may have been posted already, but too much was said since to find it: it is posted", key)
    return NotThere()


def _wrote(message: object, key: str, bot: str) -> str:
    """The ``ts`` of a message if our bot wrote it and it carries this key, else "". Others may carry what they like."""
    if not isinstance(message, Mapping) or message.get("bot_id") != bot:
        return ""
    found = Answer(message)
    if found.text("metadata", "event_type") not in (CARD, LETTER):
        return ""
    return found.text("ts") if found.text("metadata", "event_payload", "key") == key else ""
