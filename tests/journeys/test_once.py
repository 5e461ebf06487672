"""What works once works once, however many come at the same time; and codes are not found by trying."""

import asyncio
from collections import Counter

import pytest

from bot.playground.slack_stand_in import Browser
from core.people import Role
from core.wording import AWAY
from tests.journeys.accounts import INSTALL, IVY, MAX, PUBLIC, ZOE, Street, code_in, move_in, street
from tests.journeys.cast import ADA, DANA, GUS, JANE, SAM, TOM, Person, StoppedClock, crowd, machine_time
from tests.journeys.players import InSlack, InTeams
from tests.storage.rows import count

AT_ONCE = 20
WRONG = "AAAA-0000"
BAD = (
    "This code doesn't work. It is mistyped, was used, is older than 10 minutes, or whoever made it may no longer use "
    "it: get a new one where it came from."
)
GUESSED = (
    "Somebody (Ada Lind) typed many link codes that don't work, and has to wait now. If that was none of you, look "
    "into it."
)


async def all_back(here: Street) -> None:
    """One browser comes back from Slack twenty times at once, to each Baton in turn: one of them installs."""
    team = here.acme.workspace.team.id
    async with here.browser() as browser, Browser({PUBLIC: here.batons[0].url}) as same:
        back = await browser.answer(await browser.asked(INSTALL), team, SAM.slack)
        same._cookies = browser._cookies
        pages = await asyncio.gather(*((browser, same)[number % 2].open(back.location) for number in range(AT_ONCE)))
        assert Counter("Baton is installed" in page.text for page in pages) == {True: 1, False: AT_ONCE - 1}
        assert Counter(page.status for page in pages) == {200: 1, 400: AT_ONCE - 1}
        assert (await browser.open(back.location)).status == 400
    exchanged = [call for call in here.slack.calls if call.method == "oauth.v2.access"]
    assert len(exchanged) == 1 and exchanged[0].ok
    assert len(await here.accounts()) == 1
    await here.end_with({})


async def test_a3_one_state_used_by_twenty_at_once_installs_once(storage_url: str) -> None:
    async with street(storage_url) as here:
        await all_back(here)


async def test_a3_one_state_used_at_two_batons_at_once_installs_once(postgres_url: str) -> None:
    async with street(postgres_url, crowded=True) as here:
        await here.start_baton()
        await all_back(here)


async def test_a_code_for_a_person_typed_by_twenty_at_once_links_one_of_them(storage_url: str) -> None:
    people = [one for one in crowd(2 * AT_ONCE) if one.teams]
    async with street(storage_url, people=[JANE, SAM, TOM, *people], crowded=True, paced=False) as here:
        await move_in(here.acme, SAM, TOM)
        players = [InTeams(here.acme, one) for one in people]
        await asyncio.gather(*(player.says("whoami") for player in players))
        here.set_the_scene()
        code = code_in(await InSlack(here.acme, SAM).says("link me"))
        told = await asyncio.gather(*(player.says(f"link {code}") for player in players))
        linked = "You are Sam Okafor here now, owner. “unlink me” undoes it."
        assert Counter(told) == {linked: 1, BAD: AT_ONCE - 1}
        assert await count(here.database_url, "identities WHERE how = 'code'", await here.acme.account()) == 1
        await here.end_as_it_stands()


