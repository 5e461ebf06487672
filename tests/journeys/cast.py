"""Who plays in the journeys, where they are known, and the two stand-ins with all of them seated."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.playground import slack_stand_in, teams_stand_in
from bot.playground.slack_stand_in import SlackStandIn
from bot.playground.slack_stand_in.workspace import Workspace
from bot.playground.teams_stand_in import TeamsStandIn

SLACK_ROOM, TEAMS_ROOM = "C0ESCALATE", "19:escalations0001@thread.tacv2"
OTHER_APP, OTHER_TENANT = "22222222-3333-4444-8555-666666666666", "bbbbbbbb-cccc-4ddd-8eee-ffffffffffff"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, and the ids by which the platforms know them ("" where they are not)."""

    name: str
    slack: str = ""
    teams: str = ""
    guest: bool = False
    address: str = ""

    @property
    def first(self) -> str:
        """Their first name."""
        return self.name.partition(" ")[0]

    @property
    def email(self) -> str:
        """Their address, the same on every platform unless another is given."""
        return self.address or f"{self.first.lower()}@acme.example"


def _object_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


JANE = Person("Jane Novak", slack="U0JANE001")
DANA = Person("Dana Ruiz", slack="U0DANA001", teams=_object_id(1))
SAM = Person("Sam Okafor", slack="U0SAM0001")
TOM = Person("Tom Berg", teams=_object_id(2))
ADA = Person("Ada Lind", slack="U0ADA0001")
GUS = Person("Gus Visitor", slack="U0GUS0001", guest=True)
TESS = Person("Tess Visitor", teams=_object_id(3), guest=True)
EVERYBODY = (JANE, DANA, SAM, TOM, ADA, GUS, TESS)


def crowd(size: int) -> list[Person]:
    """Clickers, half on each platform, every one another person."""
    return [
        Person(f"Senior{number:03}", teams=_object_id(1000 + number))
        if number % 2
        else Person(f"Senior{number:03}", slack=f"U0S{number:06}")
        for number in range(size)
    ]


class StoppedClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return self._now

    def move(self, **length: float) -> None:
        """Let time pass: ``minutes=2``. What is less than nothing sets the clock back."""
        self._now += timedelta(**length)

    def move_to(self, then: datetime) -> None:
        """Let time pass until then."""
        self._now = then


def machine_time() -> datetime:
    """The machine's own clock, by which Baton checks signatures and tokens whatever its clock says."""
    return datetime.now(UTC)


def slack_with(
    people: Sequence[Person],
    clock: Callable[[], datetime] = machine_time,
    *,
    paced: bool = True,
    installed: bool = True,
) -> SlackStandIn:
    """A Slack with its room and these people in it, which counts its limits, if ``paced``, by ``clock``."""
    pace = slack_stand_in.PUBLISHED if paced else None
    stand_in = SlackStandIn(clock=clock, signing_clock=machine_time, pace=pace, installed=installed)
    seat(stand_in.workspace, people)
    return stand_in


def seat(workspace: Workspace, people: Sequence[Person]) -> None:
    """Give a workspace of Slack's its room, and these people."""
    workspace.add_channel(slack_stand_in.Channel(SLACK_ROOM, "escalations"))
    for one in people:
        if one.slack:
            user = slack_stand_in.User(one.slack, one.first.lower(), one.name, one.email, is_restricted=one.guest)
            workspace.add_user(user)


def teams_with(
    people: Sequence[Person],
    clock: Callable[[], datetime] = machine_time,
    *,
    paced: bool = True,
    beside: TeamsStandIn | None = None,
) -> TeamsStandIn:
    """A Teams with its channel and these people in it, which counts its limits, if ``paced``, by ``clock``.

    ``beside`` another one it is another company's, with a registration of its own.
    """
    pace = teams_stand_in.PUBLISHED if paced else None
    if beside is None:
        stand_in = TeamsStandIn(clock=clock, pace=pace)
    else:
        stand_in = TeamsStandIn(OTHER_APP, "other-app-password", OTHER_TENANT, clock, pace=pace, beside=beside)
    stand_in.add_channel(teams_stand_in.Channel(TEAMS_ROOM, "Escalations"))
    for one in people:
        if one.teams:
            stand_in.add_user(teams_stand_in.User(one.teams, one.name, one.email, is_guest=one.guest))
    return stand_in
