"""What each person has in front of them: the message's card, or the one that a button of theirs was answered with."""

from dataclasses import dataclass
from typing import Any

from bot.playground.teams_stand_in.connector import Connector
from bot.playground.teams_stand_in.directory import Directory, User
from bot.playground.teams_stand_in.records import Json, Message

# Keys under which no part of the card itself is shown.
_HIDDEN = frozenset({"fallback", "data", "requires", "card", "refresh", "msteams"})


@dataclass(frozen=True, slots=True)
class Press:
    """An action as it stands on a card, and the inputs that are sent with it: its card's and those around it."""

    action: Json
    inputs: tuple[Json, ...]


class Screens:
    """The cards of one person each; a card that was an answer stands until the message is next updated."""

    def __init__(self, directory: Directory, connector: Connector) -> None:
        self._directory, self._connector = directory, connector
        self._own: dict[tuple[str, str, str], tuple[int, Json]] = {}

    def message(self, user: str, conversation: str, message_id: str) -> Message | None:
        """The message, if this person has it in their client."""
        person, message = self._directory.find(user), self._connector.message(conversation, message_id)
        if person is None or message is None or not self._directory.sees(person, message.conversation):
            return None
        return message

    def card(self, user: str, conversation: str, message_id: str) -> Json | None:
        """The card in front of this person."""
        person, message = self._directory.find(user), self.message(user, conversation, message_id)
        if person is None or message is None:
            return None
        edits, own = self._own.get((person.id, message.channel, message.id), (-1, None))
        return own if edits == len(message.edits) else message.card

    def show(self, person: User, message: Message, card: Json) -> None:
        """Put a card before this person alone."""
        self._own[person.id, message.channel, message.id] = (len(message.edits), card)


def presses(card: Json, around: tuple[Json, ...] = ()) -> list[Press]:
    """Everything on a card that can be pressed, also on the cards that its buttons open."""
    inputs, actions = _parts(card)
    sent = around + tuple(inputs)
    found = [Press(action, sent) for action in actions]
    for action in actions:
        if action["type"] == "Action.ShowCard":
            found += presses(action["card"], sent)
    return found


def carried(message: Message, name: str) -> str:
    """What the buttons of a message carry under a name in their data, now or before they went; "" if none did."""
    for card in message.cards:
        for press in presses(card):
            data = press.action.get("data")
            if isinstance(data, dict) and isinstance(data.get(name), str):
                return str(data[name])
    return ""


def _parts(part: Any) -> tuple[list[Json], list[Json]]:
    """Inputs and actions, wherever they stand on this one card."""
    inputs: list[Json] = []
    actions: list[Json] = []
    waiting = [part]
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, list):
            waiting = part + waiting
        elif isinstance(part, dict):
            kind = str(part.get("type", ""))
            if kind.startswith("Input."):
                inputs.append(part)
            elif kind.startswith("Action."):
                actions.append(part)
            waiting = [value for name, value in part.items() if name not in _HIDDEN] + waiting
    return inputs, actions
