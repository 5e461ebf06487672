"""The way out to Teams: cards in channels and group chats, corrections, and letters in one-to-one chats and threads."""

import time
from collections.abc import Mapping
from datetime import datetime

import aiohttp

from adapters.teams.activity import Kind, kind_of
from adapters.teams.connector import CALL_SECONDS, CLOSED, Answer, Connector, Failure, Missing, path_of
from adapters.teams.limits import PACE
from adapters.teams.render import LINE_LIMIT, Json, render, render_letter
from adapters.teams.settings import TeamsSettings
from adapters.teams.text import plain
from core.context_card import ContextCard, Letter
from core.deliveries import Failed, Gone, Lane, NotThere, Sending, Sent, TryLater, Unsure
from core.limits import Act, Limit
from core.ports import Keyring

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
MOST_CHATS = 10_000
# Of ``CALL_SECONDS``, so that most of it is left for the letter.
OPEN_SECONDS = 4.0


class TeamsOutgoing:
    """Implements ``core.ports.Outgoing``; each method takes at most ``CALL_SECONDS``.

    A bot can't read what hangs in a conversation, not even its own, and can't put a key of its own on a message: a post
    whose answer was lost is made again, and then the card hangs there twice. Everything else is safe to repeat.
    """

    def __init__(self, settings: TeamsSettings, session: aiohttp.ClientSession, keyring: Keyring) -> None:
        self.connector = Connector(settings, session, keyring)
        self._chats: dict[tuple[str, str], str] = {}

    @property
    def limits(self) -> Mapping[Act, tuple[Limit, ...]]:
        """How often Teams lets a bot write."""
        return PACE

    async def vouch(self) -> None:
        """Return if Microsoft's login takes the credentials of every registration; else ``PlatformAway``."""
        await self.connector.vouch()

    async def post(self, lane: Lane, card: ContextCard, key: str) -> Sending:  # noqa: ARG002 - Teams can't carry a key
        """Start a thread with the card in the lane's channel; in a group chat, which has none, send it there."""
        sent = await self.place(lane, message_of(render(card), card.summary))
        return _failed(sent, room=True) if not isinstance(sent, Sent) else sent

    async def place(self, lane: Lane, message: Json) -> Sent | Failure:
        """Put a message into a room, as the first of a thread where the room has threads."""
        if kind_of(lane.address) is Kind.GROUP:
            said = await self.say(lane.workspace, lane.address, message)
            return Sent(said.copy, _link(lane, said.copy.rpartition("|")[2])) if isinstance(said, Sent) else said
        where = {"channel": {"id": lane.address}, "tenant": {"id": lane.workspace}}
        body = {
            "isGroup": True,
            "bot": self._bot(lane),
            "tenantId": lane.workspace,
            "channelData": where,
            "activity": message,
        }
        answer = await self.connector.call("POST", lane.workspace, path_of("conversations"), body)
        if not isinstance(answer, dict):
            return answer
        conversation = _told(answer, "id")
        root = _told(answer, "activityId") or conversation.partition(";messageid=")[2]
        if not conversation or not root:
            return Unsure("an answer without ids")
        return Sent(f"{conversation}|{root}", _link(lane, root))

    async def correct(self, lane: Lane, copy: str, card: ContextCard) -> Sending:
        """Replace a posted card by how things stand now."""
        conversation, _, message = copy.rpartition("|")
        answer = await self.redraw(lane.workspace, conversation, message, message_of(render(card), card.summary))
        if isinstance(answer, dict):
            return Sent(copy, _link(lane, message))
        if isinstance(answer, Missing) and answer.code not in CLOSED:
            return Gone(answer.code)
        return _failed(answer, repeatable=True)

    async def redraw(self, tenant: str, conversation: str, message: str, activity: Json) -> Answer:
        """Replace one of our own messages."""
        path = path_of("conversations", conversation, "activities", message)
        return await self.connector.call("PUT", tenant, path, {**activity, "id": message})

    async def tell(self, lane: Lane, letter: Letter, key: str, under: str | None = None) -> Sending:  # noqa: ARG002
        """Write to one person in their one-to-one chat with the bot, or into the thread of the card ``under``.

        The chat is opened if it is not known yet; opening it again answers with the same one.
        """
        words = message_of(render_letter(letter), letter.text)
        if under:
            said = await self.say(lane.workspace, under.rpartition("|")[0], words)
            return said if isinstance(said, Sent) else _failed(said)
        began = time.monotonic()
        chat = self._chats.get((lane.workspace, lane.address)) or await self._open_chat(lane)
        if not isinstance(chat, str):
            return chat
        left = CALL_SECONDS - (time.monotonic() - began)
        said = await self.say(lane.workspace, chat, words, seconds=left)
        if isinstance(said, Missing):
            # The chat we knew is no more (the app was removed and added again): the next attempt opens a new one.
            self._chats.pop((lane.workspace, lane.address), None)
            return TryLater(said.code)
        return said if isinstance(said, Sent) else _failed(said)

    async def find(self, lane: Lane, key: str, since: datetime, under: str | None = None) -> NotThere:  # noqa: ARG002
        """Nothing can be looked for: the Bot API reads no messages (Graph would, with a right to read everybody's)."""
        return NotThere()

    async def say(
        self, tenant: str, conversation: str, activity: Json, reply_to: str = "", seconds: float | None = None
    ) -> Sent | Failure:
        """Send an activity into a conversation that is known, as an answer to a message of it if one is named."""
        where = ("conversations", conversation, "activities") + ((reply_to,) if reply_to else ())
        answer = await self.connector.call("POST", tenant, path_of(*where), activity, seconds=seconds)
        if not isinstance(answer, dict):
            return answer
        message = _told(answer, "id")
        return Sent(f"{conversation}|{message}") if message else Unsure("an answer without an id")

    async def _open_chat(self, lane: Lane) -> str | Sending:
        body = {
            "isGroup": False,
            "bot": self._bot(lane),
            "members": [{"id": lane.address}],
            "tenantId": lane.workspace,
            "channelData": {"tenant": {"id": lane.workspace}},
        }
        path = path_of("conversations")
        answer = await self.connector.call("POST", lane.workspace, path, body, seconds=OPEN_SECONDS)
        if not isinstance(answer, dict):
            return _failed(answer, repeatable=True)
        chat = _told(answer, "id")
        if not chat:
            return TryLater("an answer without an id")
        if len(self._chats) >= MOST_CHATS:
            self._chats.clear()
        self._chats[lane.workspace, lane.address] = chat
        return chat

    def _bot(self, lane: Lane) -> Json:
        registration = self.connector.registration(lane.workspace)
        return {"id": f"28:{registration.app_id if registration else ''}"}


