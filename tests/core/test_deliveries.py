"""What is still worth sending, what sending it means, and how a delivery goes whose last try may have got through."""
# ruff: noqa: ARG002 - the way out has the port's arguments, whether a test looks at them or not

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.context_card import ContextCard, Letter
from core.deliveries import (
    Attempt,
    Failed,
    Gone,
    Lane,
    NotThere,
    Owed,
    Sending,
    Sent,
    TryLater,
    act,
    back_off,
    worth_sending,
)
from core.events import Entry, Event
from core.handoff import Handoff, Notice
from core.limits import Act
from core.use_cases.deliver import deliver
from tests.core.cases import CLAIMED, NOON, OPEN, RESOLVED, handoff

ROOM = Lane("north", "N1", "room", private=False)
FOUND = Sent("copy-1", "link:copy-1")


def owed(of: Handoff, about: Notice | None = None, *, copy: str | None = None, unclear: int = 0) -> Owed:
    """A delivery; ``unclear`` is the version that an unclear attempt showed."""
    attempt = Attempt(NOON, unclear) if unclear else None
    under = "copy-9" if about is Notice.UNREACHABLE else None
    return Owed("card:h1:room", ROOM, about, of.version, 0, of, copy, attempt, under=under)


def test_a_notice_is_worth_sending_while_it_is_true() -> None:
    truth = {
        n: [worth_sending(owed(one, n)) for one in (OPEN, CLAIMED, RESOLVED)] for n in Notice if n is not Notice.NEWS
    }
    assert truth == {
        Notice.SHOWN: [True, True, False],
        Notice.AIMED_AT_YOU: [True, False, False],
        Notice.CLAIMED: [False, True, False],
        Notice.RELEASED: [True, False, False],
        Notice.RESOLVED: [False, False, True],
        Notice.UNREACHED: [True, False, False],
        Notice.UNREACHABLE: [True, True, False],
    }


def test_news_are_worth_sending_only_while_nothing_newer_happened() -> None:
    later = handoff(CLAIMED, version=4)
    assert not worth_sending(Owed("say", ROOM, Notice.CLAIMED, 2, 0, later))
    assert worth_sending(Owed("say", ROOM, Notice.SHOWN, 1, 0, later))


def test_news_of_the_account_stay_true_and_are_told_in_words() -> None:
    entry = Entry("e1", NOON, Event.ROLE_CHANGED, "Ada", "north", "N1", "", "Dana", "engineer", "admin")
    told = Owed("say:e1:dana", ROOM, Notice.NEWS, 1, 0, None, news=entry)
    assert worth_sending(told) and act(told) is Act.TELL and told.drawn == 1


def test_what_belongs_in_a_thread_is_not_said_outside_of_it() -> None:
    assert not worth_sending(replace(owed(OPEN, Notice.UNREACHABLE), under=None))


def test_a_card_is_not_posted_only_to_say_that_it_is_over() -> None:
    assert worth_sending(owed(OPEN)) and worth_sending(owed(CLAIMED))
    assert not worth_sending(owed(RESOLVED))
    # But what hangs there, or may hang there, is made true.
    assert worth_sending(owed(RESOLVED, copy="copy-1"))
    assert worth_sending(owed(RESOLVED, unclear=1))


def test_what_sending_means() -> None:
    assert act(owed(OPEN)) is Act.POST
    assert act(owed(OPEN, copy="copy-1")) is Act.CORRECT
    assert act(owed(OPEN, Notice.SHOWN)) is Act.TELL


class Way:
    """A way out that says what was asked of it; ``found`` is what looking answers."""

    limits = {}  # noqa: RUF012 - nothing is limited here

    def __init__(self, found: Sent | NotThere | TryLater | Failed) -> None:
        self.asked: list[str] = []
        self.found = found

    async def post(self, lane: Lane, card: ContextCard, key: str) -> Sending:
        self.asked.append(f"post v{card.version} as {key}")
        return Sent("copy-2")

    async def correct(self, lane: Lane, copy: str, card: ContextCard) -> Sending:
        self.asked.append(f"correct {copy} to v{card.version}")
        return Gone("deleted") if copy == "gone" else Sent(copy)

    async def tell(self, lane: Lane, letter: Letter, key: str, under: str | None = None) -> Sending:
        self.asked.append(f"tell as {key} under {under}")
        return Sent("copy-2")

    async def find(self, lane: Lane, key: str, since: datetime, under: str | None = None) -> Sending | NotThere:
        self.asked.append(f"find {key}")
        return self.found


@pytest.mark.parametrize(
    ("found", "what", "asked", "outcome"),
    [
        (FOUND, owed(OPEN, unclear=1), [], FOUND),
        (FOUND, owed(CLAIMED, unclear=1), ["correct copy-1 to v2"], Sent("copy-1")),
        (Sent("gone"), owed(CLAIMED, unclear=1), ["correct gone to v2"], Gone("deleted")),
        (NotThere(), owed(OPEN, unclear=1), ["post v1 as card:h1:room"], Sent("copy-2")),
        (TryLater("slow"), owed(OPEN, unclear=1), [], TryLater("slow")),
        (Failed("closed"), owed(OPEN, unclear=1), [], Failed("closed")),
        (FOUND, owed(OPEN, Notice.SHOWN, unclear=1), [], FOUND),
        (NotThere(), owed(OPEN, Notice.SHOWN, unclear=1), ["tell as card:h1:room under None"], Sent("copy-2")),
    ],
)
async def test_an_unclear_delivery_is_looked_for_before_it_is_sent_again(
    found: Sent | NotThere | TryLater | Failed, what: Owed, asked: list[str], outcome: Sending
) -> None:
    way = Way(found)
    assert await deliver(what, way) == outcome
    assert way.asked == ["find card:h1:room", *asked]


@pytest.mark.parametrize("copy", [None, "copy-1"])
async def test_nothing_is_looked_for_without_a_doubt(copy: str | None) -> None:
    way = Way(Failed("nobody should ask"))
    assert isinstance(await deliver(owed(OPEN, copy=copy), way), Sent)
    assert len(way.asked) == 1


def test_waits_double_up_to_ten_minutes_and_keep_a_random_half() -> None:
    assert [back_off(n, 1.0).total_seconds() for n in (1, 2, 3, 11, 24, 500)] == [1, 2, 4, 600, 600, 600]
    assert back_off(3, 0.0) == timedelta(seconds=2)
    assert all(back_off(5) <= timedelta(seconds=16) for _ in range(100))
