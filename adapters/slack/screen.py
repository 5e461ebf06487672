"""Who is let in: people of workspaces where Baton is installed; all others are told so, in the way that they asked."""

from dataclasses import dataclass
from typing import Any

from adapters.slack import answers, forms, translate, wording
from adapters.slack.draft import read
from adapters.slack.private import PrivateAnswers
from adapters.slack.translate import Payload, text
from adapters.slack.web_api import Trouble
from adapters.slack.workspaces import NOT_INSTALLED, Workspaces
from core import wording as product
from core.errors import StorageAway
from core.snapshot import Field


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A gesture that goes no further, and the body of its answer (None for an empty one)."""

    answer: dict[str, Any] | None = None


class Screen:
    """Looks at every gesture before any listener does. It asks the keyring, and never Slack."""

    def __init__(self, api: Workspaces, private: PrivateAnswers) -> None:
        self._api = api
        self._private = private

    async def look(self, payload: Payload) -> TurnedAway | None:
        """None lets it in. Events come in as they are: the one that says that we are gone has no workspace of ours."""
        if payload.get("type") == "event_callback":
            # Bolt, whose next step it is to look at the type, would fail over one that is no text.
            return None if text(payload, "event", "type") else TurnedAway()
        place = translate.workspace(payload)
        found = await self._api.ours(place) if place else NOT_INSTALLED
        if not isinstance(found, Trouble):
            return None
        return self._away(payload) if found.temporary else self._foreign(payload)

    def _foreign(self, payload: Payload) -> TurnedAway:
        """The same words whatever was asked."""
        match payload.get("type"):
            case "view_submission":
                return TurnedAway(forms.updated(forms.said(product.NOT_CONNECTED)))
            case "block_actions":
                self._private.tell(payload, answers.said(product.NOT_CONNECTED))
            case None if "command" in payload:
                return TurnedAway(answers.said(product.NOT_CONNECTED))
        return TurnedAway()

    def _away(self, payload: Payload) -> TurnedAway:
        """Nobody can say whether it is ours; what was typed is given back, or stays in its form."""
        away = StorageAway()
        match payload.get("type"):
            case "view_submission":
                field = Field.NOTE if text(payload, "view", "callback_id") == forms.RESOLVE else Field.PROBLEM
                return TurnedAway(forms.error(field, product.away_form(away)))
            case "block_actions":
                self._private.tell(payload, answers.said(product.away(away)))
            case None if text(payload, "command") == wording.COMMAND:
                words = read(text(payload, "text")).words
                return TurnedAway(answers.not_recorded([product.away(away)], words))
            case None if "command" in payload:
                return TurnedAway(answers.said(product.away(away)))
        return TurnedAway()
