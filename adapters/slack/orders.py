"""What is said to Baton behind ``/baton``, and its answer; and the button that offers a room."""

import asyncio
from typing import Any

from adapters.slack import answers, translate, wording
from adapters.slack.errands import Errands
from adapters.slack.private import PrivateAnswers
from adapters.slack.translate import PLATFORM, Payload, text
from adapters.slack.web_api import Answer, Trouble
from adapters.slack.workspaces import Workspaces
from core import wording as product
from core.deliveries import Lane
from core.desk import Desk
from core.errors import StorageAway
from core.orders import Here, HideHere, Order, ShowHere

# Slack waits 3 s for the answer to a command; what takes longer is answered afterwards.
ANSWER_SECONDS = 2.3
ASK_SECONDS = 1.0

Reply = dict[str, Any]


class Orders:
    """Every method takes a payload of a workspace of ours."""

    def __init__(self, desk: Desk, api: Workspaces, errands: Errands, private: PrivateAnswers) -> None:
        self._desk = desk
        self._api = api
        self._errands = errands
        self._private = private

    async def command(self, payload: Payload) -> Reply | None:
        """``/baton``, answered at once if that is possible, else through the address that came with it."""
        answering = asyncio.ensure_future(self._answer(payload, translate.order(payload)))
        done, _ = await asyncio.wait([answering], timeout=ANSWER_SECONDS)
        if done:
            return answering.result()
        self._errands.start(self._tell(payload, answering))
        return None

    async def show_here(self, payload: Payload) -> None:
        """The button under an offer: show escalations where it stands."""
        self._private.tell(payload, await self._answer(payload, ShowHere()))

    async def _tell(self, payload: Payload, answering: "asyncio.Future[Reply]") -> None:
        self._private.tell(payload, await answering)

    async def _answer(self, payload: Payload, order: Order) -> Reply:
        by = translate.caller(payload)
        here = _here(payload, by.identity.workspace)
        if here and isinstance(order, ShowHere | HideHere):
            asked = await look(self._api, here)
            if isinstance(asked, Trouble) and isinstance(order, ShowHere):
                return answers.said(wording.ROOM_UNKNOWN)
            here = here if isinstance(asked, Trouble) else asked
        try:
            said = await self._desk.order(order, by, here)
        except StorageAway as away:
            return answers.said(product.away(away))
        return answers.listed(said)


async def look(api: Workspaces, here: Here) -> Here | Trouble | None:
    """A room as Slack knows it: its name, and whether we are in it. None where no room can be, ``Trouble`` for now."""
    channel = here.lane.address
    answer = await api.ask(here.lane.workspace, "conversations.info", {"channel": channel}, ASK_SECONDS)
    if isinstance(answer, Trouble):
        if answer.temporary:
            return answer
        # A private channel that we are not in is hidden from us. Whatever else it is, nothing is known of the room.
        inside = False if answer.reason == "channel_not_found" else None
        return Here(here.lane, here.name, here.place, inside)
    if answer.at("channel", "is_im") is True or answer.at("channel", "is_mpim") is True:
        return None
    return Here(here.lane, _named(answer) or here.name, here.place, answer.at("channel", "is_member") is True)


def _named(answer: Answer) -> str:
    name = answer.text("channel", "name")
    return f"#{name}" if name else ""


def _here(payload: Payload, workspace: str) -> Here | None:
    """The room that a gesture was made in, as the gesture itself names it; None for a conversation among people."""
    channel, name = translate.conversation(payload), text(payload, "channel_name") or text(payload, "channel", "name")
    if not channel or channel.startswith("D") or name == "directmessage" or name.startswith("mpdm-"):
        return None
    # Of a private channel Slack tells no name here.
    shown = f"#{name}" if name and name != "privategroup" else wording.SOME_PRIVATE_CHANNEL
    return Here(Lane(PLATFORM, workspace, channel, private=False), shown)