def message_of(card: Json, summary: str) -> Json:
    """A card as a message."""
    # The summary is what notifications and the list of chats show; without it they say "sent a card".
    attachment = {"contentType": CARD_TYPE, "content": card}
    return {"type": "message", "summary": plain(summary, LINE_LIMIT), "attachments": [attachment]}


def _failed(answer: Failure, *, repeatable: bool = False, room: bool = False) -> Sending:
    """What a failure means; ``repeatable`` calls leave no doubt behind, since doing them again does no harm.

    A ``room`` that is closed to us is lost; a person's own chat may be opened again.
    """
    match answer:
        case Missing(code):
            return Failed(f"404 {code}", lost=room and code in CLOSED)
        case Failed(reason):
            return Failed(reason, lost=room and answer.lost)
        case Unsure(reason) if repeatable:
            return TryLater(reason)
    return answer


def _told(answer: Json, name: str) -> str:
    value = answer.get(name)
    return value if isinstance(value, str) else ""


def _link(lane: Lane, message: str) -> str:
    """A deep link to a message (msteams-docs, deep-link-teams.md); Teams finds the team by the channel."""
    where = f"https://teams.microsoft.com/l/message/{path_of(lane.address, message).removeprefix('v3/')}"
    if kind_of(lane.address) is Kind.GROUP:
        return f"{where}?context=%7B%22contextType%22%3A%22chat%22%7D"
    return f"{where}?tenantId={lane.workspace}&parentMessageId={message}"
