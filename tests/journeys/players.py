"""The people of a journey at their screens: what they can do there, and what they then read."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from bot.playground import slack_stand_in, teams_stand_in
from bot.playground.slack_stand_in import Message, View
from bot.playground.teams_stand_in.outcome import seen_of
from tests.journeys.cast import SLACK_ROOM, TEAMS_ROOM, Person
from tests.journeys.house import Baton
from tests.journeys.moving import PATIENCE
from tests.journeys.transcript import is_card, words_of

ANSWERED_ALONE = "I've answered you in our chat."


class Place(Protocol):
    """Where somebody plays: both platforms of one company, with a Baton between them. A house is one."""

    slack: slack_stand_in.SlackStandIn
    teams: teams_stand_in.TeamsStandIn

    @property
    def baton(self) -> Baton:
        """The first, or only, Baton."""
        ...

    async def settled(self) -> None:
        """Wait until nothing is owed to anybody any more."""
        ...


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

    def __init__(self, house: Place, person: Person, baton: Baton | None = None) -> None:
        self.person, self._house, self._baton = person, house, baton
        self.platform = house.slack
        self.workspace = self.client.workspace

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
        return self.cards()[-1]

    def cards(self, room: str = SLACK_ROOM) -> list[Message]:
        """The cards in a room, oldest first."""
        return [message for message in self._seen(room) if message.by_bot and is_card(message.text)]

    async def says(self, order: str, room: str = SLACK_ROOM) -> str:
        """Type ``/baton`` and something behind it; answers all that can be read in the answer."""
        before = len(self.private())
        outcome = await self.client.command(self.person.slack, "/baton", order, room)
        assert outcome.ok, outcome
        if isinstance(outcome.body, dict):
            return words_of(outcome.body["blocks"])
        await self._until(lambda: self.private()[before:])
        return words_of(self._alone()[before].blocks)

    async def presses(self, action: str, message: Message) -> str:
        """Press another button than a card's; answers what they alone were told, or the whole room."""
        before = len(self._seen(message.channel))
        outcome = await self.client.click(self.person.slack, message.channel, message.ts, action)
        assert outcome.ok, outcome
        told = await self._until(lambda: self._seen(message.channel)[before:])
        return words_of(told[0].blocks)

    async def press(self, verb: str, note: str = "", card: Message | None = None) -> str:
        """Press a button; Resolve opens a form, in which the note is written. Answers what they alone were told."""
        before = len(self.private())
        pressed = card or self.card()
        await self.client.click(self.person.slack, SLACK_ROOM, pressed.ts, f"baton.{verb}")
        if verb != "resolved":
            return await self._answer(before)
        form: View = await self._until(lambda: self.workspace.view_of(self.person.slack))
        answer = await self.client.submit(self.person.slack, form.id, {"note": note})
        assert answer.view is not None
        said = words_of(answer.view.content["blocks"])
        await self.client.close_view(self.person.slack, form.id)
        return said

    def aims(self, verb: str, card: Message | None = None) -> Any:
        """Put a finger on a button."""
        return self.client.click_payload(self.person.slack, SLACK_ROOM, (card or self.card()).ts, f"baton.{verb}")

    async def lets_go(self, aimed: Any) -> str:
        """Press it."""
        before = len(self.private())
        assert (await self.client.deliver("interactive", aimed)).status == 200
        return await self._answer(before)

    async def reads(self, aimed: Any) -> str:
        """Press it, and read all that comes back."""
        await self.lets_go(aimed)
        return words_of(self._alone()[-1].blocks)

    async def sees(self, *words: str) -> str:
        """Wait for the newest card to say this."""
        await self._until(lambda: all(word in words_of(self.card().blocks) for word in words))
        return words_of(self.card().blocks)

    def private(self) -> list[str]:
        """What they alone were told in the room."""
        return [message.text for message in self._alone()]

    def alone_everywhere(self) -> list[Message]:
        """What they alone were told, wherever that was."""
        return [message for message in self.workspace.visible_to(self.person.slack) if message.ephemeral_to]

    def in_room(self, room: str) -> list[Message]:
        """Baton's messages that everybody in a room reads."""
        return [message for message in self._seen(room) if message.by_bot and not message.ephemeral_to]

    def letters(self) -> list[Message]:
        """Baton's direct messages to them."""
        return self._seen(self.workspace.direct(self.person.slack).id)

    def _alone(self) -> list[Message]:
        return [message for message in self._seen(SLACK_ROOM) if message.ephemeral_to]

    def _seen(self, channel: str) -> list[Message]:
        return self.workspace.visible_to(self.person.slack, channel)

    async def _answer(self, before: int) -> str:
        """The next thing that they alone are told, after so many."""
        told: list[str] = await self._until(lambda: self.private()[before:])
        return told[0]

    async def _until(self, true: Callable[[], Any]) -> Any:
        return await self.platform.wait_until(true, PATIENCE)


