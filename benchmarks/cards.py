"""The cards of prepared handoffs as they stand in both chats, so that somebody can press their buttons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.slack import render as slack
from adapters.teams import render as teams
from benchmarks.scene import SLACK_CHANNEL, TEAMS_CHANNEL, Scene
from bot.playground.slack_stand_in import Message
from bot.playground.slack_stand_in.blocks import check_message_blocks
from core.context_card import describe
from core.handoff import Handoff

TEAMS_CARD = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True, slots=True)
class Copies:
    """The two messages of one handoff, and how the ledger refers to them."""

    slack_message: Message
    teams_conversation: str
    teams_message: str

    @property
    def slack(self) -> str:
        """The message in Slack as its adapter refers to it."""
        return f"{self.slack_message.channel}:{self.slack_message.ts}"

    @property
    def teams(self) -> str:
        """The same for Teams."""
        return f"{self.teams_conversation}|{self.teams_message}"


def show(scene: Scene, handoffs: Sequence[Handoff]) -> Mapping[str, Copies]:
    """Put the cards where people see them; by handoff."""
    return {handoff.id: _show(scene, handoff) for handoff in handoffs}


def _show(scene: Scene, handoff: Handoff) -> Copies:
    card = describe(handoff)
    drawn = slack.card(card)
    workspace, connector = scene.slack.workspace, scene.teams.connector
    blocks = check_message_blocks(drawn["blocks"])
    # Not among the workspace's messages: it looks through all of them for every private answer.
    message = Message(SLACK_CHANNEL, workspace.next_ts(), workspace.bot.id, drawn["text"], blocks)
    attachment = {"contentType": TEAMS_CARD, "content": teams.render(card)}
    activity = {"type": "message", "summary": card.summary, "attachments": [attachment]}
    posted = connector.post(TEAMS_CHANNEL, activity, scene.teams.bot_id)
    return Copies(message, posted.conversation, posted.id)
