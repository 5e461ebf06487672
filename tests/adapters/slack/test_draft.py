"""The words behind /escalate: which part is the ticket, the priority, the target, and what is left as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.draft import Draft, Way, read
from core.handoff import Priority
from core.snapshot import Snapshot


def drafted(text: str) -> Draft:
    return read(text).draft


def test_everything_at_once() -> None:
    draft = drafted("Outlook not syncing #12345 !high <@U123|sam>")
    assert draft == Draft(Snapshot("Outlook not syncing", "", "", "#12345"), Priority.HIGH, "U123", "sam")


@pytest.mark.parametrize(
    ("text", "way", "words"),
    [
        ("", Way.FORM, ""),
        ("help", Way.HELP, "help"),
        ("  HELP ", Way.HELP, "HELP"),
        ("help desk printer is broken", Way.FORM, "help desk printer is broken"),
        ("now", Way.NOW, ""),
        ("now\nOutlook", Way.NOW, "Outlook"),
        ("NOW  Outlook fails", Way.NOW, "Outlook fails"),
        ("nowhere to be found", Way.FORM, "nowhere to be found"),
    ],
)
def test_the_way(text: str, way: Way, words: str) -> None:
    command = read(text)
    assert (command.way, command.words) == (way, words)


@pytest.mark.parametrize(
    ("text", "ticket", "problem"),
    [
        ("fails #12345", "#12345", "fails"),
        ("#12345 fails", "#12345", "fails"),
        ("Ticket #12345: it fails", "#12345", "Ticket it fails"),
        ("fails ABC-123", "ABC-123", "fails"),
        ("fails #ABC-123.", "ABC-123", "fails"),
        ("fails INC0012345", "INC0012345", "fails"),
        ("fails #INC0012345", "INC0012345", "fails"),
        ("ABC-123 and #77 fail", "#77", "ABC-123 and fail"),
        ("UTF-8 and SHA-256 fail", "", "UTF-8 and SHA-256 fail"),
        ("our #1 customer", "", "our #1 customer"),
        ("error 12345", "", "error 12345"),
        ("see https://x.example/#12345", "", "see https://x.example/#12345"),
        ("Windows10 fails", "", "Windows10 fails"),
        ("fails #1234567890123", "", "fails #1234567890123"),
        ("fails #12 #34", "#12", "fails #34"),
        ("lower abc-123 case", "", "lower abc-123 case"),
    ],
)
def test_tickets(text: str, ticket: str, problem: str) -> None:
    assert drafted(text).snapshot == Snapshot(problem, "", "", ticket)


@pytest.mark.parametrize(
    ("text", "priority", "problem"),
    [
        ("!critical it burns", Priority.CRITICAL, "it burns"),
        ("it burns !LOW", Priority.LOW, "it burns"),
        ("it burns! now", Priority.NORMAL, "it burns! now"),
        ("it !burns", Priority.NORMAL, "it !burns"),
        ("wow!high", Priority.NORMAL, "wow!high"),
        ("it burns !high !low", Priority.HIGH, "it burns !low"),
    ],
)
def test_priorities(text: str, priority: Priority, problem: str) -> None:
    draft = drafted(text)
    assert (draft.priority, draft.snapshot.problem) == (priority, problem)


@pytest.mark.parametrize(
    ("text", "target", "problem"),
    [
        ("fails <@U123|sam>", "U123", "fails"),
        ("<@W9> fails", "W9", "fails"),
        ("fails @sam", "", "fails @sam"),
        ("fails <@U1|sam> <@U2|dana>", "U1", "fails @dana"),
        ("fails &lt;@U1|sam&gt;", "", "fails <@U1|sam>"),
        ("in <#C1|general>, <#C2> and <#C3|inc-123>", "", "in #general, #C2 and #inc-123"),
        ("<!channel> <!subteam^S1|@seniors>", "", "@channel @seniors"),
        ("see <https://x.example> <mailto:a@b.c|a@b.c>", "", "see https://x.example a@b.c"),
        ("a &amp;amp; b &lt;tag&gt; &amp; c", "", "a &amp; b <tag> & c"),
    ],
)
def test_targets_and_what_slack_escaped(text: str, target: str, problem: str) -> None:
    draft = drafted(text)
    assert (draft.target, draft.snapshot.problem) == (target, problem)


def test_further_lines_are_what_was_tried() -> None:
    draft = drafted("Outlook fails\nRestarted it.\n  Twice. #12345")
    assert draft.snapshot == Snapshot("Outlook fails", "Restarted it.\n  Twice.", "", "#12345")


def test_a_leading_line_break_is_no_problem() -> None:
    assert drafted("\n\nOutlook fails\nx").snapshot.problem == "Outlook fails"


@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_is_taken_and_nothing_raises(text: str) -> None:
    command = read(text)
    assert "\n" not in command.draft.snapshot.problem
    assert not any("\ud800" <= char <= "\udfff" for char in command.words)
