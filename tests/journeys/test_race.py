"""M3: two hundred people press Pick Up at once, half on each platform, also with two Batons: one gets it."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.people import Caller, Identity, Profile
from core.wording import AWAY
from storage import moves, open_storage
from tests.journeys.cast import EVERYBODY, JANE, Person, crowd
from tests.journeys.house import Baton, House, house
from tests.journeys.letters import picked_up, up
from tests.journeys.players import InSlack, InTeams
from tests.journeys.processes import serving
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, alone, slack_chat
from tests.storage.rows import count, rows

CLICKERS = 200
YOURS = re.compile(r"It's (already )?yours: you picked this up")
LOST = re.compile(r"Already picked up by (\w+), (just now|\d+ s ago|\d min ago)\.")


async def meet(here: House, people: list[Person]) -> None:
    """Have everybody known before the race, so that nothing but the race itself takes time."""
    storage = await open_storage(here.database_url, lambda: None)
    account = storage.open("default")
    for person in people:
        platform, workspace, user = ("slack", here.slack.workspace.team.id, person.slack)
        if person.teams:
            platform, workspace, user = ("teams", here.teams.tenant_id, person.teams)
        caller = Caller(Identity(platform, workspace, user), person.name)
        await account.meet(caller, Profile(person.name, person.email, member=True), datetime.now(UTC))
    await storage.close()


async def clicks(here: House, person: Person, baton: Baton) -> str:
    """Somebody presses Pick Up, and a second time if Baton says that it could not be recorded, as anybody would."""
    player = InSlack(here, person, baton) if person.slack else InTeams(here, person, baton)
    finger = player.aims("claimed")
    told = await player.lets_go(finger)
    if told == AWAY:
        here.log.allow("Storage was away")
        told = await player.lets_go(finger)
    return told


async def race(here: House, people: list[Person]) -> str:
    """All of them at once, in turn at each Baton; answers the name of the one winner that everybody was told."""
    await meet(here, people)
    everybody = enumerate(people)
    batons = here.batons
    told = await asyncio.gather(
        *(clicks(here, person, batons[number // 2 % len(batons)]) for number, person in everybody)
    )
    winners = [person.name for person, sentence in zip(people, told, strict=True) if YOURS.match(sentence)]
    assert len(winners) == 1, f"{len(winners)} winners"
    names = Counter(found[1] if (found := LOST.fullmatch(sentence)) else sentence for sentence in told)
    assert names[winners[0]] == len(people) - 1, names
    return winners[0]


async def ends_with_winner(here: House, people: list[Person], winner: str) -> None:
    """One claim event, one lost one for everybody else, and every card names the winner."""
    title = "Escalation from Jane Novak: Mail is down. "
    in_slack = [InSlack(here, person) for person in people if person.slack]
    await here.ends_with(
        {
            SLACK_CARDS: [f"{title}Picked up by {winner}."],
            TEAMS_CARDS: [f"{title}Picked up by {winner}."],
            slack_chat("Jane"): [
                up("Mail is down"),
                picked_up(winner, "Mail is down"),
            ],
            **{alone(player.person.first): player.private() for player in in_slack},
        }
    )
    assert {len(player.private()) for player in in_slack} == {1}
    assert await count(here.database_url, "events WHERE name = 'claimed'", "default") == 1
    assert await count(here.database_url, "events WHERE name = 'claim_lost'", "default") == len(people) - 1


async def test_m3_two_hundred_press_at_once_and_one_wins(storage_url: str) -> None:
    people = crowd(CLICKERS)
    async with house(storage_url, people=[*EVERYBODY, *people], crowded=True) as here:
        await InSlack(here, JANE).escalates("Mail is down")
        winner = await race(here, people)
        await ends_with_winner(here, people, winner)


async def test_m3_two_processes_on_one_database_have_one_winner_between_them(postgres_url: str, tmp_path: Path) -> None:
    people = crowd(CLICKERS)
    async with AsyncExitStack() as held:
        here = House(postgres_url, [*EVERYBODY, *people])
        held.push_async_callback(here.stop)
        await here.open_the_platforms()
        served = [await held.enter_async_context(serving(tmp_path, here.environment())) for _ in range(2)]
        for one in served:
            here.face(one.url)
        await InSlack(here, JANE).escalates("Mail is down")
        winner = await race(here, people)
        await here.settled()
        assert [await one.stop() for one in served] == [0, 0]
        assert [line for one in served for line in one.log] == []
        await ends_with_winner(here, people, winner)


@pytest.fixture
def no_condition(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The write that decides, without the condition that makes it decide."""
    monkeypatch.setattr(moves, "stands", lambda _: sa.true())
    moves._steps.cache_clear()
    yield
    moves._steps.cache_clear()


async def test_without_its_condition_the_same_race_finds_more_than_one_winner(
    no_condition: None, sqlite_url: str
) -> None:
    people = crowd(10)
    # The tables would refuse a second claim even so; the condition alone is to be seen, so they forget.
    await rows(sqlite_url, "DROP INDEX uq_claims_now")
    async with house(sqlite_url, people=[*EVERYBODY, *people], crowded=True) as here:
        await InSlack(here, JANE).escalates("Mail is down")
        with pytest.raises(AssertionError, match="10 winners"):
            await race(here, people)
        with pytest.raises(AssertionError):
            await ends_with_winner(here, people, people[0].name)
