"""What both platforms really hold: the cards by their problem, and what was said to whom; kept up as they grow."""

import re
from collections import defaultdict

from bot.playground import slack_stand_in, teams_stand_in
from tests.journeys.cast import SLACK_ROOM, TEAMS_ROOM
from tests.journeys.house import House

_PROBLEM = re.compile(r"Mailbox \d+ is full")


def problem(number: int) -> str:
    """The words by which a handoff is told from all others, on cards and in letters."""
    return f"Mailbox {number} is full"


def problem_in(text: str) -> str:
    """The problem that a message is about, "" if it names none."""
    found = _PROBLEM.search(text)
    return found[0] if found else ""


class Holdings:
    """Baton's messages on both platforms, looked through once each."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._read = {"slack": 0, "teams": 0, "hooks": 0}
        self.slack_cards: defaultdict[str, list[slack_stand_in.Message]] = defaultdict(list)
        self.teams_cards: defaultdict[str, list[teams_stand_in.Message]] = defaultdict(list)
        # By the key in the message's metadata, cards and letters.
        self.slack_keys: defaultdict[str, list[slack_stand_in.Message]] = defaultdict(list)
        # By person (their "29:…" id) and problem.
        self.teams_letters: defaultdict[tuple[str, str], list[teams_stand_in.Message]] = defaultdict(list)
        self.nameless: list[str] = []
        # What was told through each response URL.
        self.told: defaultdict[str, list[str]] = defaultdict(list)

    def look(self) -> None:
        """Take in what is new."""
        slack, teams = self._house.slack, self._house.teams
        for message in slack.messages[self._read["slack"] :]:
            if message.by_bot and not message.ephemeral_to:
                self._take_slack(message)
        for post in teams.messages[self._read["teams"] :]:
            if post.by_bot:
                self._take_teams(post)
        for call in slack.calls[self._read["hooks"] :]:
            if call.method == "hook":
                self.told[call.args["url"]].append(call.args.get("text", ""))
        self._read = {"slack": len(slack.messages), "teams": len(teams.messages), "hooks": len(slack.calls)}

    def messages(self) -> int:
        """How many messages of Baton's were ever posted, private answers aside."""
        self.look()
        kept = (self.slack_keys, self.teams_cards, self.teams_letters)
        return sum(len(messages) for each in kept for messages in each.values())

    def _take_slack(self, message: slack_stand_in.Message) -> None:
        key = str((message.metadata or {}).get("event_payload", {}).get("key", ""))
        if not key:
            self.nameless.append(message.text)
        self.slack_keys[key].append(message)
        if message.channel == SLACK_ROOM:
            self.slack_cards[problem_in(message.text)].append(message)

    def _take_teams(self, post: teams_stand_in.Message) -> None:
        about = problem_in(str(post.activity.get("summary", "")))
        if post.channel == TEAMS_ROOM:
            self.teams_cards[about].append(post)
        else:
            self.teams_letters[self._house.teams.directory.chats[post.conversation].id, about].append(post)
