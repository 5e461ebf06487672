"""The way out to Slack: posts cards, corrects them, tells people something, looks for it, and says how it went."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

from adapters.slack import render, wording
from adapters.slack.history import CARD, LETTER, History, metadata
from adapters.slack.limits import PACE
from adapters.slack.settings import SlackSettings
from adapters.slack.web_api import Answer, Trouble, WebApi
from core.context_card import ContextCard, Letter
from core.deliveries import Failed, Gone, Lane, NotThere, Scope, Sending, Sent, TryLater, Unsure
from core.errors import PlatformAway
from core.limits import Act, Limit

# How long all of a look may take: whoever looks may have to post as well, in the time that one call may take.
LOOK_SECONDS = 5.0

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
        self._history = History(self.api)
        self._us: Introduction | None = None

    @property
    def limits(self) -> Mapping[Act, tuple[Limit, ...]]:
        """How often Slack lets an app write."""
        return PACE

    async def introduce(self) -> Introduction:
        """Ask Slack who we are. ``PlatformAway`` for a trouble that may pass, ``BadToken`` for one that won't.

        Links to messages are built from the answer; before it, messages are sent without links.
        """
        answer = await self.api.ask("auth.test", {})
        if isinstance(answer, Trouble):
            raise PlatformAway(answer.reason) if answer.temporary else BadToken(answer.reason)
        team, user, bot = answer.text("team_id"), answer.text("user_id"), answer.text("bot_id")
        self._us = Introduction(team, user, bot, answer.text("url"))
        return self._us

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
        """Post a card. The delivery's key goes along as message metadata, by which ``find`` finds it again."""
        return await self._send(lane.address, render.card(card) | metadata(CARD, key))

    async def correct(self, lane: Lane, copy: str, card: ContextCard) -> Sending:  # noqa: ARG002 - the copy names its channel itself
        """Redraw a card; without new metadata Slack keeps what the message has. What is unclear is done again."""
        channel, _, ts = copy.partition(":")
        answer = await self.api.call("chat.update", {"channel": channel, "ts": ts, **render.card(card)})
        if isinstance(answer, Trouble):
            return Gone(answer.reason) if answer.reason in _GONE else _failure(answer)
        return Sent(copy, self._link(copy))

    async def tell(self, lane: Lane, letter: Letter, key: str, under: str | None = None) -> Sending:
        """Tell one person something, in their conversation with the app, or everybody in the thread of a card.

        A user's id is given as the channel: Slack opens the conversation itself (docs.slack.dev/reference/methods/
        chat.postMessage, "DM channels"). One call instead of two leaves no half-done state to come back to.
        """
        message = render.letter(letter) | metadata(LETTER, key)
        channel, _, thread = (under or lane.address).partition(":")
        return await self._send(channel, message, thread)

    async def find(
        self, lane: Lane, key: str, since: datetime, under: str | None = None
    ) -> Sent | NotThere | TryLater | Failed:
        """Look for what was posted or told with this key; what others have written doesn't count."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                us = self._us or await self.introduce()
                found = await self._history.find(lane, key, since, under, us.bot_id)
        except TimeoutError:
            return TryLater("timed out")
        except PlatformAway as away:
            return TryLater(str(away))
        except BadToken as bad:
            return Failed(str(bad))
        if not isinstance(found, str):
            return found
        return Sent(found, self._link(found, (under or "").partition(":")[2]))

    async def _send(self, channel: str, message: Mapping[str, Any], thread: str = "") -> Sending:
        where = {"channel": channel, "thread_ts": thread} if thread else {"channel": channel}
        answer = await self.api.call("chat.postMessage", {**where, **_QUIET, **message})
        if isinstance(answer, Trouble):
            return Unsure(answer.reason) if answer.unsure else _failure(answer)
        ts = answer.text("ts")
        if not ts:
            return Unsure("Slack took it and did not say as what")
        copy = f"{answer.text('channel') or channel}:{ts}"
        return Sent(copy, self._link(copy, thread))

    def _link(self, copy: str, thread: str = "") -> str:
        """The permalink, as chat.getPermalink builds it, without the call; "" as long as we don't know our address."""
        if not self._us:
            return ""
        channel, _, ts = copy.partition(":")
        link = f"{self._us.url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"
        return f"{link}?thread_ts={thread}&cid={channel}" if thread else link


def _failure(trouble: Trouble) -> Sending:
    """A rate limit is the whole conversation's, any other wait this delivery's alone."""
    if not trouble.temporary:
        return Failed(trouble.reason)
    return TryLater(trouble.reason, trouble.after, Scope.LANE if trouble.limited else Scope.DELIVERY)


def _says(answer: Answer, key: str) -> object:
    channel = answer.data.get("channel")
    return channel.get(key) if isinstance(channel, Mapping) else None
