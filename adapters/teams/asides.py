"""What is said beside the answer to a gesture: in the background, since nobody's request waits for it."""

import asyncio
import logging
from collections.abc import Coroutine

from adapters.teams import wording
from adapters.teams.activity import PLATFORM, Place
from adapters.teams.outgoing import TeamsOutgoing, message_of
from adapters.teams.render import Json, render_offer, render_words
from adapters.teams.rooms import Rooms
from adapters.teams.text import plain
from adapters.teams.translate import Accepted
from core.context_card import Letter
from core.deliveries import Failed, Lane, Sent
from core.desk import Desk
from core.errors import StorageAway
from core.orders import Said
from core.people import Caller

WORDS_LIMIT = 12_000

_log = logging.getLogger(__name__)


class Asides:
    """Private answers, offers, and what becomes of them. None of it is owed: lost, it can be asked for again."""

    def __init__(self, outgoing: TeamsOutgoing, rooms: Rooms, desk: Desk) -> None:
        self._outgoing = outgoing
        self._rooms = rooms
        self._desk = desk
        self._tasks: set[asyncio.Task[None]] = set()

    def tell(self, person: Caller, words: str) -> None:
        """Write to somebody in their own chat."""
        self._start(self._alone(person, words))

    def answer(self, person: Caller, words: str, conversation: str) -> None:
        """Write to somebody in their own chat, and say in the conversation where they asked that this was done."""
        self._start(self._answer(person, words, conversation))

    def offer(self, place: Place) -> None:
        """Ask in a room whether escalations should be shown there, if they are not."""
        self._start(self._offer(place))

    def settle(self, accepted: Accepted, words: str) -> None:
        """Replace an offer by what became of it, if it was accepted by somebody who may."""
        self._start(self._settle(accepted, words))

    async def drain(self) -> None:
        """Wait for what is still under way; each has its own time-out."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(_unless_away(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _alone(self, person: Caller, words: str) -> None:
        await self._tell(person, words)

    async def _tell(self, person: Caller, words: str) -> str:
        """What to say of it where they asked."""
        lane = Lane(PLATFORM, person.identity.workspace, person.identity.user, private=True)
        sent = await self._outgoing.tell(lane, Letter(words, "", wording.ANSWERED), "")
        if isinstance(sent, Sent):
            return wording.ANSWERED_PRIVATELY
        _log.info("A private answer did not reach its reader: %s", sent)
        return wording.NOT_ANSWERED if isinstance(sent, Failed) else wording.NOT_ANSWERED_NOW

    async def _answer(self, person: Caller, words: str, conversation: str) -> None:
        note = await self._tell(person, words)
        sent = await self._outgoing.say(person.identity.workspace, conversation, text_message(note))
        if not isinstance(sent, Sent):
            _log.info("A note on a private answer could not be said: %s", sent)

    async def _offer(self, place: Place) -> None:
        here = place.here(await self._rooms.name_of(place))
        said = await self._desk.offer(here) if here else None
        if here is None or said is None:
            return
        sent = await self._outgoing.place(here.lane, message_of(render_offer(words_of(said)), said.sentence))
        if not isinstance(sent, Sent):
            _log.info("An offer could not be made: %s", sent)

    async def _settle(self, accepted: Accepted, words: str) -> None:
        here = accepted.place.here(wording.ROOM_NAME)
        # As long as it would be offered again, nothing came of it.
        if here is None or not accepted.message or await self._desk.offer(here) is not None:
            return
        drawn = message_of(render_words(words), words)
        answer = await self._outgoing.redraw(here.lane.workspace, accepted.conversation, accepted.message, drawn)
        if not isinstance(answer, dict):
            _log.info("An offer that was taken could not be redrawn: %s", answer)


async def _unless_away(work: Coroutine[None, None, None]) -> None:
    try:
        await work
    except StorageAway:
        _log.info("Storage was away when escalations were to be offered in a room")


def words_of(said: Said) -> str:
    """An answer as one text, its lines below each other."""
    return plain("\n".join((said.sentence, *said.lines)), WORDS_LIMIT)


def text_message(words: str) -> Json:
    """Words as a message that is read as they stand: no Markdown, no mention."""
    return {"type": "message", "text": words, "textFormat": "plain"}
