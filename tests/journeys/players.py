"""The people of a journey at their screens: what they can do there, and what they then read."""

from collections.abc import Callable
from typing import Any, Protocol

from bot.playground import slack_stand_in, teams_stand_in
from bot.playground.slack_stand_in import Message, View
from bot.playground.teams_stand_in.outcome import seen_of
from tests.journeys.cast import SLACK_ROOM, TEAMS_ROOM, Person
from tests.journeys.house import PATIENCE, Baton, House
from tests.journeys.transcript import words_of


class Player(Protocol):
    """Somebody in front of one platform, who can press the buttons of its newest card."""

    person: Person

    async def press(self, verb: str, note: str = "") -> str:
        """Press a button ("claimed", "released", "resolved"); answers what they alone were told."""
        ...

    async def sees(self, *words: str) -> str:
        """Wait until the newest card, as everybody sees it, says all of this; answers its words."""
        ...

    def aims(self, verb: str) -> Any:
        """Put a finger on a button, as it is now; the gesture is made by ``lets_go``, however old it then is."""
        ...

    async def lets_go(self, aimed: Any) -> str:
        """Make the gesture; answers what they alone were told."""
        ...


class InSlack:
    """Somebody in the Slack room, in front of the first Baton or of another one."""

    def __init__(self, house: House, person: Person, baton: Baton | None = None) -> None:
        self.person, self._house, self._baton = person, house, baton
        self.platform = house.slack

    @property
    def client(self) -> slack_stand_in.SlackClient:
        """The gestures of Slack."""
        return (self._baton or self._house.baton).slack

    async def types(self, text: str = "") -> slack_stand_in.Outcome:
        """Type ``/escalate`` and something behind it."""
        return await self.client.command(self.person.slack, "/escalate", text, SLACK_ROOM)

    async def opens_form(self, text: str = "") -> View:
        """Type ``/escalate`` and read the form, down to where it will be shown."""
        form = (await self.types(text)).view
        assert form is not None
        await self._until(lambda: "Looking up" not in words_of(form.content["blocks"]))
        return form

    async def sends(self, form: View, **fields: Any) -> slack_stand_in.Outcome:
        """Fill fields in and send the form."""
        return await self.client.submit(self.person.slack, form.id, fields)

    async def escalates(self, text: str = "", **fields: Any) -> str:
        """Open the form, fill it in, send it, and close what stands in its place; answers what that said."""
        form = await self.opens_form(text)
        outcome = await self.sends(form, **fields)
        assert outcome.ok and outcome.view is not None, outcome
        receipt = words_of(outcome.view.content["blocks"])
        await self.client.close_view(self.person.slack, form.id)
        await self._house.settled()
        return receipt

    def card(self) -> Message:
        """The newest card in the room."""
        return [message for message in self.platform.visible_to(self.person.slack, SLACK_ROOM) if _is_card(message)][-1]

    async def press(self, verb: str, note: str = "", card: Message | None = None) -> str:
        """Press a button; Resolve opens a form, in which the note is written. Answers what they alone were told."""
        before = len(self.private())
        pressed = card or self.card()
        await self.client.click(self.person.slack, SLACK_ROOM, pressed.ts, f"baton.{verb}")
        if verb != "resolved":
            return await self._answer(before)
        form: View = await self._until(lambda: self.platform.view_of(self.person.slack))
        answer = await self.client.submit(self.person.slack, form.id, {"note": note})
        assert answer.view is not None
        said = words_of(answer.view.content["blocks"])
        await self.client.close_view(self.person.slack, form.id)
        return said

    def aims(self, verb: str) -> Any:
        """Put a finger on a button."""
        return self.client.click_payload(self.person.slack, SLACK_ROOM, self.card().ts, f"baton.{verb}")

    async def lets_go(self, aimed: Any) -> str:
        """Press it."""
        before = len(self.private())
        assert (await self.client.deliver("interactive", aimed)).status == 200
        return await self._answer(before)

    async def sees(self, *words: str) -> str:
        """Wait for the newest card to say this."""
        await self._until(lambda: all(word in words_of(self.card().blocks) for word in words))
        return words_of(self.card().blocks)

    def private(self) -> list[str]:
        """What they alone were told in the room."""
        return [message.text for message in self._seen(SLACK_ROOM) if message.ephemeral_to]

    def letters(self) -> list[Message]:
        """Baton's direct messages to them."""
        return self._seen(self.platform.workspace.direct(self.person.slack).id)

    def _seen(self, channel: str) -> list[Message]:
        return self.platform.visible_to(self.person.slack, channel)

    async def _answer(self, before: int) -> str:
        """The next thing that they alone are told, after so many."""
        told: list[str] = await self._until(lambda: self.private()[before:])
        return told[0]

    async def _until(self, true: Callable[[], Any]) -> Any:
        return await self.platform.wait_until(true, PATIENCE)


class InTeams:
    """Somebody in the Teams channel."""

    def __init__(self, house: House, person: Person, baton: Baton | None = None) -> None:
        self.person, self._house, self._baton = person, house, baton
        self.platform = house.teams

    @property
    def client(self) -> teams_stand_in.TeamsClient:
        """The gestures of Teams."""
        return (self._baton or self._house.baton).teams

    def card(self) -> teams_stand_in.Message:
        """The newest card in the channel."""
        return self.platform.visible_to(self.person.teams, TEAMS_ROOM)[-1]

    async def press(self, verb: str, note: str = "", card: teams_stand_in.Message | None = None) -> str:
        """Press a button; the note is written on the card itself. Answers what they alone were told."""
        return said(await self.presses(verb, note, card))

    async def presses(
        self, verb: str, note: str = "", card: teams_stand_in.Message | None = None
    ) -> teams_stand_in.Outcome:
        """The same, with all that came back."""
        pressed = card or self.card()
        inputs = {"note": note} if verb == "resolved" else {}
        return await self.client.execute(self.person.teams, pressed.conversation, pressed.id, f"baton.{verb}", inputs)

    def aims(self, verb: str) -> Any:
        """Put a finger on a button."""
        card = self.card()
        return self.client.execute_activity(self.person.teams, card.conversation, card.id, f"baton.{verb}")

    async def lets_go(self, aimed: Any) -> str:
        """Press it."""
        return said(seen_of(await self.client.deliver(aimed)))

    async def sees(self, *words: str) -> str:
        """Wait for the newest card, as everybody sees it, to say this."""
        await self.platform.wait_until(lambda: all(word in words_of(self.card().card) for word in words), PATIENCE)
        return words_of(self.card().card)

    def letters(self) -> list[teams_stand_in.Message]:
        """Baton's messages in their chat with it."""
        person = self.platform.directory.find(self.person.teams)
        assert person is not None
        return self.platform.visible_to(self.person.teams, self.platform.directory.chat_of(person))


def said(outcome: teams_stand_in.Outcome) -> str:
    """The sentence that a Teams button was answered with: alone, or on top of the fresh card."""
    assert outcome.error is None, outcome
    return outcome.text or words_of(outcome.card["body"][0] if outcome.card else None)


def _is_card(message: Message) -> bool:
    return message.by_bot and message.ephemeral_to is None