class InTeams:
    """Somebody in the Teams channel."""

    def __init__(self, house: Place, person: Person, baton: Baton | None = None) -> None:
        self.person, self._house, self._baton = person, house, baton
        self.platform = house.teams

    @property
    def client(self) -> teams_stand_in.TeamsClient:
        """The gestures of Teams."""
        return (self._baton or self._house.baton).teams

    def card(self) -> teams_stand_in.Message:
        """The newest card in the channel."""
        return self.cards()[-1]

    def cards(self, room: str = TEAMS_ROOM) -> list[teams_stand_in.Message]:
        """The cards in a room, oldest first."""
        seen = self.platform.visible_to(self.person.teams, room)
        return [message for message in seen if message.by_bot and is_card(message.activity.get("summary", ""))]

    async def says(self, order: str, room: str | None = None, mentions: Sequence[Person] = ()) -> str:
        """Write to Baton, in the chat with it or in a room; answers what it answered there, or in that chat."""
        before, number = len(self.letters()), len(self.platform.messages)
        outcome = await self.client.message(self.person.teams, room, order, [one.teams for one in mentions])
        assert outcome.ok, outcome
        asked = self.platform.messages[number]
        answer = await self._until(lambda: next(self._answers(asked), None))
        text = str(answer.activity["text"])
        if text != ANSWERED_ALONE:
            return text
        await self._until(lambda: self.letters()[before:])
        return words_of(self.letters()[before].card)

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

    def aims(self, verb: str, card: teams_stand_in.Message | None = None) -> Any:
        """Put a finger on a button."""
        aimed = card or self.card()
        return self.client.execute_activity(self.person.teams, aimed.conversation, aimed.id, f"baton.{verb}")

    async def lets_go(self, aimed: Any) -> str:
        """Press it."""
        return said(seen_of(await self.client.deliver(aimed)))

    async def reads(self, aimed: Any) -> str:
        """Press it, and read all that comes back."""
        outcome = seen_of(await self.client.deliver(aimed))
        return words_of(outcome.card) if outcome.card else said(outcome)

    async def offered(self, offer: teams_stand_in.Message) -> str:
        """Press the button of an offer to show escalations; answers what they alone were told."""
        return said(await self.client.execute(self.person.teams, offer.conversation, offer.id, "baton.show_here"))

    async def sees(self, *words: str) -> str:
        """Wait for the newest card, as everybody sees it, to say this."""
        await self._until(lambda: all(word in words_of(self.card().card) for word in words))
        return words_of(self.card().card)

    def letters(self) -> list[teams_stand_in.Message]:
        """Baton's messages in their chat with it."""
        chat = self.platform.directory.chat_of(self._user())
        return [one for one in self.platform.visible_to(self.person.teams, chat) if one.by_bot]

    def _answers(self, asked: teams_stand_in.Message) -> Iterator[teams_stand_in.Message]:
        """Baton's answers in words to a message; cards beside it are letters."""
        there = [one for one in self.platform.messages if one.conversation == asked.conversation and one.by_bot]
        return (one for one in there if one.card is None and one.activity.get("replyToId") in (None, asked.id))

    def _user(self) -> teams_stand_in.User:
        user = self.platform.directory.find(self.person.teams)
        assert user is not None
        return user

    async def _until(self, true: Callable[[], Any]) -> Any:
        return await self.platform.wait_until(true, PATIENCE)


def said(outcome: teams_stand_in.Outcome) -> str:
    """The sentence that a Teams button was answered with: alone, or on top of the fresh card."""
    assert outcome.error is None, outcome
    return outcome.text or words_of(outcome.card["body"][0] if outcome.card else None)
