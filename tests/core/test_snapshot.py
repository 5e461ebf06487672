"""What a form may hold, and what is said about what it may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import wording
from core.snapshot import Field, Invalid, Reason, Snapshot, check, check_note, clean, tidy_ticket


@pytest.mark.parametrize("ticket", ["12345", "#12345", "ABC-123", "INC0012345", "#A1"])
def test_the_usual_ticket_numbers_are_taken(ticket: str) -> None:
    assert check(Snapshot("x", ticket=ticket)) == []


@pytest.mark.parametrize("ticket", ["the blue one", "#", "12 34", "A-", "https://x/1", "<!channel>", "１２３"])
def test_an_unknown_ticket_format_is_answered_at_its_field(ticket: str) -> None:
    assert check(Snapshot("x", ticket=ticket)) == [Invalid(Field.TICKET, Reason.UNKNOWN_FORMAT)]


def test_every_wrong_field_is_named_at_once() -> None:
    found = check(Snapshot("", "t" * 10_001, "c" * 101, "?"))
    assert [(one.field, one.reason) for one in found] == [
        (Field.PROBLEM, Reason.EMPTY),
        (Field.TRIED, Reason.TOO_LONG),
        (Field.CUSTOMER, Reason.TOO_LONG),
        (Field.TICKET, Reason.UNKNOWN_FORMAT),
    ]


def test_the_limits_are_the_last_lengths_that_fit() -> None:
    assert check(Snapshot("p" * 300, "t" * 10_000, "c" * 100)) == []
    assert check(Snapshot("p" * 301)) == [Invalid(Field.PROBLEM, Reason.TOO_LONG)]
    assert check_note("n" * 2_000) == []
    assert check_note("n" * 2_001) == [Invalid(Field.NOTE, Reason.TOO_LONG)]


def test_the_problem_is_one_line() -> None:
    assert check(Snapshot("one\ntwo")) == [Invalid(Field.PROBLEM, Reason.SEVERAL_LINES)]


def test_bare_digits_get_their_sign() -> None:
    assert [tidy_ticket(text) for text in (" 12345 ", "#12345", "ABC-1", "")] == ["#12345", "#12345", "ABC-1", ""]


@given(st.text(st.characters(), max_size=50))
def test_what_is_clean_can_be_stored_anywhere_and_stays_clean(text: str) -> None:
    cleaned = clean(text)
    assert "\x00" not in cleaned
    cleaned.encode()
    assert clean(cleaned) == cleaned


def test_clean_keeps_what_people_write() -> None:
    assert clean(" שלום 👩‍💻\r\n\tx\u200b ") == "שלום 👩‍💻\n\tx\u200b"


@pytest.mark.parametrize("field", list(Field))
@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_sentence(field: Field, reason: Reason) -> None:
    if reason is Reason.TOO_LONG and field in (Field.TICKET, Field.PRIORITY, Field.TARGET):
        return
    assert wording.invalid(Invalid(field, reason)).endswith(".")
