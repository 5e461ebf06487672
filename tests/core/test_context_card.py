"""The card as core describes it: the buttons that a state allows, and the facts that there are."""

from core.context_card import describe, letter
from core.handoff import Notice, Priority
from core.snapshot import Snapshot
from tests.core.cases import CLAIMED, OPEN, RESOLVED, SAM, handoff


def test_the_buttons_are_those_that_the_state_allows() -> None:
    assert [button.verb for button in describe(OPEN).buttons] == ["claimed"]
    assert [button.verb for button in describe(CLAIMED).buttons] == ["resolved", "released"]
    assert describe(RESOLVED).buttons == ()


def test_facts_that_were_not_given_are_not_shown() -> None:
    bare = describe(handoff(snapshot=Snapshot("x"), target=SAM, priority=Priority.HIGH))
    assert [(fact.label, fact.value) for fact in bare.facts] == [("Priority", "High"), ("Pick-up by", "Sam")]
    assert bare.urgent


def test_a_letter_lives_without_its_link() -> None:
    assert letter(CLAIMED, Notice.CLAIMED, None).link == ""


def test_the_problem_is_said_once() -> None:
    assert describe(OPEN).problem == ""
    long = "x" * 71
    card = describe(handoff(snapshot=Snapshot(long)))
    assert card.problem == long and long not in card.title
