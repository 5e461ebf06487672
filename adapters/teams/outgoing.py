"""The way out to Teams: cards in new channel threads, corrections, and letters in one-to-one chats."""

import aiohttp

from adapters.teams.connector import Answer, Connector, Missing, path_of
from adapters.teams.credentials import Credentials
from adapters.teams.render import LINE_LIMIT, Json, render, render_letter
from adapters.teams.settings import TeamsSettings
from adapters.teams.text import plain
from core.context_card import ContextCard, Letter
from core.deliveries import Failed, Gone, Lane, Sending, Sent, TryLater

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
MOST_CHATS = 10_000


class TeamsOutgoing:
    """Implements ``core.ports.Outgoing``. Each call takes at most 20 s: two calls of the connector's."""

    def __init__(self, settings: TeamsSettings, session: aiohttp.ClientSession, credentials: Credentials) -> None:
        self._app_id = settings.app_id
        self.connector = Connector(settings, session, credentials)
        self._chats: dict[tuple[str, str], str] = {}

    async def post(self, lane: Lane, card: ContextCard, key: str) -> Sending:  # noqa: ARG002 - Teams can't carry a key
        """Start a thread with the card in the lane's channel."""
        where = {"channel": {"id": lane.address}, "tenant": {"id": lane.workspace}}
        body = {
            "isGroup": True,
            "bot": self._bot(),
            "tenantId": lane.workspace,
            "channelData": where,
            "activity": _message(render(card), card.summary),
        }
        answer = await self.connector.call("POST", lane.workspace, path_of("conversations"), body)
        if not isinstance(answer, dict):
            return _failure(answer)
        conversation = _told(answer, "id")
        message = _told(answer, "activityId") or conversation.partition(";messageid=")[2]
        if not conversation or not message:
            return TryLater("an answer without ids")
        return Sent(f"{conversation}|{message}", _link(lane, message))

    async def correct(self, lane: Lane, copy: str, card: ContextCard) -> Sending:
        """Replace a posted card by how things stand now."""
        conversation, _, message = copy.rpartition("|")
        path = path_of("conversations", conversation, "activities", message)
        body = {**_message(render(card), card.summary), "id": message}
        answer = await self.connector.call("PUT", lane.workspace, path, body)
        if isinstance(answer, Missing) and not answer.code.startswith("Conversation"):
            return Gone(answer.code)
        return Sent(copy, _link(lane, message)) if isinstance(answer, dict) else _failure(answer)

    async def tell(self, lane: Lane, letter: Letter, key: str) -> Sending:  # noqa: ARG002 - Teams can't carry a key
        """Write to one person in their one-to-one chat with the bot, which is opened if there is none yet."""
        chat = self._chats.get((lane.workspace, lane.address)) or await self._open_chat(lane)
        if not isinstance(chat, str):
            return _failure(chat)
        sent = await self.say(lane.workspace, chat, _message(render_letter(letter), letter.text))
        if isinstance(sent, Missing):
            # The chat we knew is no more (the app was removed and added again): the next attempt opens a new one.
            self._chats.pop((lane.workspace, lane.address), None)
            return TryLater(sent.code)
        return sent

    async def say(self, tenant: str, conversation: str, activity: Json, reply_to: str = "") -> Sending | Missing:
        """Send an activity into a conversation that is known, as an answer to a message of it if one is named."""
        where = ("conversations", conversation, "activities") + ((reply_to,) if reply_to else ())
        answer = await self.connector.call("POST", tenant, path_of(*where), activity)
        if not isinstance(answer, dict):
            return answer if isinstance(answer, Missing) else _failure(answer)
        message = _told(answer, "id")
        return Sent(f"{conversation}|{message}") if message else TryLater("an answer without an id")

    async def _open_chat(self, lane: Lane) -> str | Answer:
        body = {
            "isGroup": False,
            "bot": self._bot(),
            "members": [{"id": lane.address}],
            "tenantId": lane.workspace,
            "channelData": {"tenant": {"id": lane.workspace}},
        }
        answer = await self.connector.call("POST", lane.workspace, path_of("conversations"), body)
        if not isinstance(answer, dict):
            return answer
        chat = _told(answer, "id")
        if not chat:
            return TryLater("an answer without an id")
        if len(self._chats) >= MOST_CHATS:
            self._chats.clear()
        self._chats[lane.workspace, lane.address] = chat
        return chat

    def _bot(self) -> Json:
        return {"id": f"28:{self._app_id}"}


def _message(card: Json, summary: str) -> Json:
    # The summary is what notifications and the list of chats show; without it they say "sent a card".
    attachment = {"contentType": CARD_TYPE, "content": card}
    return {"type": "message", "summary": plain(summary, LINE_LIMIT), "attachments": [attachment]}


def _failure(answer: Answer | str) -> Sending:
    match answer:
        case TryLater() | Failed():
            return answer
        case Missing(code):
            return Failed(f"404 {code}")
        case _:
            return TryLater("an answer that makes no sense")


def _told(answer: Json, name: str) -> str:
    value = answer.get(name)
    return value if isinstance(value, str) else ""


def _link(lane: Lane, message: str) -> str:
    """A deep link to a channel message (msteams-docs, deep-link-teams.md); Teams finds the team by the channel."""
    thread = path_of(lane.address, message).removeprefix("v3/")
    return f"https://teams.microsoft.com/l/message/{thread}?tenantId={lane.workspace}&parentMessageId={message}"
