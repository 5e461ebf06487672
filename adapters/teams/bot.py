"""The bot as Bot Framework sees it: one hook for each kind of activity that Baton answers."""

import logging
from collections.abc import Callable

from botbuilder.core import BotAdapter, InvokeResponse, TurnContext
from botbuilder.core.teams import TeamsActivityHandler
from botbuilder.schema import Activity, ActivityTypes

from adapters.teams import wording
from adapters.teams.outgoing import CARD_TYPE
from adapters.teams.render import Json, render
from adapters.teams.translate import Asked, Pressed, Spoken, Unclear
from core.context_card import ContextCard
from core.desk import Click, Desk
from core.errors import StorageAway
from core.people import Caller
from core.wording import away, invalid

MESSAGE_TYPE = "application/vnd.microsoft.activity.message"
# Where botbuilder's own adapters look for the answer to an invoke.
INVOKE_ANSWER = BotAdapter._INVOKE_RESPONSE_KEY
# Under this key the turn carries what ``translate`` made of the activity.
MEANING = "baton.meaning"

_log = logging.getLogger(__name__)

Privately = Callable[[Caller, str], None]


class BatonBot(TeamsActivityHandler):
    """Answers buttons and messages. ``privately`` sends a sentence to one person, after the turn."""

    def __init__(self, desk: Desk, privately: Privately) -> None:
        super().__init__()
        self._desk = desk
        self._privately = privately

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        """The answer to a button: the card as it now stands, seen by the clicker alone, or a sentence.

        Botbuilder's own version would take apart what ``translate`` has already tamed, and answer 5xx to what it
        can't. The answer is left in the turn's state: sent as an activity, botbuilder would copy it field by field.
        """
        meaning: Asked = turn_context.turn_state[MEANING]
        body: Json = {}
        match meaning:
            case Pressed(click):
                sentence, card = await self._act(click)
                body = _drawn(card) if card else _said(sentence)
            case Unclear(sentence):
                body = _said(sentence)
        answer = turn_context.turn_state[INVOKE_ANSWER] = InvokeResponse(status=200, body=body)
        return answer

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """A button of an old client, answered in private, or words to the bot, answered where they were said."""
        meaning: Asked = turn_context.turn_state[MEANING]
        match meaning:
            case Pressed(click):
                sentence, card = await self._act(click)
                self._privately(click.by, f"{sentence}\n{card.title}" if card else sentence)
            case Unclear(sentence):
                await turn_context.send_activity(_plain(sentence))
            case Spoken():
                await turn_context.send_activity(_plain(wording.HELP))

    async def _act(self, click: Click) -> tuple[str, ContextCard | None]:
        try:
            answer = await self._desk.act(click)
        except StorageAway as error:
            _log.warning("Storage was away when a button was pressed in Teams")
            return away(error), None
        if isinstance(answer, list):
            return " ".join(invalid(found) for found in answer), None
        return answer.sentence, answer.card


def _drawn(card: ContextCard) -> Json:
    return {"statusCode": 200, "type": CARD_TYPE, "value": render(card)}


def _said(sentence: str) -> Json:
    return {"statusCode": 200, "type": MESSAGE_TYPE, "value": sentence}


def _plain(sentence: str) -> Activity:
    return Activity(type=ActivityTypes.message, text=sentence, text_format="plain")
