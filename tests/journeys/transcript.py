"""What stands in every conversation of both platforms at the end, as a reader sees it, and which calls failed."""

from typing import Any

from bot.playground.slack_stand_in import SlackStandIn
from bot.playground.slack_stand_in.workspace import Workspace
from bot.playground.teams_stand_in import Message, TeamsStandIn
from tests.journeys.cast import SLACK_ROOM, TEAMS_ROOM

Transcript = dict[str, list[str]]

SLACK_CARDS, TEAMS_CARDS = "Slack room", "Teams room"


def alone(first: str) -> str:
    """The place of what one person was told in Slack beside the room's messages, seen by nobody else."""
    return f"{first} alone"


def slack_chat(first: str) -> str:
    """The place of a person's direct messages from Baton in Slack."""
    return f"{first} in Slack"


def teams_chat(first: str) -> str:
    """The place of a person's chat with Baton in Teams."""
    return f"{first} in Teams"


def transcript(slack: SlackStandIn, teams: TeamsStandIn) -> Transcript:
    """Every message of Baton's that still stands, by place, oldest first: the sentence that it is read out as."""
    return written(slack.workspace, teams)


def written(workspace: Workspace, teams: TeamsStandIn) -> Transcript:
    """The same, in one workspace of several."""
    found: Transcript = {}

    def first_name(user: str) -> str:
        return workspace.users[user].real_name.partition(" ")[0]

    for message in workspace.messages:
        if message.deleted or not message.by_bot:
            continue
        channel = workspace.channels[message.channel]
        place = SLACK_CARDS if channel.id == SLACK_ROOM else f"#{channel.name}"
        if message.ephemeral_to:
            place = alone(first_name(message.ephemeral_to))
        elif channel.im_with:
            place = slack_chat(first_name(channel.im_with))
        found.setdefault(place, []).append(message.text)
    for post in teams.messages:
        if not post.deleted and post.by_bot:
            said = post.activity.get("summary") or post.activity.get("text") or ""
            found.setdefault(_place(teams, post), []).append(said)
    return found


def _place(teams: TeamsStandIn, post: Message) -> str:
    if post.channel == TEAMS_ROOM:
        return TEAMS_CARDS
    if post.channel in teams.directory.channels:
        return teams.directory.channels[post.channel].name
    if post.channel in teams.directory.groups:
        return "Teams group chat"
    return teams_chat(teams.directory.chats[post.conversation].name.partition(" ")[0])


def is_card(text: str) -> bool:
    """Whether the sentence that a message is read out as is that of a handoff's card."""
    return text.startswith("Escalation from ")


def failed_calls(slack: SlackStandIn, teams: TeamsStandIn) -> list[str]:
    """Every call of Baton's that did not go well, in a word each."""
    failed = [f"slack {call.method}: {_error(call.answered)}" for call in slack.calls if not call.ok]
    failed += [f"teams {call.route}: {_error(call.answered)}" for call in teams.calls if not call.ok]
    return failed


def _error(answered: Any) -> str:
    if not isinstance(answered, dict):
        return str(answered)
    error = answered.get("error")
    return str(error.get("code") if isinstance(error, dict) else error)


def words_of(drawn: Any) -> str:
    """All that can be read on a message, a form or a card, in order."""
    if isinstance(drawn, dict):
        own = [drawn[name] for name in ("text", "title") if isinstance(drawn.get(name), str)]
        parts = [words_of(part) for name, part in drawn.items() if name != "fallback" and isinstance(part, dict | list)]
        return " ".join(filter(None, own + parts))
    return " ".join(filter(None, map(words_of, drawn))) if isinstance(drawn, list) else ""
