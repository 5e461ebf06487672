"""A1: from one company, everything that can be sent with the ids of another, told apart from ids that never were."""

import json
import random
import statistics
import time
from typing import Any

import pytest

from core.wording import UNKNOWN
from storage import opened
from tests.journeys.accounts import IVY, MAX, ZOE, Street, code_in, move_in, street
from tests.journeys.cast import SAM, SLACK_ROOM, TEAMS_ROOM, TOM
from tests.journeys.naming import ACTS, NEVER_WERE, Act, Ids, clicked, of_acme, pressed
from tests.journeys.players import InSlack, InTeams
from tests.journeys.transcript import failed_calls

ROUNDS = 40
ALIKE = 0.4
# Not among the mixtures: what says "show it here" about a channel of one's own is meant to be done.
HARMLESS = [name for name in ACTS if name not in ("resolved in Slack", "aimed at")]


async def everything_of(here: Street, account: str) -> Any:
    """Every row of an account."""
    async with opened(here.database_url) as storage:
        return await storage.open(account).export()


def without(answer: Any, ids: Ids) -> str:
    """An answer without the ids that it was asked with, and without what differs from one asking to the next."""
    text = json.dumps(answer, sort_keys=True, default=str)
    for name in ids.__slots__:
        text = text.replace(getattr(ids, name), f"<{name}>")
    return text


async def next_door(here: Street) -> Ids:
    """Both companies moved in, each with a handoff of its own; answers the ids of Acme. That sets the scene."""
    await move_in(here.acme, SAM, TOM)
    await move_in(here.globex, ZOE, IVY)
    await InSlack(here.globex, MAX).escalates("Printer on fire")
    await InTeams(here.globex, IVY).press("claimed")
    await here.settled()
    found = await of_acme(here)
    here.set_the_scene()
    return found


LOOK_UPS = {
    "slack users.info: user_not_found",
    "slack conversations.info: channel_not_found",
    # A letter to somebody who is nobody.
    "slack chat.postMessage: channel_not_found",
    "teams members: MemberNotFoundInConversation",
}


async def ends(here: Street) -> None:
    """The end of such a play: nothing failed but looking up what nobody is, and nobody at Acme read a word of it."""
    failed = [*failed_calls(here.slack, here.teams)]
    failed += [call for call in failed_calls(here.slack, here.other_teams) if call.startswith("teams")]
    assert set(failed) <= LOOK_UPS
    here.log.allow("is given up in slack:.*: channel_not_found")
    await here.end_as_it_stands(failed=failed)
    assert here.said_since()[0] == {}


async def test_a1_ids_of_another_account_are_answered_as_ids_that_never_were_and_nothing_is_written(
    storage_url: str,
) -> None:
    async with street(storage_url, paced=False) as here:
        theirs, globex = await next_door(here), here.globex
        account = await here.acme.account()
        before = await everything_of(here, account)
        for name, act in ACTS.items():
            real, never = await act(globex, theirs), await act(globex, NEVER_WERE)
            assert without(real, theirs) == without(never, NEVER_WERE), name
        await here.settled()
        assert await everything_of(here, account) == before
        await ends(here)


@pytest.mark.parametrize("seed", range(3))
async def test_a1_whatever_mixture_of_ids_is_sent_writes_nothing_next_door(storage_url: str, seed: int) -> None:
    chance = random.Random(seed)
    async with street(storage_url, paced=False) as here:
        theirs, globex = await next_door(here), here.globex
        account = await here.acme.account()
        before = await everything_of(here, account)
        for _ in range(40):
            pairs = zip(fields(theirs), fields(NEVER_WERE), strict=True)
            mixed = Ids(*(bent(chance, *pair) for pair in pairs))
            await ACTS[chance.choice(HARMLESS)](globex, mixed)
        await here.settled()
        assert await everything_of(here, account) == before
        await ends(here)


def fields(ids: Ids) -> list[str]:
    return [getattr(ids, name) for name in Ids.__slots__]


def bent(chance: random.Random, real: str, never: str) -> str:
    """An id as it is, one that never was, or a shape between the two or beside them."""
    cut = chance.randrange(len(real))
    beside = (real[:cut], real.swapcase(), f" {real}", real[:cut] + never[cut:], f"{real}'--", real * 2)
    return chance.choice((real, real, real, never, *beside))


async def test_a1_the_same_room_of_another_company_is_another_room(storage_url: str) -> None:
    """Both have a channel of the same id: what happens to one of them is nothing to the other."""
    async with street(storage_url, paced=False) as here:
        await next_door(here)
        account = await here.acme.account()
        before = await everything_of(here, account)
        globex = here.globex
        await globex.adds_to_teams(IVY, None)
        await globex.happenings.archive(SLACK_ROOM, ZOE.slack)
        await globex.baton.teams.delete_channel(IVY.teams, TEAMS_ROOM)
        await globex.baton.teams.uninstalled(IVY.teams, TEAMS_ROOM)
        await here.settled()
        await globex.happenings.uninstall()
        await here.settled()
        assert await everything_of(here, account) == before
        assert here.said_since()[0] == {}
        assert "#escalations (Slack)" in await InSlack(here.acme, SAM).says("rooms")
        await here.end_as_it_stands()


async def test_a1_a_code_for_a_person_stays_good_where_it_is_for_whoever_types_it_elsewhere(storage_url: str) -> None:
    async with street(storage_url, paced=False) as here:
        await next_door(here)
        account = await here.acme.account()
        code = code_in(await InSlack(here.acme, SAM).says("link me"))
        before = await everything_of(here, account)
        for player in (InSlack(here.globex, MAX), InTeams(here.globex, IVY)):
            told = await player.says(f"link {code}")
            assert told.startswith("This code is for a person in another account.") and "Acme" not in told
        assert await everything_of(here, account) == before
        assert (await InTeams(here.acme, TOM).says(f"link {code}")).startswith("You are Sam Okafor here now")
        await here.end_as_it_stands()


TIMED = {"in Slack": clicked("claimed"), "in Teams": pressed("claimed")}


@pytest.mark.parametrize("act", TIMED.values(), ids=TIMED)
async def test_a1_not_yours_takes_as_long_as_not_there(storage_url: str, act: Act) -> None:
    async with street(storage_url, paced=False, crowded=True) as here:
        theirs, globex = await next_door(here), here.globex
        took: dict[Ids, list[float]] = {theirs: [], NEVER_WERE: []}
        for number in range(2 * ROUNDS):
            # Each goes first as often as the other, and what a first time costs is nobody's.
            for ids in (theirs, NEVER_WERE) if number % 2 else (NEVER_WERE, theirs):
                began = time.perf_counter()
                assert UNKNOWN in str(await act(globex, ids))
                took[ids].append(time.perf_counter() - began)
        first, second = (statistics.median(times[4:]) for times in took.values())
        assert abs(first - second) < ALIKE * max(first, second)
        await ends(here)
