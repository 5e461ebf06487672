"""The way out to Slack: posts cards, corrects them, tells people something, looks for it, and says how it went."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import aiohttp

from adapters.slack import render, wording
from adapters.slack.failures import failure
from adapters.slack.history import CARD, LETTER, History, metadata
from adapters.slack.limits import PACE
from adapters.slack.settings import SlackSettings
from adapters.slack.web_api import Answer, Trouble, WebApi
from adapters.slack.workspaces import Introduction, Workspaces
from core.context_card import ContextCard, Letter
from core.deliveries import Failed, Gone, Lane, NotThere, Sending, Sent, TryLater, Unsure
from core.errors import PlatformAway
from core.limits import Act, Limit
from core.ports import Keyring

# How long all of a look may take: whoever looks may have to post as well, in the time that one call may take.
LOOK_SECONDS = 5.0

# What chat.update answers when there is nothing of ours left to correct.
_GONE = frozenset({"message_not_found", "cant_update_message"})
_log = logging.getLogger(__name__)
_QUIET = {"unfurl_links": False, "unfurl_media": False}


class BadToken(Exception):
    """Slack refuses the bot token; the message is Slack's own reason."""


class SlackOutgoing:
    """``core.ports.Outgoing`` over the Web API. Failures are values; nothing but ``CancelledError`` is raised.

    ``api`` and ``session`` are shared with the rest of this adapter, so that all calls use one pool of connections.
    """

    def __init__(self, settings: SlackSettings, session: aiohttp.ClientSession, keyring: Keyring) -> None:
        self.session = session
        self.api = Workspaces(settings.api_url, session, keyring, pending=bool(settings.bot_token))
        self._configured = settings.bot_token
        self._history = History()

    @property
    def limits(self) -> Mapping[Act, tuple[Limit, ...]]:
        """How often Slack lets an app write."""
        return PACE

    async def introduce(self) -> Introduction:
        """Ask Slack whose the configured token is. ``PlatformAway`` for a trouble that may pass, else ``BadToken``."""
        us = await introduce(self.api.client(self._configured))
        self.api.pending = False
        return us

    async def channel_name(self, channel: str) -> str:
        """What people call a channel of the configured workspace; words that fit any channel if Slack doesn't say."""
        answer = await self.api.client(self._configured).ask("conversations.info", {"channel": channel})
        if isinstance(answer, Trouble) and answer.reason == "channel_not_found":
            _log.warning(
                "Slack shows us no channel %s: check SLACK_CHANNEL, and if it is private, /invite @Baton", channel
            )
        elif isinstance(answer, Answer) and answer.at("channel", "is_member") is False:
            _log.warning("Baton is no member of the channel %s, so it can't post there: /invite @Baton", channel)
        name = "" if isinstance(answer, Trouble) else answer.text("channel", "name")
        return f"#{name}" if name else wording.SOME_CHANNEL

    async def post(self, lane: Lane, card: ContextCard, key: str) -> Sending:
        """Post a card. The delivery's key goes along as message metadata, by which ``find`` finds it again."""
        return await self._send(lane, lane.address, render.card(card) | metadata(CARD, key))

    async def correct(self, lane: Lane, copy: str, card: ContextCard) -> Sending:
        """Redraw a card; without new metadata Slack keeps what the message has. What is unclear is done again."""
        ours = await self.api.ours(lane.workspace)
        if isinstance(ours, Trouble):
            return failure(ours, lane)
        channel, _, ts = copy.partition(":")
        answer = await ours.api.call("chat.update", {"channel": channel, "ts": ts, **render.card(card)})
        if isinstance(answer, Trouble):
            return Gone(answer.reason) if answer.reason in _GONE else failure(answer, lane)
        return Sent(copy, _link(ours.us, copy))

    async def tell(self, lane: Lane, letter: Letter, key: str, under: str | None = None) -> Sending:
        """Tell one person something, in their conversation with the app, or everybody in the thread of a card.

        A user's id is given as the channel: Slack opens the conversation itself (docs.slack.dev/reference/methods/
        chat.postMessage, "DM channels"). One call instead of two leaves no half-done state to come back to.
        """
        message = render.letter(letter) | metadata(LETTER, key)
        channel, _, thread = (under or lane.address).partition(":")
        return await self._send(lane, channel, message, thread)

    async def find(
        self, lane: Lane, key: str, since: datetime, under: str | None = None
    ) -> Sent | NotThere | TryLater | Failed:
        """Look for what was posted or told with this key; what others have written doesn't count."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                ours = await self.api.ours(lane.workspace)
                if isinstance(ours, Trouble):
                    return failure(ours, lane)
                found = await self._history.find(ours, lane, key, since, under)
        except TimeoutError:
            return TryLater("timed out")
        return Sent(found, _link(ours.us, found, (under or "").partition(":")[2])) if isinstance(found, str) else found

    async def _send(self, lane: Lane, channel: str, message: Mapping[str, Any], thread: str = "") -> Sending:
        ours = await self.api.ours(lane.workspace)
        if isinstance(ours, Trouble):
            return failure(ours, lane)
        where = {"channel": channel, "thread_ts": thread} if thread else {"channel": channel}
        answer = await ours.api.call("chat.postMessage", {**where, **_QUIET, **message})
        if isinstance(answer, Trouble):
            return Unsure(answer.reason) if answer.unsure else failure(answer, lane)
        ts = answer.text("ts")
        if not ts:
            return Unsure("Slack took it and did not say as what")
        copy = f"{answer.text('channel') or channel}:{ts}"
        return Sent(copy, _link(ours.us, copy, thread))


async def introduce(client: WebApi) -> Introduction:
    """Ask Slack whose a token is. ``PlatformAway`` for a trouble that may pass, ``BadToken`` for one that won't."""
    answer = await client.ask("auth.test", {})
    if isinstance(answer, Trouble):
        raise PlatformAway(answer.reason) if answer.temporary else BadToken(answer.reason)
    whole = answer.at("is_enterprise_install") is True
    workspace = answer.text("enterprise_id") if whole else answer.text("team_id")
    return Introduction(workspace, answer.text("user_id"), answer.text("bot_id"), answer.text("url"))


def _link(us: Introduction, copy: str, thread: str = "") -> str:
    """The permalink, as chat.getPermalink builds it, without the call; "" where we don't know the address."""
    if not us.url:
        return ""
    channel, _, ts = copy.partition(":")
    link = f"{us.url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"
    return f"{link}?thread_ts={thread}&cid={channel}" if thread else link
