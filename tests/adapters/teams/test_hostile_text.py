"""M9 and M10: no text that somebody typed fires on a card, breaks it, or makes it too large."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.teams.limits import CARD_BYTES, size
from adapters.teams.render import render, render_letter
from adapters.teams.text import escaped, fitting, plain, spoken
from core.context_card import Letter, describe
from core.handoff import Status
from core.wording import NOTE, TRIED
from tests.adapters.teams.card_limits import violations
from tests.adapters.teams.contexts import HOSTILE, handoff_with

WHEN = re.compile(r"\{\{DATE\([0-9TZ:-]+, SHORT\)\}\} \{\{TIME\([0-9TZ:-]+\)\}\}")
PIECES = ["<at>", "</at>", "<AT id=1>", "{{", "{{{DATE(", "[x](http://e)", "**", "\\", "`", "\n", "\x00", "\ud800", "‮"]
TEXTS = st.one_of(
    st.text(alphabet=st.characters(), max_size=400),
    st.lists(st.sampled_from([*PIECES, "a", " ", "\U0001f600"]), max_size=80).map("".join),
)


def elements(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "type" in value:
            yield value
        for inner in value.values():
            yield from elements(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from elements(inner)


@pytest.mark.parametrize("status", Status)
@given(text=TEXTS)
@example(text=HOSTILE)
@settings(max_examples=150, deadline=None)
def test_m9_nothing_typed_reaches_a_place_that_reads_markup(status: Status, text: str):
    card = render(describe(handoff_with(text, status), text))
    for element in elements(card):
        if element["type"] == "TextBlock":
            assert element["text"] in (TRIED, NOTE) or WHEN.fullmatch(element["text"])
        if element["type"] == "TextRun":
            assert "{{" not in element["text"]
            assert not re.search("[\u202a-\u202e\u2066-\u2069]", element["text"])
            assert not re.search(r"</?at\b", element["text"], re.IGNORECASE)
        assert element["type"] != "FactSet"
    assert "entities" not in card["msteams"]
    assert "<" not in card["speak"]
    assert not re.search(r"(?<!\\)(\\\\)*[\[\]()*_`]", card["fallbackText"])
    json.dumps(card, ensure_ascii=False).encode()
    assert violations(card) == []


@pytest.mark.parametrize("status", Status)
@given(piece=st.text(min_size=1, max_size=3), times=st.integers(1, 60_000))
@example(piece='"\\', times=60_000)
@example(piece="{{", times=60_000)
@example(piece="<at", times=60_000)
@example(piece="\\", times=600)
@settings(max_examples=40, deadline=None)
def test_m10_any_length_of_anything_makes_a_valid_card(status: Status, piece: str, times: int):
    text = piece * times
    assert violations(render(describe(handoff_with(text, status), text))) == []
    assert violations(render_letter(Letter(text, "https://teams.microsoft.com/", "Open"))) == []


@given(text=TEXTS.map(lambda text: plain(text, 1000)), room=st.integers(-5, 900))
def test_what_is_cut_fits_and_says_so(text: str, room: int):
    kept = fitting(text, room)
    if kept != text:
        assert kept == "" or kept.endswith("…")
    assert kept == "" or size(kept) // 2 - 2 <= room


def test_the_texts_stay_readable():
    assert plain("a < b, <b>x</b>, {one}", 100) == "a < b, <b>x</b>, {one}"
    assert escaped("1. a_b [c](d)", 100) == "1\\. a\\_b \\[c\\]\\(d\\)"
    assert spoken("a <b> & c", 100) == "a ‹b› + c"
    assert plain("x" * 20, 5) == "xxxx…"
    assert CARD_BYTES == 25_600
