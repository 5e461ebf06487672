"""M9 and M10: whatever people type, wherever they do, nothing fires and no limit breaks; and the check itself bites."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import answers, forms, render
from adapters.slack.draft import Draft, read
from adapters.slack.elements import escape, fallback, fit, units
from adapters.slack.limits import BUTTON_VALUE
from core.context_card import Letter, describe
from core.handoff import Priority, Status
from core.snapshot import Field, Snapshot
from tests.adapters.slack import cards
from tests.adapters.slack.block_limits import violations

FIRES = ["<!channel>", "<!here>", "<@U0SAM0001>", "<#C1|x>", "<https://a|b>", "<!date^1^{date}|x>", "&lt;", "*", "\x00"]
hostile_text = st.lists(st.one_of(st.sampled_from(FIRES), st.text(alphabet=st.characters(), max_size=30))).map("".join)
anything = st.one_of(hostile_text, st.builds(str.__mul__, hostile_text, st.integers(0, 400)))

# The one thing of ours in angle brackets.
_OUR_DATE = re.compile(r"<!date\^\d+\^\{date_short_pretty\} at \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC>")


def markup(payload: Any) -> Iterator[str]:
    """Every string of a payload that Slack reads as mrkdwn: the top-level text, and mrkdwn objects."""
    if isinstance(payload, dict):
        if payload.get("type") == "mrkdwn":
            assert payload["verbatim"] is True
            yield payload["text"]
        if "blocks" in payload and isinstance(payload.get("text"), str):
            yield payload["text"]
        if payload.get("type") == "plain_text":
            assert payload["emoji"] is False
        for part in payload.values():
            yield from markup(part)
    elif isinstance(payload, list):
        for part in payload:
            yield from markup(part)


def assert_harmless(payload: dict[str, Any]) -> None:
    assert violations(payload) == []
    for text in markup(payload):
        assert "<" not in _OUR_DATE.sub("", text) and ">" not in _OUR_DATE.sub("", text)
        assert not re.search(r"&(?!amp;|lt;|gt;)", text)
    _leaves(payload)


def _leaves(payload: Any) -> None:
    """Nothing that Slack acts on but what we drew: rich_text holds text and our emoji, links are ours alone."""
    if isinstance(payload, dict):
        assert payload.get("type") not in {"link", "user", "channel", "usergroup", "broadcast", "date", "markdown"}
        for part in payload.values():
            _leaves(part)
    elif isinstance(payload, list):
        for part in payload:
            _leaves(part)


@given(anything, anything, st.sampled_from(Status), st.sampled_from(Priority))
def test_no_card_fires_or_breaks(one: str, other: str, status: Status, priority: Priority) -> None:
    handoff = replace(cards.written(one), status=status, priority=priority, resolution=other)
    handoff = replace(handoff, snapshot=replace(handoff.snapshot, tried=other))
    assert_harmless(render.card(describe(handoff, other)))


@given(anything, st.sampled_from(["", "https://acme.slack.com/archives/C1/p1", "https://x.example/" + "y" * 4_000]))
def test_no_letter_fires_or_breaks(text: str, link: str) -> None:
    assert_harmless(render.letter(Letter(text, link, "Open the card")))


@given(anything)
def test_no_answer_fires_or_breaks(text: str) -> None:
    for answer in (answers.said(text), answers.not_recorded([text], text), answers.form_failed(read(text))):
        assert_harmless(answer)


@given(anything, anything)
def test_no_form_fires_or_breaks(text: str, other: str) -> None:
    for view in (
        forms.escalation(Draft(Snapshot(text, other, text, other)), other),
        forms.said(text, other),
        forms.escalation(read(text).draft),
    ):
        assert_harmless(view)
    assert units(forms.error(Field.PROBLEM, text)["errors"]["problem"]) <= 2_000


@given(anything, st.integers(10, 200))
def test_a_text_fits_by_either_way_of_counting(text: str, limit: int) -> None:
    fitted = fit(text, limit)
    assert 0 < units(fitted) <= limit
    assert units(fallback(text, limit)) <= limit
    fitted.encode()


def test_a_text_that_fits_is_not_touched() -> None:
    assert fit("🔥" * 5, 10) == "🔥" * 5
    assert fit("🔥" * 6, 10) == "🔥" * 4 + "…"
    assert fit(" \x00 ", 10) == "–"
    assert escape("a & <b>") == "a &amp; &lt;b&gt;"


def test_the_words_that_a_button_carries_read_the_same_again() -> None:
    typed = "Outlook &amp; co &lt;fail&gt; <@U0SAM0001|sam> !high #12345\nRestarted"
    button = answers.form_failed(read(typed))["blocks"][-1]["elements"][0]
    assert read(button["value"]).draft == read(typed).draft
    assert units(answers.form_failed(read("🔥" * 5_000))["blocks"][-1]["elements"][0]["value"]) <= BUTTON_VALUE


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        ({"text": "x", "blocks": []}, "0 blocks"),
        ({"text": "", "blocks": [{"type": "divider"}]}, "text is empty"),
        ({"text": "x", "blocks": [{"type": "divider"}] * 51}, "51 blocks"),
        ({"text": "x", "blocks": [{"type": "divider", "block_id": "a"}] * 2}, "a block_id is there twice"),
        ({"text": "x", "blocks": [{"type": "alert"}]}, "unknown block alert"),
        ({"text": "x", "blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}, "not plain_text"),
        ({"text": "x", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]}, "too long"),
        ({"text": "x", "blocks": [{"type": "section"}]}, "a section without text"),
        ({"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "\ud800"}}]}, "can't take"),
        ({"text": "x", "blocks": [{"type": "actions", "elements": []}]}, "0 actions"),
        ({"text": "x", "blocks": [{"type": "rich_text", "elements": []}]}, "an empty rich_text"),
        ({"type": "modal", "callback_id": "c", "title": {"type": "plain_text", "text": "x" * 25},
          "blocks": [{"type": "divider"}]}, "title is too long"),
        ({"type": "modal", "callback_id": "c", "private_metadata": "x" * 3_001, "blocks": [{"type": "divider"}]},
         "private_metadata is too long"),
    ],
)  # fmt: skip
def test_the_check_of_the_limits_bites(broken: dict[str, Any], complaint: str) -> None:
    assert any(complaint in found for found in violations(broken))
