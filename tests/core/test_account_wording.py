"""What Baton says about accounts, people, roles, rooms and links."""

from datetime import timedelta

import pytest

from core import account_wording as say
from core import history_wording as history
from core.access import Right
from core.changes import Hindered, Hindrance
from core.deliveries import Lane
from core.events import OPERATOR, Entry, Event
from core.handoff import Priority
from core.people import How, Identity, Known, Member, Person, Role, Standing
from core.roster import Room
from tests.core.cases import NOON, OPEN, handoff

HERE = Identity("north", "N1", "dana")


def line(event: Event, subject: str = "", before: str = "", after: str = "", who: str = "Ada", **place: str) -> Entry:
    return Entry(
        "e1", NOON, event, who, place.get("platform", "north"), place.get("workspace", "N1"), "", subject, before, after
    )


def member(role: Role, *known: Known) -> Member:
    first = Known(HERE, "dana@acme.example", True, Standing.ACTIVE, How.MET, NOON)
    return Member(Person("dana", "Dana", role), False, known or (first,))


@pytest.mark.parametrize("why", list(Hindrance))
def test_every_hindrance_is_said_with_a_way_out(why: Hindrance) -> None:
    said = say.hindered(Hindered(why, Right.GIVE_ROLES, NOON + timedelta(minutes=3)), NOON, ["Ada"])
    assert said.endswith((".", "role")) and "None" not in said


@pytest.mark.parametrize("event", list(Event))
def test_every_line_of_history_is_a_sentence(event: Event) -> None:
    entry = line(event, "Sam", "viewer", "admin")
    assert "None" not in history.happened(entry) + history.news(entry) + history.changed(entry)
    assert history.happened(entry).startswith("Ada (North): ")


def test_history_tells_the_operator_from_baton_itself() -> None:
    assert history.happened(line(Event.ROLE_CHANGED, "Sam", "viewer", "owner", "", platform=OPERATOR)) == (
        "Whoever runs Baton: role of Sam: viewer → owner"
    )
    assert history.happened(line(Event.ROOM_LOST, "#help", "", "is_archived", "")).startswith(
        "Baton (North): room lost"
    )


def test_why_somebody_may_not_is_said_with_who_can_change_it() -> None:
    assert say.not_allowed(Right.CHOOSE_ROOMS, ["Ada", "Sam"]) == (
        "You may not choose which rooms show escalations; an admin can do that. Ask Ada or Sam."
    )
    assert say.not_allowed(Right.SEE_QUEUE, []).endswith(say.NOBODY_DECIDES)


def test_whoami_of_a_viewer_says_why_they_can_not_pick_up() -> None:
    sentence, lines = say.whoami(member(Role.VIEWER), HERE, ["Ada"])
    assert sentence == "You are Dana."
    assert any("You can't pick up: that takes an engineer. Ask Ada." in one for one in lines)
    assert any(one.startswith("North (here): dana dana@acme.example, full member") for one in lines)
    assert any("link me" in one for one in lines)


def test_whoami_shows_links_and_how_they_came_about() -> None:
    here = Known(HERE, "d@acme.example", True, Standing.ACTIVE, How.MET, NOON)
    there = Known(Identity("south", "S1", "d2"), None, False, Standing.DEACTIVATED, How.CODE, NOON)
    _, lines = say.whoami(member(Role.ENGINEER, here, there), HERE, [])
    [south] = [one for one in lines if one.startswith("South")]
    assert south == "South: d2, guest or not confirmed, deactivated, linked by a code; “unlink me” said there undoes it"
    assert any(one.startswith("You can pick up") for one in lines)
    assert not any("link me” makes" in one for one in lines)


def test_a_room_says_what_it_leaves_out() -> None:
    room = Room("r", Lane("north", "N1", "c", private=False), "#leads", Priority.HIGH)
    assert say.room_line(room) == "#leads (North): high priority and above"
    assert say.shown_in(room) == "#leads (high priority and above)"


def test_the_queue_says_what_waits_for_how_long() -> None:
    waiting = handoff(OPEN, priority=Priority.HIGH)
    assert say.queue_line(waiting, NOON + timedelta(minutes=12)) == (
        "High, waits 12 min: #12345: Outlook is failing to sync (from Jane)"
    )


@pytest.mark.parametrize(
    ("least", "shown"), [("low", "everything"), ("high", "high priority and above"), ("configured", "configured")]
)
def test_what_a_room_shows_from_now_on_is_said_in_words(least: str, shown: str) -> None:
    assert (
        history.changed(line(Event.ROOM_ADDED, "#help", after=least))
        == f"From now on escalations are shown in #help: {shown}."
    )
    assert history.happened(line(Event.ROOM_ADDED, "#help", after=least)).endswith(
        f"escalations shown in #help: {shown}"
    )
