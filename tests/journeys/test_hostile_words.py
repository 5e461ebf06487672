"""What people type into fields and names, and how often: M9, M10 and the pace of M19."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.playground.slack_stand_in import View
from core.wording import SLOW_DOWN
from tests.journeys.cast import DANA, EVERYBODY, JANE, SAM, TOM, Person, StoppedClock
from tests.journeys.house import House, house
from tests.journeys.players import InSlack, InTeams
from tests.journeys.transcript import alone, transcript, words_of
from tests.storage.rows import rows

MALICE = (
    "<!channel> <@U0SAM0001> <https://a.example|b> [x](javascript:alert) <at>Dana</at> {{DATE(2020-01-01T00:00:00Z)}}"
)
MALLORY = Person("*Mallory* <!here> [y](http://evil.example)", slack="U0MAL0001")


def parts(drawn: Any) -> Iterator[dict[str, Any]]:
    """Every object in a message."""
    if isinstance(drawn, dict):
        yield drawn
        for inner in drawn.values():
            yield from parts(inner)
    elif isinstance(drawn, list):
        for inner in drawn:
            yield from parts(inner)


def nothing_fires_in_slack(here: House) -> None:
    """Typed words stand in plain text or in rich text's text elements; in mrkdwn and ``text`` they are escaped."""
    for message in here.slack.messages:
        said = [message.text] + [part["text"] for part in parts(message.blocks) if part.get("type") == "mrkdwn"]
        fires = [found for text in said for found in re.findall(r"<[^>]*>", text) if not found.startswith("<!date^")]
        assert fires == []
        kinds = {part.get("type") for part in parts(message.blocks)}
        assert not kinds & {"user", "usergroup", "broadcast", "link", "channel"}


def nothing_fires_in_teams(here: House) -> None:
    """Typed words stand in text runs, which know no Markdown; no mention, no link, no date of theirs."""
    for message in here.teams.messages:
        assert "entities" not in message.activity
        for part in parts(message.activity):
            if part.get("type") == "TextBlock":
                assert not any(word in part["text"] for word in ("javascript", "evil", "channel", "2020"))
            if part.get("type") == "TextRun":
                assert "{{" not in part["text"] and not re.search("</?at>", part["text"])
            assert "](" not in str(part.get("fallbackText", "")).replace("\\]\\(", "")


async def test_m9_nothing_that_people_type_fires_on_any_surface(storage_url: str) -> None:
    async with house(storage_url, people=[*EVERYBODY, MALLORY]) as here:
        mallory, sam, tom = InSlack(here, MALLORY), InSlack(here, SAM), InTeams(here, TOM)
        form = await mallory.opens_form()
        sent = await mallory.sends(
            form, problem=MALICE, tried=f"{MALICE}\n{MALICE}", customer="<!everyone> [c](x)", target=DANA.slack
        )
        assert sent.view is not None and "<!channel>" in words_of(sent.view.content["blocks"])
        await here.settled()
        assert await tom.press("claimed") == "It's yours: you picked this up."
        await here.settled()
        assert (await sam.press("released")).startswith("Tom Berg picked this up")
        assert await tom.press("resolved", MALICE) == "You resolved this."
        await here.settled()
        # It all can be read, as it was typed.
        for card in (words_of(sam.card().blocks), words_of(tom.card().card).replace("\u200b", "")):
            assert card.count("<!channel>") >= 3 and "[x](javascript:alert)" in card and "{{DATE(2020" in card
        nothing_fires_in_slack(here)
        nothing_fires_in_teams(here)
        await here.ends_with(transcript(here.slack, here.teams))


async def past_the_client(player: InSlack, form: View, **fields: str) -> str:
    """Send a form as a client would that counts differently, or does not count; answers what Baton did with it."""
    player.client.fill_in(player.person.slack, form.id, fields)
    reply = await player.client.deliver("interactive", player.client.submit_payload(player.person.slack, form.id))
    return str(reply.body["response_action"])


PROBLEM = "ש" * 140 + "👩" * 150
LONG = {
    "3,000 characters": "word " * 600,
    "10,000 characters": "x" * 10_000,
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 300,
    "right to left": "שלום עולם مرحبا بالعالم " * 100,
    "zero width": "a\u200bb\u200dc\ufeff" * 500,
    "line feeds": "a\n" * 2000,
}


@pytest.mark.parametrize("tried", LONG.values(), ids=LONG)
async def test_m10_long_and_strange_words_make_valid_cards_and_are_kept_whole(sqlite_url: str, tried: str) -> None:
    async with house(sqlite_url) as here:
        jane, sam, tom = InSlack(here, JANE), InSlack(here, SAM), InTeams(here, TOM)
        form = await jane.opens_form()
        assert await past_the_client(jane, form, problem=PROBLEM, tried=tried, customer="\u200b\u202eacme") == "update"
        await here.settled()
        await sam.press("claimed")
        await here.settled()
        await sam.press("resolved", tried[:1500])
        await here.settled()
        [(kept,)] = await rows(sqlite_url, "SELECT tried FROM handoffs", "default")
        assert kept == tried.strip()
        for card in (words_of(sam.card().blocks), words_of(tom.card().card)):
            assert tried[:20].strip() in card
            assert "…" in card
        await here.ends_with(transcript(here.slack, here.teams))


async def test_m10_what_no_database_takes_is_left_out_and_what_is_too_long_is_refused(storage_url: str) -> None:
    async with house(storage_url) as here:
        jane = InSlack(here, JANE)
        form = await jane.opens_form("Mail is down")
        refused = await jane.sends(form, tried="x" * 50_000)
        assert refused.error == "client"
        assert await past_the_client(jane, form, tried="x" * 50_000) == "errors"
        assert form.open and "x" * 50_000 in str(form.values)
        strange = {"problem": "a\x00b\ud800c", "tried": "\udfff\x07 d\x00"}
        assert await past_the_client(jane, form, **strange) == "update"
        await here.settled()
        assert await rows(here.database_url, "SELECT problem, tried FROM handoffs", "default") == [("abc", "d")]
        await here.ends_with(transcript(here.slack, here.teams))


async def test_m19_one_person_in_a_loop_is_told_to_slow_down_and_nobody_else(storage_url: str) -> None:
    clock = StoppedClock()
    async with house(storage_url, clock=clock, crowded=True) as here:
        jane, sam = InSlack(here, JANE), InSlack(here, SAM)
        await jane.types("now Mail is down")
        told = await asyncio.gather(*(jane.types("now Mail is down") for _ in range(99)), sam.types("now Fire"))
        # The receipts of one command may stand among those of another: they all are Jane's.
        assert sum("Recorded" in text for text in jane.private()) == 20
        assert sum(SLOW_DOWN in text for text in jane.private()) == 80
        assert "Recorded" in told[-1].text
        await here.settled()
        clock.move(minutes=1)
        assert "Recorded" in (await jane.types("now Mail is down")).text
        await here.settled()
        messages = transcript(here.slack, here.teams)
        assert [len(messages[place]) for place in ("Slack room", "Teams room", "Jane in Slack")] == [22, 22, 21]
        assert len(messages[alone("Jane")]) == 101
        await here.ends_with(messages)