async def test_a_code_for_a_workspace_typed_by_twenty_at_once_joins_one_of_three(storage_url: str) -> None:
    async with street(storage_url, crowded=True, paced=False) as here:
        acme, globex = here.acme, here.globex
        await acme.adds_to_slack(SAM)
        await acme.adds_to_teams(TOM)
        await globex.adds_to_slack(ZOE)
        await globex.adds_to_teams(IVY)
        await InSlack(globex, MAX).says("whoami")
        await globex.makes(MAX, "slack", Role.ADMIN)
        await InTeams(globex, ZOE).says("whoami")
        await globex.makes(ZOE, "teams", Role.ADMIN)
        code = code_in(await InSlack(acme, SAM).says("link"))
        in_slack, in_teams = (ZOE, MAX), (IVY, ZOE)
        players = [InTeams(acme, TOM), *(InSlack(globex, one) for one in in_slack)]
        players += [InTeams(globex, one) for one in in_teams]
        told = await asyncio.gather(*(player.says(f"link {code}") for _ in range(AT_ONCE // 5) for player in players))
        assert Counter(text.startswith("Joined: ") for text in told) == {True: 1, False: AT_ONCE - 1}
        # Whoever typed it in the account that went away at that moment is asked to try again.
        here.log.allow("Storage was away when somebody spoke to Baton in Teams")
        assert {text for text in told if not text.startswith("Joined: ")} <= {BAD, AWAY}
        accounts = [await company.account(platform) for company in (acme, globex) for platform in ("slack", "teams")]
        assert sorted(Counter(accounts).values()) == [1, 1, 2]
        assert accounts.count(accounts[0]) == 2
        await here.end_as_it_stands()


@pytest.fixture
def clock() -> StoppedClock:
    """A clock that begins when the machine's stands: installations are dated by that."""
    stopped = StoppedClock()
    stopped.move_to(machine_time())
    return stopped


async def test_a2_guessing_codes_is_slowed_then_locked_and_told_to_the_admins(
    storage_url: str, clock: StoppedClock
) -> None:
    async with street(storage_url, clock=clock) as here:
        await move_in(here.acme, SAM, TOM)
        here.set_the_scene()
        ada, jane, tom = InSlack(here.acme, ADA), InSlack(here.acme, JANE), InTeams(here.acme, TOM)
        for number in range(5):
            assert await ada.says(f"link {WRONG[:-1]}{number}") == BAD
        wait = "Too many codes were typed here. Try again in 2 min. The admins are told."
        assert await ada.says(f"link {WRONG}") == wait
        # A good one is refused as well: who guesses learns nothing by trying on.
        code = code_in(await jane.says("link me"))
        assert await ada.says(f"link {code}") == wait
        await here.settled()
        clock.move(minutes=2)
        assert await ada.says(f"link {WRONG}") == BAD
        assert await ada.says(f"link {WRONG}") == wait
        # Others go on; Jane's code is still good where it is typed rightly.
        assert (await tom.says(f"link {code}")).startswith("You are Jane Novak here now")
        assert "too many link codes typed" in await InSlack(here.acme, SAM).says("audit")
        await here.settled()
        # Tom is Jane in Teams now, and no admin there any more than she is.
        told = [message.text for message in InSlack(here.acme, SAM).letters()]
        assert told.count(GUESSED) == 1
        assert [m.activity.get("summary") for m in tom.letters()].count(GUESSED) == 1
        await here.end_as_it_stands()


async def test_a2_many_who_guess_together_are_locked_out_together(storage_url: str, clock: StoppedClock) -> None:
    async with street(storage_url, clock=clock, paced=False) as here:
        await move_in(here.acme, SAM, TOM)
        # The code that joined the two halves was typed as well, and has its place back by now.
        clock.move(minutes=10)
        here.set_the_scene()
        guessers: tuple[Person, ...] = (ADA, JANE, DANA, GUS)
        for one in guessers:
            for _ in range(5):
                assert await InSlack(here.acme, one).says(f"link {WRONG}") == BAD
        sam, tom = InSlack(here.acme, SAM), InTeams(here.acme, TOM)
        code = code_in(await sam.says("link me"))
        told = "Too many codes were typed here. Try again in 3 min. The admins are told."
        assert await tom.says(f"link {code}") == told
        clock.move(minutes=3)
        assert (await tom.says(f"link {code}")).startswith("You are Sam Okafor here now, owner.")
        await here.end_as_it_stands()
