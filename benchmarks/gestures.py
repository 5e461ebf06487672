"""Gestures, signed beforehand: the very bytes that Slack and Teams would send, each once and each by another person."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

from benchmarks.cards import Copies
from benchmarks.load import encode
from benchmarks.scene import SLACK_CHANNEL, Scene
from bot.playground.slack_stand_in import SlackClient, payloads
from bot.playground.teams_stand_in import TeamsClient, activities
from core.people import Caller

SLACK, TEAMS = "/slack/events", "/api/messages"
CLAIM = "baton.claimed"


@dataclass(frozen=True, slots=True)
class Gesture:
    """One signed request; where it is sent to is told when it is sent."""

    headers: dict[str, str]
    body: bytes

    def to(self, path: str) -> bytes:
        """As it goes over the wire."""
        return encode(path, self.headers, self.body)


class Gestures:
    """Makes gestures in front of a scene's stand-ins."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._slack = SlackClient(scene.slack, "http://127.0.0.1:1")
        self._teams = TeamsClient(scene.teams, "http://127.0.0.1:1")
        self._juniors = cycle(scene.juniors)
        self._slack_seniors, self._teams_seniors = cycle(scene.slack_seniors), cycle(scene.teams_seniors)

    def commands(self, text: str, count: int) -> list[Gesture]:
        """``/escalate`` with a text, typed by one junior after the other."""
        return [self._command(next(self._juniors), text) for _ in range(count)]

    def _command(self, who: Caller, text: str) -> Gesture:
        payload = self._slack.command_payload(who.identity.user, "/escalate", text, SLACK_CHANNEL)
        request = self._slack.signed("slash_commands", payload)
        return Gesture(request.headers, request.body)

    def slack_clicks(self, copies: Sequence[Copies]) -> list[Gesture]:
        """Pick Up in Slack, on each of these once, by one senior after the other."""
        return [self.slack_click(copy, next(self._slack_seniors)) for copy in copies]

    def slack_click(self, copy: Copies, who: Caller) -> Gesture:
        """Pick Up in Slack."""
        workspace, hooks = self._scene.slack.workspace, self._scene.slack.hooks_url
        payload = payloads.click(workspace, who.identity.user, copy.slack_message, CLAIM, None, hooks)
        request = self._slack.signed("interactive", payload)
        return Gesture(request.headers, request.body)

    def teams_clicks(self, copies: Sequence[Copies], *, own_tokens: bool = False) -> list[Gesture]:
        """Pick Up in Teams, on each of these once; with the connector's one token, or each with a token of its own."""
        return [self.teams_click(copy, next(self._teams_seniors), self._token(own=own_tokens)) for copy in copies]

    def teams_click(self, copy: Copies, who: Caller, token: str | None = None) -> Gesture:
        """Pick Up in Teams."""
        user, conversation = who.identity.user, copy.teams_conversation
        request = self._teams.signed(self._teams.execute_activity(user, conversation, copy.teams_message, CLAIM), token)
        return Gesture(request.headers, request.body)

    def refreshes(self, copy: Copies, count: int) -> list[Gesture]:
        """A card in Teams that asks for itself anew: an invoke that needs no storage. Each has a token of its own."""
        made = []
        for _ in range(count):
            who = next(self._teams_seniors)
            user = self._scene.teams.directory.find(who.identity.user)
            assert user is not None
            action = {"type": "Action.Execute", "verb": CLAIM}
            place, message = copy.teams_conversation, copy.teams_message
            activity = activities.pressed(self._scene.teams, user, place, message, action, {})
            activity["value"]["trigger"] = "automatic"
            request = self._teams.signed(activity, self._token(own=True))
            made.append(Gesture(request.headers, request.body))
        return made

    def _token(self, *, own: bool) -> str | None:
        # A claim that nobody looks at makes each token another one.
        return self._teams.mint({"jti": secrets.token_hex(8)}) if own else None
