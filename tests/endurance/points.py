"""Where the program is killed: the points around a gesture and around a sending, and which of them each comes past."""

from dataclasses import dataclass
from itertools import product

FLOWS = ("escalated", "claimed", "released", "resolved")

# Around a gesture's own transaction.
BEFORE_COMMIT, AFTER_COMMIT = "before-commit", "after-commit"
# Around a sending, in the order of its walk. "Begin" commits that a post was begun, "record" how it went.
BEFORE_BEGIN, BEFORE_POST = "before-begin-commit", "before-post"
UNTAKEN, TAKEN = "at-the-platform-untaken", "at-the-platform-taken"
# A post that is on its way through the platform while the program dies and comes back.
TAKEN_LATE = "at-the-platform-taken-late"
AFTER_POST, BEFORE_RECORD, AFTER_RECORD = "after-post", "before-record-commit", "after-record"
# Around the look in a conversation for a post that may be there; there is something to look for after a crash alone.
BEFORE_LOOK, AFTER_LOOK = "before-look", "after-look"
# Whenever it happens to be.
STARTING, RANDOM = "while-starting", "at-random"

GESTURE_POINTS = (BEFORE_COMMIT, AFTER_COMMIT)
SENDING_POINTS = (BEFORE_BEGIN, BEFORE_POST, UNTAKEN, TAKEN, AFTER_POST, BEFORE_RECORD, AFTER_RECORD)
PLATFORM_POINTS = (UNTAKEN, TAKEN, TAKEN_LATE)
LOOKING_POINTS = (BEFORE_LOOK, AFTER_LOOK)
RANDOM_POINTS = (STARTING, RANDOM)
POINTS = (*GESTURE_POINTS, *SENDING_POINTS, TAKEN_LATE, *LOOKING_POINTS, *RANDOM_POINTS)

GESTURES = {
    "escalated": ("slack-form", "slack-command"),
    "claimed": ("slack-button", "teams-button"),
    "released": ("slack-button", "teams-button"),
    "resolved": ("slack-button", "teams-button"),
}
# A card's first post comes from an escalation, and its updates from everything else.
SENDINGS: dict[str, tuple[str, ...]] = dict.fromkeys(FLOWS, ("slack-card", "teams-card", "slack-letter"))
SENDINGS["escalated"] += ("teams-letter",)  # to whom it is aimed at


@dataclass(frozen=True, slots=True)
class Spot:
    """A point on the way of one kind of gesture or sending: ``flow`` is what was done, ``way`` how it is carried."""

    point: str
    flow: str = "-"
    way: str = "-"

    @property
    def platform(self) -> str:
        """The platform that it is about."""
        return self.way.partition("-")[0]

    @property
    def what(self) -> str:
        """Its class in the table: a gesture, a card's post or update, a letter."""
        kind = self.way.partition("-")[2]
        if kind == "card":
            return "post" if self.flow == "escalated" else "update"
        return kind if kind == "letter" else "gesture"

    def __str__(self) -> str:
        return f"{self.point} {self.flow} {self.way}"


def read(text: str) -> Spot:
    """A spot as it was written."""
    return Spot(*text.split())


def matrix() -> list[Spot]:
    """Every point on every way of every flow."""
    spots = [Spot(point, flow, way) for flow in FLOWS for point, way in product(GESTURE_POINTS, GESTURES[flow])]
    spots += [Spot(point, flow, way) for flow in FLOWS for point, way in product(SENDING_POINTS, SENDINGS[flow])]
    # In Slack, where it is looked for; in Teams it is one more that can't be found.
    spots.append(Spot(TAKEN_LATE, "escalated", "slack-card"))
    spots += [Spot(TAKEN_LATE, flow, "slack-letter") for flow in FLOWS]
    return spots
