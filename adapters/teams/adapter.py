"""Botbuilder's adapter, with a transport of our own: turns run here, and what they say leaves by the connector."""

from botbuilder.core import BotAdapter, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ConversationAccount, ConversationReference, ResourceResponse

from adapters.teams.activity import Json, conversation_of, id_of, tenant_of
from adapters.teams.bot import INVOKE_ANSWER, MEANING, BatonBot
from adapters.teams.outgoing import TeamsOutgoing
from adapters.teams.translate import Asked
from core.deliveries import Sent


class TurnAdapter(BotAdapter):
    """Runs one turn for each activity. No connector client, no MSAL, no msrest: they block, freeze and retry."""

    def __init__(self, outgoing: TeamsOutgoing) -> None:
        super().__init__()
        self._outgoing = outgoing

    async def run(self, activity: Json, meaning: Asked, bot: BatonBot) -> InvokeResponse | None:
        """One turn; the answer of an invoke, None for everything else.

        The activity is built from the few fields that a turn needs: reading all of it through msrest costs more than
        the whole rest of an invoke.
        """
        context = TurnContext(self, _activity(activity))
        context.turn_state[MEANING] = meaning
        await self.run_pipeline(context, bot.on_turn)
        return context.turn_state.get(INVOKE_ANSWER)

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        """Say something in the turn's conversation; what could not be sent has no id."""
        responses = []
        asked = context.activity
        for activity in activities:
            body = {"type": activity.type, "text": activity.text, "textFormat": activity.text_format}
            sent = await self._outgoing.say(asked.conversation.tenant_id, asked.conversation.id, body, asked.id)
            responses.append(ResourceResponse(id=sent.copy if isinstance(sent, Sent) else None))
        return responses

    async def update_activity(self, context: TurnContext, activity: Activity) -> None:
        """Not part of a turn: cards are corrected by the worker."""
        raise NotImplementedError

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        """Not part of a turn: Baton deletes nothing."""
        raise NotImplementedError


def _activity(activity: Json) -> Activity:
    conversation = ConversationAccount(id=conversation_of(activity), tenant_id=tenant_of(activity))
    return Activity(
        type=activity.get("type"),
        id=id_of(activity),
        name=activity.get("name"),
        channel_id=activity.get("channelId"),
        service_url=activity.get("serviceUrl"),
        conversation=conversation,
    )
