"""Yesterday's records are put back under today's cards: every button answers in words, and nothing is mixed up."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from core.wording import UNKNOWN
from storage.engine import sqlite_file
from tests.journeys import invariants
from tests.journeys.cast import JANE, SAM, TOM
from tests.journeys.house import house
from tests.journeys.letters import picked_up, up
from tests.journeys.players import InSlack, InTeams
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, alone, slack_chat
from tests.storage.rows import rows

OLDER, NEWER, LATEST = "Mail is down", "Disk is full", "Printer is on fire"


def card(problem: str, standing: str = "Normal priority, waiting to be picked up.") -> str:
    return f"Escalation from Jane Novak: {problem}. {standing}"


def back_up(file: Path, copy: Path) -> None:
    """A copy of the file while Baton runs, as docs/operating.md says."""
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


async def known(url: str) -> set[str]:
    """The ids of every handoff there."""
    return {found for (found,) in await rows(url, "SELECT id FROM handoffs", invariants.ACCOUNT)}


async def test_l22_buttons_of_cards_that_the_restored_records_do_not_know_answer_in_words(
    sqlite_url: str, tmp_path: Path
) -> None:
    file = sqlite_file(sqlite_url)
    assert file is not None
    async with house(sqlite_url) as here:
        jane, sam, tom = InSlack(here, JANE), InSlack(here, SAM), InTeams(here, TOM)
        await jane.escalates(OLDER)
        older = sam.card()
        back_up(file, tmp_path / "yesterday.db")
        assert await sam.press("claimed") == "It's yours: you picked this up."
        await jane.escalates(NEWER)
        newer = sam.card(), tom.card()
        lost = await known(sqlite_url)
        await here.stop_baton()
        shutil.copy(tmp_path / "yesterday.db", file)
        await here.start_baton()
        assert len(lost - await known(sqlite_url)) == 1
        # The newer handoff was never heard of; the older one has not been picked up yet.
        assert await sam.press("claimed", card=newer[0]) == UNKNOWN
        assert await tom.press("claimed", card=newer[1]) == UNKNOWN
        assert await sam.press("released", card=older) == "Nobody has picked this up yet. Pick it up first."
        # What happens from now on is right: the same problem once more is another handoff, under an id of its own.
        await jane.escalates(LATEST)
        assert len(await known(sqlite_url) - lost) == 1
        assert await tom.press("claimed") == "It's yours: you picked this up."
        held = card(LATEST, "Picked up by Tom Berg.")
        await here.ends_with(
            {
                # Nobody corrects what nobody knows any more.
                SLACK_CARDS: [card(OLDER, "Picked up by Sam Okafor."), card(NEWER), held],
                TEAMS_CARDS: [card(OLDER, "Picked up by Sam Okafor."), card(NEWER), held],
                slack_chat("Jane"): [
                    up(OLDER),
                    picked_up("Sam Okafor", OLDER),
                    up(NEWER),
                    up(LATEST),
                    picked_up("Tom Berg", LATEST),
                ],
                alone("Sam"): sam.private(),
            }
        )
