"""Golden cards of every state, held against the published schema and the limits; UPDATE_GOLDEN=1 draws them anew."""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from adapters.teams.limits import CARD_BYTES, size
from adapters.teams.render import render, render_letter
from core.context_card import ContextCard, Letter
from core.desk import VERBS
from core.snapshot import NOTE_LIMIT
from tests.adapters.teams.card_limits import violations
from tests.adapters.teams.contexts import CONTEXTS

TESTS = Path(__file__).parents[2]
SCHEMA = json.loads((TESTS / "schemas" / "adaptive-card-1.5.schema.json").read_text("utf-8"))


def check_schema(card: dict[str, Any]) -> None:
    """Against the published schema, without Teams' own addition to it (cards-format.md, "Full width")."""
    assert card.get("msteams", {"width": "full"}) == {"width": "full"}
    jsonschema.Draft6Validator(SCHEMA).validate({name: part for name, part in card.items() if name != "msteams"})


@pytest.mark.parametrize("name", CONTEXTS)
def test_golden_card(name: str):
    golden = TESTS / "cards" / "teams" / f"{name}.json"
    drawn = render(CONTEXTS[name])
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(json.dumps(drawn, indent=2, ensure_ascii=False) + "\n", "utf-8")
    assert drawn == json.loads(golden.read_text("utf-8"))
    check_schema(drawn)
    assert violations(drawn) == []


def actions(card: dict[str, Any]) -> list[dict[str, Any]]:
    """The presses of a card, also those that open only after a first press."""
    found = []
    for action in card.get("actions", []):
        found += actions(action["card"]) if action["type"] == "Action.ShowCard" else [action]
    return found


@pytest.mark.parametrize(
    ("name", "verbs"),
    [
        ("open", ["claimed"]),
        ("claimed", ["resolved", "released"]),
        ("claimed-seen-by-the-loser", ["resolved", "released"]),
        ("resolved-with-a-note", []),
    ],
)
def test_the_buttons_are_those_that_the_state_allows(name: str, verbs: list[str]):
    assert [action["verb"] for action in actions(render(CONTEXTS[name]))] == [f"baton.{verb}" for verb in verbs]


def test_every_verb_of_the_desk_has_a_button_with_a_fallback_that_says_the_same():
    pressed = [action for context in CONTEXTS.values() for action in actions(render(context))]
    assert {action["verb"] for action in pressed} == {f"baton.{verb}" for verb in VERBS}
    for action in pressed:
        assert set(action["data"]) == {"handoff", "version"}
        assert action["fallback"]["type"] == "Action.Submit"
        assert action["fallback"]["data"] == {"verb": action["verb"], **action["data"]}
        assert action["fallback"]["title"] == action["title"]


def test_the_note_is_asked_for_with_its_limit():
    show = next(action for action in render(CONTEXTS["claimed"])["actions"] if action["type"] == "Action.ShowCard")
    (note,) = show["card"]["body"]
    assert (note["id"], note["isMultiline"], note["maxLength"]) == ("note", True, NOTE_LIMIT)
    assert note["label"]


def test_the_time_is_drawn_by_teams_in_the_readers_zone():
    texts = [block["text"] for block in render(CONTEXTS["open"])["body"] if block["type"] == "TextBlock"]
    assert "{{DATE(2026-11-21T09:00:00Z, SHORT)}} {{TIME(2026-11-21T09:00:00Z)}}" in texts


def test_the_look_says_how_urgent_it_is_and_that_it_is_over():
    def style(name: str) -> str:
        return next(block["style"] for block in render(CONTEXTS[name])["body"] if block["type"] == "Container")

    assert style("open") == "emphasis"
    assert style("open-with-everything-and-a-target") == "attention"
    assert style("claimed") == "emphasis"
    assert style("claimed-seen-by-the-loser") == "accent"
    assert style("resolved-with-a-note") == "good"


def test_m10_a_huge_card_is_cut_visibly_and_uses_the_room_there_is():
    drawn = render(CONTEXTS["huge"])
    assert CARD_BYTES - 200 < size(drawn) <= CARD_BYTES
    texts = [run["text"] for block in drawn["body"] for run in block.get("inlines", [])]
    assert sum(text.endswith("…") for text in texts) >= 3


def test_a_long_text_that_fits_is_whole():
    context = CONTEXTS["open"]
    tried = "word " * 1500
    long = ContextCard(**{name: getattr(context, name) for name in context.__slots__} | {"tried": tried.strip()})
    texts = [run["text"] for block in render(long)["body"] for run in block.get("inlines", [])]
    assert tried.strip() in texts


def test_a_letter_is_a_valid_card_whatever_it_says():
    for text in ("Dana picked up your escalation.", "\U0001f600" * 50_000, "\ud800\x00"):
        drawn = render_letter(Letter(text, "https://teams.microsoft.com/l/message/1/2", "Open the card"))
        check_schema(drawn)
        assert violations(drawn) == []
