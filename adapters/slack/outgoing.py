"""The way out to Slack: posts cards, corrects them, tells one person something, and says how it went."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from adapters.slack import render, wording
from adapters.slack.settings import SlackSettings
from adapters.slack.web_api import Answer, Trouble, WebApi
from core.context_card import ContextCard, Letter
from core.deliveries import Failed, Gone, Lane, Scope, Sending, Sent, TryLater
from core.errors import PlatformAway

# What chat.update answers when there is nothing of ours left to correct.
_GONE = frozenset({"message_not_found", "cant_update_message"})
_log = logging.getLogger(__name__)
_QUIET = {"unfurl_links": False, "unfurl_media": False}


class BadToken(Exception):
    """Slack refuses the bot token; the message is Slack's own reason."""


@dataclass(frozen=True, slots=True)
class Introduction:
    """Who the bot token says we are: the workspace's id, our user id and bot id there, and the workspace's address."""

    team: str
    bot_user: str
    bot_id: str
    url: str


class SlackOutgoing:
    """``core.ports.Outgoing`` over the Web API. Failures are values; nothing but ``CancelledError`` is raised.

    ``api`` and ``session`` are shared with the rest of this adapter, so that all calls use one pool of connections.
    """

    def __init__(self, settings: SlackSettings, session: aiohttp.ClientSession) -> None:
        self.session = session
        self.api = WebApi(settings.bot_token, settings.api_url, session)
        self._url = ""

    async def introduce(self) -> Introduction:
        """Ask Slack who we are. ``PlatformAway`` for a trouble that may pass, ``BadToken`` for one that won't.

        Links to messages are built from the answer; before it, messages are sent without links.
        """
        answer = await self.api.ask("auth.test", {})
        if isinstance(answer, Trouble):
            raise PlatformAway(answer.reason) if answer.temporary else BadToken(answer.reason)
        self._url = answer.text("url")
        return Introduction(answer.text("team_id"), answer.text("user_id"), answer.text("bot_id"), self._url)

    async def channel_name(self, channel: str) -> str:
        """What people call a channel. Without the right to ask, or while Slack is away, words that fit any channel."""
        answer = await self.api.ask("conversations.info", {"channel": channel})
        if isinstance(answer, Trouble) and answer.reason == "channel_not_found":
            _log.warning(
                "Slack shows us no channel %s: check SLACK_CHANNEL, and if it is private, /invite @Baton", channel
            )
        elif isinstance(answer, Answer) and _says(answer, "is_member") is False:
            _log.warning("Baton is no member of the channel %s, so it can't post there: /invite @Baton", channel)
        name = "" if isinstance(answer, Trouble) else answer.text("channel", "name")
        return f"#{name}" if name else wording.SOME_CHANNEL

    async def post(self, lane: Lane, card: ContextCard, key: str) -> Sending:
        """Post a card. The delivery's key goes along as message metadata, by which the post can be found again."""
        return await self._send(lane.address, render.card(card) | _metadata("baton_card", key))

    async def correct(self, lane: Lane, copy: str, card: ContextCard) -> Sending:  # noqa: ARG002 - the copy names its channel itself
        """Redraw a card; without new metadata Slack keeps what the message has."""
        channel, _, ts = copy.partition(":")
        answer = await self.api.call("chat.update", {"channel": channel, "ts": ts, **render.card(card)})
        if isinstance(answer, Trouble):
            return Gone(answer.reason) if answer.reason in _GONE else _failure(answer)
        return Sent(copy, self._link(channel, ts))

    async def tell(self, lane: Lane, letter: Letter, key: str) -> Sending:
        """Tell one person something, in their conversation with the app.

        A user's id is given as the channel: Slack opens the conversation itself (docs.slack.dev/reference/methods/
        chat.postMessage, "DM channels"). One call instead of two leaves no half-done state to come back to.
        """
        return await self._send(lane.address, render.letter(letter) | _metadata("baton_letter", key))

    async def _send(self, channel: str, message: Mapping[str, Any]) -> Sending:
        answer = await self.api.call("chat.postMessage", {"channel": channel, **_QUIET, **message})
        if isinstance(answer, Trouble):
            return _failure(answer)
        return self._sent(answer, channel)

    def _sent(self, answer: Answer, channel: str) -> Sending:
        channel, ts = answer.text("channel") or channel, answer.text("ts")
        if not ts:
            return TryLater("Slack took it and did not say as what")
        return Sent(f"{channel}:{ts}", self._link(channel, ts))

    def _link(self, channel: str, ts: str) -> str:
        """The permalink, as chat.getPermalink builds it, without the call."""
        return f"{self._url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}" if self._url else ""


def _metadata(event: str, key: str) -> dict[str, Any]:
    return {"metadata": {"event_type": event, "event_payload": {"key": key}}}


def _failure(trouble: Trouble) -> Sending:
    """A rate limit is the whole conversation's, any other wait this delivery's alone."""
    if not trouble.temporary:
        return Failed(trouble.reason)
    return TryLater(trouble.reason, trouble.after, Scope.LANE if trouble.limited else Scope.DELIVERY)


def _says(answer: Answer, key: str) -> object:
    channel = answer.data.get("channel")
    return channel.get(key) if isinstance(channel, Mapping) else None
