"""What the panes of the page draw, as JSON: every seat's conversations as that person sees them."""

from collections.abc import Mapping
from typing import Any

from bot.playground import slack_stand_in, teams_stand_in
from bot.playground.cast import SEATS, SLACK_CHANNEL, SLACK_CHANNEL_NAME, TEAMS_CHANNEL, TEAMS_CHANNEL_NAME, Json, Seat
from bot.playground.gestures import Gestures, PrivateAnswer, first_words
from bot.playground.slack_stand_in import SlackStandIn
from bot.playground.teams_stand_in import TeamsStandIn

# A page that is left open for days must not grow for ever.
SHOWN = 40
Answers = Mapping[tuple[str, str, str], PrivateAnswer]
Asked = Mapping[tuple[str, str], tuple[str, str]]


def panes(slack: SlackStandIn, teams: TeamsStandIn, gestures: Gestures) -> list[Json]:
    """Each seat's ``conversations`` of ``messages``, oldest first."""
    return [
        _slack_pane(slack, gestures.asked, seat)
        if seat.platform == "slack"
        else _teams_pane(teams, gestures.answers, seat)
        for seat in SEATS.values()
    ]


def _pane(seat: Seat, conversations: list[Json]) -> Json:
    who = {"id": seat.id, "name": seat.name, "first": seat.first, "role": seat.role, "platform": seat.platform}
    return {**who, "conversations": conversations}


def _slack_pane(slack: SlackStandIn, asked: Asked, seat: Seat) -> Json:
    direct = slack.workspace.direct(seat.user).id
    rooms = [(SLACK_CHANNEL, SLACK_CHANNEL_NAME, "channel"), (direct, "Baton", "direct")]
    people = [{"id": user.id, "name": user.real_name} for user in slack.workspace.users.values() if not user.is_bot]
    view = slack.view_of(seat.user)
    return {
        **_pane(seat, [_slack_conversation(slack, asked, seat, *room) for room in rooms]),
        "people": people,
        "view": view and {"id": view.id, "content": view.content, "values": view.values, "errors": view.errors},
    }


def _slack_conversation(slack: SlackStandIn, asked: Asked, seat: Seat, room: str, name: str, kind: str) -> Json:
    messages = [_slack_message(slack, asked, message) for message in slack.visible_to(seat.user, room)[-SHOWN:]]
    return {"id": room, "name": name, "kind": kind, "messages": messages}


def _slack_message(slack: SlackStandIn, asked: Asked, message: slack_stand_in.Message) -> Json:
    sent = {"text": message.text, "blocks": message.blocks, "metadata": message.metadata}
    return {
        "id": message.ts,
        "at": float(message.ts),
        "from": slack.workspace.users[message.user].real_name,
        "by_bot": message.by_bot,
        "private": message.ephemeral_to is not None,
        "asked": asked.get((message.channel, message.ts)),
        "edited": message.edited_ts is not None,
        "text": message.text,
        "blocks": message.blocks,
        "sent": {name: value for name, value in sent.items() if value},
    }


def _teams_pane(teams: TeamsStandIn, answers: Answers, seat: Seat) -> Json:
    person = teams.directory.find(seat.user)
    chat = teams.directory.chat_of(person) if person else ""
    rooms = [(TEAMS_CHANNEL, TEAMS_CHANNEL_NAME, "channel"), (chat, "Baton", "direct")]
    conversations = [
        {
            "id": room,
            "name": name,
            "kind": kind,
            "messages": [_teams_message(teams, answers, seat, m) for m in teams.visible_to(seat.user, room)[-SHOWN:]],
        }
        for room, name, kind in rooms
    ]
    return _pane(seat, conversations)


def _teams_message(teams: TeamsStandIn, answers: Answers, seat: Seat, message: teams_stand_in.Message) -> Json:
    seen = teams.view_of(seat.user, message.conversation, message.id)
    sender = teams.directory.find(message.sender)
    answer = answers.get((seat.id, message.conversation, message.id))
    # One correction follows a press by itself; after the next one the answer is an old story.
    lately = answer is not None and len(message.edits) <= answer.edits + 1 and answer.text != first_words(message.card)
    return {
        "id": message.id,
        "conversation": message.conversation,
        "at": message.at.timestamp(),
        "from": sender.name if sender else "Baton",
        "by_bot": message.by_bot,
        "private": seen is not message.card,
        "edited": message.edited_at is not None,
        "text": _teams_text(message),
        "card": seen,
        "sent": message.activity,
        "answer": {"text": answer.text, "at": answer.at, "sent": answer.body} if answer and lately else None,
    }


def _teams_text(message: teams_stand_in.Message) -> str:
    text = str(message.activity.get("summary") or message.activity.get("text", ""))
    # The stand-in mentions Baton in whatever is written to it in a channel; here it is seen.
    return text if message.by_bot or message.channel != TEAMS_CHANNEL else f"@Baton {text}"


def slack_call(call: slack_stand_in.Call) -> tuple[str, str, bool]:
    """A Web API call for the log: what, its status, and whether it went well."""
    what = "answer to a response_url" if call.method == "hook" else call.method
    return what, _slack_status(call.answered), call.ok


def _slack_status(answered: Any) -> str:
    if isinstance(answered, dict):
        return "ok" if answered.get("ok") else str(answered.get("error", "refused"))
    return str(answered or "")


def teams_call(call: teams_stand_in.Call) -> tuple[str, str, bool]:
    """A call to Microsoft for the log: what, its status, and whether it went well."""
    return f"{call.method} {call.route}", str(call.status or call.answered or ""), call.ok
