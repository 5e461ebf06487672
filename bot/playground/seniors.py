"""Who picks up in the scripted run: each presses a card's buttons and reads, in the way of their platform."""

from typing import Any, Protocol

from bot.playground.cast import DANA, SLACK_CHANNEL, TEAMS_CHANNEL, Seat
from bot.playground.slack_stand_in import Message, View
from bot.playground.stage import Stage
from bot.playground.teams_stand_in import Message as Post

PATIENCE = 10.0


class Senior(Protocol):
    """Someone who can pick up. Whatever isn't seen within ``PATIENCE`` seconds is a ``TimeoutError``."""

    seat: Seat

    async def press(self, verb: str, note: str = "") -> str:
        """Press the button of a verb ("claimed", "released", "resolved"); answers what they alone were told."""
        ...

    async def see(self, *words: str) -> str:
        """Wait until the card, as everybody there sees it, says all of this; answers its words."""
        ...


class InSlack:
    """Somebody in the Slack channel."""

    def __init__(self, stage: Stage, seat: Seat) -> None:
        self._slack, self._people, self.seat = stage.slack, stage.slack_people, seat

    async def type(self, text: str) -> str:
        """Type ``/baton`` and this; answers what they alone were told."""
        outcome = await self._people.command(self.seat.user, "/baton", text, SLACK_CHANNEL)
        return "\n".join(words_of(block) for message in outcome.seen for block in message.blocks) or str(outcome.error)

    async def press(self, verb: str, note: str = "") -> str:
        """Press a button; Resolve opens a form, in which the note is written."""
        before = len(self._private())
        card = self._cards()[-1]
        await self._people.click(self.seat.user, SLACK_CHANNEL, card.ts, f"baton.{verb}")
        if verb == "resolved":
            return await self._fill_in(note)
        told = await self._slack.wait_until(lambda: self._private()[before:], PATIENCE)
        return told[0]

    async def see(self, *words: str) -> str:
        """Wait for the card in the channel to say this."""
        return await self._slack.wait_until(lambda: saying((card.blocks for card in self._cards()), words), PATIENCE)

    async def _fill_in(self, note: str) -> str:
        [form] = await self._slack.wait_until(self._forms, PATIENCE)
        answer = await self._people.submit(self.seat.user, form.id, {"note": note})
        said = "" if answer.view is None else words_of(answer.view.content["blocks"])
        await self._people.close_view(self.seat.user, form.id)
        return said

    def _forms(self) -> list[View]:
        return [view for view in self._slack.views.values() if view.user == self.seat.user and view.open]

    def _private(self) -> list[str]:
        seen = self._slack.visible_to(self.seat.user, SLACK_CHANNEL)
        return [message.text for message in seen if message.ephemeral_to == self.seat.user]

    def _cards(self) -> list[Message]:
        return [
            message for message in self._slack.visible_to(self.seat.user, SLACK_CHANNEL) if not message.ephemeral_to
        ]


class DanaInTeams:
    """Dana, in the Teams channel."""

    seat = DANA

    def __init__(self, stage: Stage) -> None:
        self._teams, self._people = stage.teams, stage.teams_people

    async def press(self, verb: str, note: str = "") -> str:
        """Press a button; the note is written on the card itself."""
        card = self._cards()[-1]
        inputs = {"note": note} if verb == "resolved" else {}
        answer = await self._people.execute(DANA.user, card.conversation, card.id, f"baton.{verb}", inputs)
        return answer.text if answer.card is None else words_of(answer.card["body"][:1])

    async def see(self, *words: str) -> str:
        """Wait for the card in the channel to say this."""
        return await self._teams.wait_until(lambda: saying((card.card for card in self._cards()), words), PATIENCE)

    def _cards(self) -> list[Post]:
        return self._teams.visible_to(DANA.user, TEAMS_CHANNEL)


def saying(drawn: Any, words: tuple[str, ...]) -> str:
    """The words of the first card that says all of this; "" if none does."""
    return next((text for text in map(words_of, drawn) if all(word in text for word in words)), "")


def words_of(drawn: Any) -> str:
    """All that can be read on a message, a form or a card, in order."""
    if isinstance(drawn, dict):
        own = [drawn[name] for name in ("text", "title") if isinstance(drawn.get(name), str)]
        parts = [words_of(part) for name, part in drawn.items() if name != "fallback" and isinstance(part, dict | list)]
        return " ".join(filter(None, own + parts))
    return " ".join(filter(None, map(words_of, drawn))) if isinstance(drawn, list) else ""
