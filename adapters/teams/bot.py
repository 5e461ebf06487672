"""The bot as Bot Framework sees it: one hook for each kind of activity that Baton answers."""

import logging

from botbuilder.core import BotAdapter, InvokeResponse, TurnContext
from botbuilder.core.teams import TeamsActivityHandler
from botbuilder.schema import Activity, ActivityTypes

from adapters.teams import wording
from adapters.teams.activity import PLATFORM, Kind
from adapters.teams.asides import Asides, words_of
from adapters.teams.comings import Arrived, Lost
from adapters.teams.orders import Orders
from adapters.teams.outgoing import CARD_TYPE
from adapters.teams.render import Json, render
from adapters.teams.services import SERVICE_URL, Services
from adapters.teams.translate import Accepted, Asked, Pressed, Spoken, Unclear
from core.account import Install, Installation
from core.context_card import ContextCard
from core.desk import Click, Desk
from core.errors import StorageAway
from core.orders import ShowHere
from core.wording import away, invalid

MESSAGE_TYPE = "application/vnd.microsoft.activity.message"
# Where botbuilder's own adapters look for the answer to an invoke.
INVOKE_ANSWER = BotAdapter._INVOKE_RESPONSE_KEY
# Under this key the turn carries what ``translate`` made of the activity.
MEANING = "baton.meaning"

_log = logging.getLogger(__name__)


class BatonBot(TeamsActivityHandler):
    """Answers buttons and messages, and follows where Baton is put. ``asides`` says what is said after the turn."""

    def __init__(self, desk: Desk, services: Services, orders: Orders, asides: Asides) -> None:
        super().__init__()
        self._services = services
        self._desk = desk
        self._orders = orders
        self._asides = asides

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
            case Accepted():
                body = _said(await self._accept(meaning))
            case Unclear(sentence):
                body = _said(sentence)
        answer = turn_context.turn_state[INVOKE_ANSWER] = InvokeResponse(status=200, body=body)
        return answer

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """A button of an old client, answered in private, or words to the bot."""
        meaning: Asked = turn_context.turn_state[MEANING]
        match meaning:
            case Pressed(click):
                sentence, card = await self._act(click)
                self._asides.tell(click.by, f"{sentence}\n{card.title}" if card else sentence)
            case Accepted(by):
                self._asides.tell(by, await self._accept(meaning))
            case Unclear(sentence):
                await turn_context.send_activity(_plain(sentence))
            case Spoken():
                await self._answer(meaning, turn_context)

    async def on_conversation_update_activity(self, turn_context: TurnContext) -> None:
        """Members and channels that come and go; botbuilder's own version asks the roster about each of them."""
        await self._follow(turn_context.turn_state[MEANING])

    async def on_installation_update(self, turn_context: TurnContext) -> None:
        """The app comes to a team or a group chat, or leaves."""
        await self._follow(turn_context.turn_state[MEANING])

    async def _answer(self, spoken: Spoken, turn_context: TurnContext) -> None:
        said = await self._orders.take(spoken)
        if said.private and spoken.place.kind is not Kind.PERSONAL:
            self._asides.answer(spoken.by, words_of(said), spoken.conversation)
        else:
            await turn_context.send_activity(_plain(words_of(said)))

    async def _accept(self, accepted: Accepted) -> str:
        words = words_of(await self._orders.do(ShowHere(), accepted.by, accepted.place))
        self._asides.settle(accepted, words)
        return words

    async def _follow(self, meaning: Asked) -> None:
        """Raises ``StorageAway``: then Teams is told that this was not taken."""
        match meaning:
            case Arrived(place, by, at, service_url, offers):
                # A tenant that is there keeps its name and its owners, whoever adds Baton to one more team.
                if not await self._services.installed(place.tenant):
                    installation = Installation(PLATFORM, place.tenant, "", {SERVICE_URL: service_url})
                    await self._desk.install(Install(installation, place.team_name or wording.TENANT, by, at))
                if offers:
                    self._asides.offer(place)
            case Lost(tenant, reason, address, team):
                await self._desk.lose_rooms(PLATFORM, tenant, reason, address=address, place=team)

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
