"""What the cast can do in front of their platforms: each gesture is made, logged, and answered as they see it."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bot.playground import slack_stand_in, teams_stand_in
from bot.playground.cast import Json, Seat
from bot.playground.mentions import with_full_names, with_handles
from bot.playground.slack_stand_in import SlackClient, SlackHappenings
from bot.playground.teams_stand_in import TeamsClient
from bot.playground.traffic import Entry, Traffic

COMMANDS = ("/escalate", "/baton")
INVITE, REMOVE = "/invite", "/remove"
BOT_COMMANDS = (INVITE, REMOVE)
Outcome = slack_stand_in.Outcome | teams_stand_in.Outcome


class CantBeDone(Exception):
    """The gesture can't be made on that person's screen; the message says why."""


@dataclass(frozen=True, slots=True)
class PrivateAnswer:
    """What the press of a card's button was answered with, and when; the card had been edited ``edits`` times."""

    text: str
    body: Any
    at: float
    edits: int


class Gestures:
    """Every method answers ``error`` (the platform's own, or None) and ``errors`` (field → sentence), as JSON.

    ``answers`` holds what Teams was last answered, by seat, channel and message: a card that was an answer is gone
    with the message's next update, and that comes within milliseconds after a race. ``asked`` holds who
    typed the command that a message of Slack's answers, and the command, by channel and message.
    """

    def __init__(self, slack: SlackClient, teams: TeamsClient, traffic: Traffic) -> None:
        self._slack, self._teams, self._traffic = slack, teams, traffic
        self.answers: dict[tuple[str, str, str], PrivateAnswer] = {}
        self.asked: dict[tuple[str, str], tuple[str, str]] = {}

    async def write(self, seat: Seat, conversation: str, text: str) -> Json:
        """Send what was typed into the composer: a slash command, or a message."""
        if not text.strip():
            raise CantBeDone("There is nothing to send.")
        if seat.platform == "teams":
            return await self._say(seat, conversation, text.strip())
        first, _, rest = text.strip().partition(" ")
        command, _, lines = first.partition("\n")
        if command in COMMANDS:
            return await self._order(seat, conversation, command, f"{lines} {rest}".strip() if lines else rest)
        if command in BOT_COMMANDS and rest.strip().lower() == "@baton":
            return await self._move_bot(seat, conversation, command)
        if command.startswith("/"):
            raise CantBeDone(f"{command} is not a command here. Try {' or '.join(COMMANDS)}.")
        self._slack.standin.say(seat.user, conversation, text.strip())
        return {"error": None, "errors": {}}

    async def _say(self, seat: Seat, conversation: str, text: str) -> Json:
        """A message to Baton; in a channel it is mentioned by the stand-in, and so others can be."""
        room = self._teams.standin.directory.shared(conversation)
        mentions: list[str] = []
        if room:
            text = re.sub(r"^@baton\b\s*", "", text, flags=re.IGNORECASE) or "help"
            text, mentions = with_full_names(text)
        elif with_full_names(text)[1]:
            raise CantBeDone("In Teams, people can only be mentioned where they are: say this in the channel.")
        with self._made(seat, f"“{text}”") as entry:
            return _told(await self._teams.message(seat.user, conversation, text, mentions), entry)

    async def _order(self, seat: Seat, conversation: str, command: str, typed: str) -> Json:
        """A slash command. What it is answered with is remembered, since Slack shows the answer alone."""
        with self._made(seat, f"{command} {typed}".strip()) as entry:
            messages = self._slack.workspace.messages
            before = len(messages)
            outcome = await self._slack.command(seat.user, command, with_handles(typed), conversation)
            for message in messages[before:]:
                # What the worker posts meanwhile carries metadata; an answer has none.
                if message.by_bot and message.channel == conversation and not message.metadata:
                    self.asked[message.channel, message.ts] = (seat.first, f"{command} {typed}".strip())
            return _told(outcome, entry)

    async def _move_bot(self, seat: Seat, conversation: str, command: str) -> Json:
        """Slack's own commands that bring Baton into a channel, and out of it."""
        channel = self._slack.workspace.channels.get(conversation)
        if channel is None or channel.im_with:
            raise CantBeDone("There is nobody else to invite here: this is your conversation with Baton.")
        happenings, inviting = SlackHappenings(self._slack), command == INVITE
        if channel.bot_is_member is inviting:
            raise CantBeDone("Baton is in this channel already." if inviting else "Baton is not in this channel.")
        with self._made(seat, f"{command} @Baton") as entry:
            if inviting:
                replies = [await happenings.invite_bot(conversation, seat.user)]
            else:
                replies = await happenings.remove_bot(conversation, seat.user)
            error = next((reply.error for reply in replies if reply.error), None)
            return _told(slack_stand_in.Outcome(replies[-1].status, None, error), entry)

    async def click(self, seat: Seat, conversation: str, message: str, action: str) -> Json:
        """Press a button of a Slack message."""
        with self._made(seat, f"press {action}") as entry:
            return _told(await self._slack.click(seat.user, conversation, message, action), entry)

    async def submit(self, seat: Seat, view: str, values: Json) -> Json:
        """Send a Slack form."""
        with self._made(seat, "send the form") as entry:
            return _told(await self._slack.submit(seat.user, view, values), entry)

    async def close(self, seat: Seat, view: str) -> Json:
        """Close a Slack form without sending it."""
        try:
            outcome = await self._slack.close_view(seat.user, view)
        except slack_stand_in.GestureError as error:
            raise CantBeDone(str(error)) from None
        return {"error": outcome.error, "errors": {}}

    async def execute(self, seat: Seat, conversation: str, message: str, verb: str, inputs: Json) -> Json:
        """Press a button of a Teams card."""
        with self._made(seat, f"press {verb}") as entry:
            outcome = await self._teams.execute(seat.user, conversation, message, verb, inputs)
            edits = next(len(m.edits) for m in self._teams.standin.messages if m.id == message)
            text = outcome.text or first_words(outcome.card)
            if text:
                self.answers[seat.id, conversation, message] = PrivateAnswer(text, outcome.body, time.time(), edits)
            return _told(outcome, entry)

    @contextmanager
    def _made(self, seat: Seat, what: str) -> Iterator[Entry]:
        """Log the gesture; what can't be done is said in one way for both platforms."""
        with self._traffic.gesture(f"{seat.first}'s {seat.platform.capitalize()}", what) as entry:
            try:
                yield entry
            except (slack_stand_in.GestureError, teams_stand_in.GestureError) as error:
                entry.status, entry.ok = "not made", False
                raise CantBeDone(str(error)) from None


def _told(outcome: Outcome, entry: Entry) -> Json:
    entry.status = outcome.error or str(outcome.status or "")
    entry.ok = outcome.error is None
    return {"error": outcome.error, "errors": outcome.errors}


def first_words(card: Any) -> str:
    """The first text of a card: Baton puts what is for its reader alone on top."""
    if isinstance(card, dict):
        if isinstance(card.get("text"), str):
            return str(card["text"])
        parts = [card[name] for name in ("body", "items", "inlines") if name in card]
        return next(filter(None, map(first_words, parts)), "")
    return next(filter(None, map(first_words, card)), "") if isinstance(card, list) else ""
