"""How the playground begins, as real accounts do: Baton is installed on both platforms, and the two are linked."""

import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.playground.cast import DANA, SAM, SLACK_CHANNEL, TEAMS_CHANNEL, Json, Seat
from bot.playground.gestures import CantBeDone, Gestures
from bot.playground.slack_stand_in import Browser, SlackClient
from bot.playground.slack_stand_in import Message as SlackMessage
from bot.playground.teams_stand_in import Message as TeamsMessage
from bot.playground.teams_stand_in import TeamsClient
from bot.playground.traffic import Traffic

# Where Baton says it is reached; the stage knows where that really is.
PUBLIC_URL = "https://baton.example"
SHOW_HERE = "baton.show_here"
PATIENCE = 10.0
_CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")

Seen = TypeVar("Seen")
Tell = Callable[[Seat, str], None]


class NotOpened(Exception):
    """The playground can't begin; the message says at which step, and what was seen instead."""


class Opening:
    """Every step is made by somebody in front of their platform, and waited for until they see what came of it.

    ``tell`` is told what each did, and what they read.
    """

    def __init__(
        self, slack: SlackClient, teams: TeamsClient, gestures: Gestures, traffic: Traffic, baton_url: str, tell: Tell
    ) -> None:
        self._slack, self._teams, self._gestures, self._traffic = slack, teams, gestures, traffic
        self._baton_url, self._tell = baton_url, tell

    async def play(self) -> None:
        """All of it; ``NotOpened`` if a step isn't answered as it must be."""
        try:
            await self._install_in_slack()
            await self._install_in_teams()
            await self._link()
        except CantBeDone as error:
            raise NotOpened(f"A step of the beginning can't be made: {error}") from None

    async def _install_in_slack(self) -> None:
        """Sam installs Baton from its page, brings it into the channel, and has escalations shown there."""
        async with Browser({PUBLIC_URL: self._baton_url}) as browser:
            with self._traffic.gesture("Sam's browser", "install in Slack") as entry:
                page = await browser.install(f"{PUBLIC_URL}/slack/install", self._slack.workspace.team.id, SAM.user)
                entry.status, entry.ok = str(page.status), page.status == 200
        if page.status != 200:
            raise NotOpened(f"Baton wasn't installed in Slack: {page.status}. {_words(page.text)}")
        self._tell(SAM, "installs Baton from its page, which sends him to Slack and back")
        offer = await self._sam_types("/invite @Baton", "Shall escalations be shown")
        await self._sam_types("/baton show-here", "From now on escalations are shown")
        # What is for Sam alone he can dismiss, and the offer has done its work.
        self._slack.standin.remove(SLACK_CHANNEL, offer.ts)

    async def _install_in_teams(self) -> None:
        """Dana adds Baton to the team, and presses the button that it then offers."""
        with self._traffic.gesture("Dana's Teams", "add Baton to the team") as entry:
            replies = await self._teams.installed(DANA.user, TEAMS_CHANNEL)
            entry.status = str(replies[-1].status)
            entry.ok = all(reply.error is None and reply.status == 200 for reply in replies)
        if not entry.ok:
            raise NotOpened(f"Baton wasn't added in Teams: {[reply.status for reply in replies]}.")
        self._tell(DANA, "adds Baton to the team of the seniors")
        offer = await self._said_in_teams(TEAMS_CHANNEL, 0, "Baton doesn't offer itself in the channel in Teams")
        answer = await self._gestures.execute(DANA, offer.conversation, offer.id, SHOW_HERE, {})
        self._took("pressing Show escalations here", answer)
        redrawn = self._teams.standin.wait_until(lambda: offer.edits, PATIENCE)
        await self._seen(redrawn, "The offer in Teams stays as it was")
        told = self._gestures.answers[DANA.id, offer.conversation, offer.id].text
        self._tell(DANA, f"presses Show escalations here, and reads: {told}")

    async def _link(self) -> None:
        """Sam asks for a code in Slack, and Dana types it in Teams; both sides are told."""
        made = _CODE.search((await self._sam_types("/baton link", "The code is")).text)
        if made is None:
            raise NotOpened("Baton's answer to /baton link has no code in it.")
        dana = self._teams.standin.directory.find(DANA.user)
        chat = dana.chat if dana else ""
        before = len(self._teams.standin.visible_to(DANA.user, chat))
        self._took("typing the code", await self._gestures.write(DANA, chat, f"link {made[0]}"))
        answer = await self._said_in_teams(chat, before, "Baton doesn't answer the code in Teams")
        told = str(answer.activity.get("text", ""))
        self._tell(DANA, f"writes “link {made[0]}” to Baton, and reads: {told}")
        if not told.startswith("Joined"):
            raise NotOpened(f"The two halves aren't linked: {told}")
        slack, direct = self._slack.standin, self._slack.workspace.direct(SAM.user).id
        letters = slack.wait_until(lambda: slack.visible_to(SAM.user, direct), PATIENCE)
        [letter] = await self._seen(letters, "Sam isn't told of the link")
        self._tell(SAM, f"has a message from Baton: {letter.text}")

    async def _sam_types(self, command: str, wanted: str) -> SlackMessage:
        """What Baton says in the channel to a command of Sam's, which must have these words in it."""
        slack = self._slack.standin
        before = len(slack.visible_to(SAM.user, SLACK_CHANNEL))
        self._took(command, await self._gestures.write(SAM, SLACK_CHANNEL, command))
        said = slack.wait_until(lambda: slack.visible_to(SAM.user, SLACK_CHANNEL)[before:], PATIENCE)
        told = (await self._seen(said, f"Baton doesn't answer {command}"))[0]
        self._tell(SAM, f"types {command}, and reads: {told.text}")
        if wanted not in told.text:
            raise NotOpened(f"Baton answers {command} with: {told.text}")
        return told

    async def _said_in_teams(self, conversation: str, after: int, otherwise: str) -> TeamsMessage:
        """The first thing that Baton says to Dana in a conversation, after so many messages."""
        teams = self._teams.standin

        def said() -> list[TeamsMessage]:
            return [message for message in teams.visible_to(DANA.user, conversation)[after:] if message.by_bot]

        return (await self._seen(teams.wait_until(said, PATIENCE), otherwise))[0]

    async def _seen(self, waiting: Awaitable[Seen], otherwise: str) -> Seen:
        try:
            return await waiting
        except TimeoutError:
            raise NotOpened(f"{otherwise}, not within {PATIENCE:g} s.") from None

    def _took(self, what: str, answer: Json) -> None:
        if answer["error"]:
            raise NotOpened(f"Baton doesn't take {what}: {answer['error']}.")


def _words(html: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).split())
