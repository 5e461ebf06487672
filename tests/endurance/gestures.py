"""What people do at their screens, sent signed to a running Baton, and what each was told of it: all of it is kept."""

import asyncio
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from bot.playground import slack_stand_in, teams_stand_in
from bot.playground.teams_stand_in.outcome import seen_of
from tests.endurance.holdings import Holdings
from tests.endurance.life import Life
from tests.journeys.cast import SLACK_ROOM, Person
from tests.journeys.house import House
from tests.journeys.transcript import words_of

DONE = {
    "escalated": re.compile(r"Recorded: "),
    "claimed": re.compile(r"It's yours: "),
    "released": re.compile(r"You released this"),
    "resolved": re.compile(r"You resolved this"),
}
REFUSED = re.compile(
    r"Already picked up by (?P<winner>[^,.]+)|It's already yours|Already resolved by|Nobody has picked this up yet"
    r"|(?P<holder>[^,.]+) picked this up"
)
# Told on a machine that is too slow for storage's deadlines. It is no answer: people do it once more.
AWAY = re.compile(r"Baton('s records did not answer| can't reach its records)")
# How long anybody looks at the screen for the words that come beside the acknowledgement.
PATIENCE = 15.0


@dataclass(slots=True)
class Gesture:
    """Something that somebody did, as it went out, and what came back.

    ``acknowledged``: Baton answered at all. ``told`` are the words, "" where there were none (yet).
    """

    verb: str
    problem: str
    by: Person
    platform: str
    request: Any  # signed, as its platform's client takes it
    address: str = ""  # the response URL, for what is told beside the acknowledgement
    on: teams_stand_in.Message | None = None  # the copy whose answer is a card, seen by them alone
    acknowledged: bool = False
    told: str = ""
    wrong: str = ""

    @property
    def done(self) -> bool:
        """Whether they were told that it is done."""
        return bool(DONE[self.verb].match(self.told))

    @property
    def refused(self) -> re.Match[str] | None:
        """How they were told that somebody else was faster."""
        return None if self.done else REFUSED.match(self.told)


class Hands:
    """Makes gestures, one at a time for each person, and keeps them all."""

    def __init__(self, house: House, holdings: Holdings) -> None:
        self._house, self._holdings = house, holdings
        self._busy: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.made: list[Gesture] = []
        self.away = 0

    async def escalate(
        self, life: Life, by: Person, problem: str, *, form: bool = False, aimed_at: str = ""
    ) -> Gesture | None:
        """``/escalate``, at once or through the form; None if no form opened."""
        words = f"{problem} {aimed_at}".strip()
        async with self._busy[by.name]:
            client = life.baton.slack
            if not form:
                payload = client.command_payload(by.slack, "/escalate", f"now {words}", SLACK_ROOM)
                request = client.signed("slash_commands", payload)
                return await self._make(life, Gesture("escalated", problem, by, "slack", request))
            await client.command(by.slack, "/escalate", words, SLACK_ROOM)
            return await self._submit(life, "escalated", problem, by)

    def aims(self, life: Life, verb: str, by: Person, platform: str, problem: str) -> Any:
        """Put a finger on the button of the card that they see: the payload, None if there is no such button now."""
        self._holdings.look()
        try:
            if platform == "slack":
                card = self._holdings.slack_cards[problem][-1]
                return life.baton.slack.click_payload(by.slack, SLACK_ROOM, card.ts, f"baton.{verb}")
            post = self._holdings.teams_cards[problem][-1]
            note = {"note": "Emptied it"} if verb == "resolved" else {}
            return life.baton.teams.execute_activity(by.teams, post.conversation, post.id, f"baton.{verb}", note)
        except (IndexError, slack_stand_in.GestureError, teams_stand_in.GestureError):
            return None

    async def press(
        self, life: Life, verb: str, by: Person, platform: str, problem: str, aimed: Any = None
    ) -> Gesture | None:
        """Press a button, as it was ``aimed`` at or as it is now; None if there is none.

        In Slack, Resolve opens a form, which is sent with a note.
        """
        async with self._busy[by.name]:
            pressed = aimed or self.aims(life, verb, by, platform, problem)
            if pressed is None:
                return None
            if platform == "teams":
                on = self._holdings.teams_cards[problem][-1]
                signed = life.baton.teams.signed(pressed)
                return await self._make(life, Gesture(verb, problem, by, platform, signed, on=on))
            request = life.baton.slack.signed("interactive", pressed)
            if verb != "resolved":
                address = pressed["response_url"]
                return await self._make(life, Gesture(verb, problem, by, platform, request, address))
            await life.baton.slack.send(request)
            return await self._submit(life, verb, problem, by, note="Emptied it")

    async def send(self, life: Life, gesture: Gesture) -> None:
        """Send it, for the first time or, byte for byte, once more: also to another Baton."""
        if gesture.platform == "teams":
            answer = await life.baton.teams.send(gesture.request)
            if answer.status is not None:
                self._note(gesture, answer.status, self._shown(gesture, answer))
            return
        before = len(self._holdings.told[gesture.address])
        reply = await life.baton.slack.send(gesture.request)
        if reply.status is None:
            return
        told = _said_in_slack(reply.body)
        if gesture.address and reply.status == 200:
            told = await self._heard(life, gesture.address, before)
        self._note(gesture, reply.status, told)

    async def _make(self, life: Life, gesture: Gesture) -> Gesture:
        self.made.append(gesture)
        await self.send(life, gesture)
        return gesture

    async def _submit(self, life: Life, verb: str, problem: str, by: Person, **values: str) -> Gesture | None:
        """Send the form that opened before somebody; None if Baton died or did not open it."""
        client, view = life.baton.slack, self._house.slack.view_of(by.slack)
        if view is None:
            return None
        client.fill_in(by.slack, view.id, values)
        request = client.signed("interactive", client.submit_payload(by.slack, view.id))
        gesture = await self._make(life, Gesture(verb, problem, by, "slack", request))
        view.open = False
        return gesture

    def _note(self, gesture: Gesture, status: int, told: str) -> None:
        """What they were told last counts; a repeat must be told the same, or that it is theirs already."""
        if AWAY.search(told):
            self.away += 1
            return
        if status != 200:
            gesture.wrong = f"answered {status}"
        elif gesture.done and told and not DONE[gesture.verb].match(told):
            gesture.wrong = f"told {gesture.told!r}, then {told!r}"
        gesture.acknowledged = gesture.acknowledged or status == 200
        gesture.told = told or gesture.told

    async def _heard(self, life: Life, address: str, before: int) -> str:
        def told() -> list[str]:
            self._holdings.look()
            return self._holdings.told[address][before:]

        words = asyncio.ensure_future(self._house.slack.wait_until(told, PATIENCE))
        await asyncio.wait({words, life.death}, return_when=asyncio.FIRST_COMPLETED)
        if words.done() and not words.exception():
            return words.result()[0]
        words.cancel()
        return ""

    def _shown(self, gesture: Gesture, reply: teams_stand_in.Reply) -> str:
        """What stands on top of the card that they now have, or the sentence alone."""
        outcome = seen_of(reply)
        person = self._house.teams.directory.find(gesture.by.teams)
        if outcome.card and person and gesture.on:
            self._house.teams.screens.show(person, gesture.on, outcome.card)
        return outcome.text or words_of(outcome.card["body"][0] if outcome.card else None)


def _said_in_slack(body: Any) -> str:
    if not isinstance(body, dict):
        return ""
    if "view" in body:
        return words_of(body["view"]["blocks"])
    return str(body.get("text", "")) or " ".join(map(str, body.get("errors", {}).values()))
