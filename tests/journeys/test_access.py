"""The table of core/access.py, row by row, on every surface: each right by the button or the words that take it."""

from collections.abc import Mapping

import pytest

from core.access import Right, may
from core.people import Role
from tests.journeys.accounts import Company, move_in, street
from tests.journeys.cast import ADA, DANA, JANE, SAM, SLACK_ROOM, TEAMS_ROOM, TOM, Person
from tests.journeys.players import InSlack, InTeams
from tests.storage.rows import count

MIA = Person("Mia Blum", teams="00000000-0000-4000-8000-000000000066")
PEOPLE = (JANE, DANA, SAM, TOM, ADA, MIA)
PROBLEMS = ("Fans stopped", "Mail is slow", "Phones are down", "Printer on fire", "Wifi is gone")
OPEN, TAKEN, HELD, HELD_TOO, OVER = PROBLEMS
NO = ("You may not ", "You are a viewer here, and this takes an engineer.")

# What is said in words, apart from roles. Each is answered with the way out by whoever may not.
SAID: Mapping[Right, str] = {
    Right.WHOAMI: "whoami",
    Right.LINK_SELF: "link me",
    Right.SEE_QUEUE: "queue",
    Right.SEE_PEOPLE: "people",
    Right.SEE_ROOMS: "rooms",
    Right.CHOOSE_ROOMS: "show-here !low",
    Right.JOIN_WORKSPACES: "link",
    Right.CHANGE_SETTINGS: "set retention 90d",
    Right.SEE_HISTORY: "audit",
}


def yes(text: str) -> bool:
    """Whether somebody was let."""
    return not text.startswith(NO) and "Only they or an admin can do that." not in text


async def set_the_scene(company: Company, player: InSlack | InTeams) -> tuple[object, object]:
    """The player holds two of five handoffs, Tom one, and one is over; answers fingers on those two's old buttons."""
    jane, tom = InSlack(company, JANE), InTeams(company, TOM)
    for problem in PROBLEMS:
        assert "Recorded" in (await jane.types(f"now {problem}")).text
    await company.settled()
    for problem in (HELD, HELD_TOO):
        assert await player.press("claimed", card=card(player, problem)) == "It's yours: you picked this up."
    fingers = player.aims("claimed", card(player, TAKEN)), player.aims("claimed", card(player, OVER))
    for problem in (TAKEN, OVER):
        assert await tom.press("claimed", card=card(tom, problem)) == "It's yours: you picked this up."
    await company.settled()
    assert await tom.press("resolved", "Restarted it", card(tom, OVER)) == "You resolved this."
    await company.settled()
    return fingers


def card(player: InSlack | InTeams, problem: str) -> object:
    """The card about this problem, as the player has it."""
    if isinstance(player, InSlack):
        return next(one for one in player.cards() if problem in one.text)
    return next(one for one in player.cards() if problem in str(one.activity["summary"]))


async def gives(player: InSlack | InTeams, role: str) -> str:
    """The player makes Dana something."""
    if isinstance(player, InSlack):
        return await player.says(f"role @dana {role}")
    return await player.says(f"role @Dana Ruiz {role}", TEAMS_ROOM, [DANA])


async def tries_all(
    company: Company, player: InSlack | InTeams, on_taken: object, on_over: object
) -> dict[Right, bool]:
    """Everything that takes a right, tried by the player."""
    room = SLACK_ROOM if isinstance(player, InSlack) else TEAMS_ROOM
    found = {right: yes(await player.says(order, room)) for right, order in SAID.items()}
    found[Right.READ_OPEN] = TAKEN in await player.reads(on_taken)
    found[Right.READ_OVER] = OVER in await player.reads(on_over)
    found[Right.CLAIM] = yes(await player.press("claimed", card=card(player, OPEN)))
    found[Right.RELEASE] = yes(await player.press("released", card=card(player, HELD)))
    found[Right.RESOLVE] = yes(await player.press("resolved", "Done", card(player, HELD_TOO)))
    found[Right.OVERRIDE] = yes(await player.press("released", card=card(player, TAKEN)))
    found[Right.GIVE_ROLES] = yes(await gives(player, "viewer"))
    found[Right.GIVE_OWNERSHIP] = yes(await gives(player, "owner"))
    if isinstance(player, InSlack):
        found[Right.ESCALATE] = "Recorded" in (await player.types("now Coffee is out")).text
        found[Right.BE_TOLD] = await told_of_what_is_aimed_at(company, player)
    return found


async def told_of_what_is_aimed_at(company: Company, player: InSlack) -> bool:
    """Whether Jane can aim an escalation at the player, and they are told."""
    jane = InSlack(company, JANE)
    before = len(player.letters())
    form = await jane.opens_form("Door is locked")
    sent = await jane.sends(form, target=player.person.slack)
    await jane.client.close_view(JANE.slack, form.id)
    await company.settled()
    told = [message.text for message in player.letters()[before:]]
    assert ("Jane Novak asks you to pick this up. Door is locked" in told) is sent.ok
    return sent.ok


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.name.lower())
@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_every_role_may_exactly_what_the_table_says(storage_url: str, platform: str, role: Role) -> None:
    # So much is said in so short a time that the platforms would slow it down.
    async with street(storage_url, people=PEOPLE, paced=False) as here:
        acme = here.acme
        await move_in(acme, SAM, TOM)
        player = InSlack(acme, ADA) if platform == "slack" else InTeams(acme, MIA)
        fingers = await set_the_scene(acme, player)
        await InTeams(acme, DANA).says("whoami")
        await acme.makes(player.person, platform, role)
        found = await tries_all(acme, player, *fingers)
        only_in_slack = set() if platform == "slack" else {Right.ESCALATE, Right.BE_TOLD}
        assert found == {right: may(role, right) for right in Right if right not in only_in_slack}
        await here.end_as_it_stands()


@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_a_setting_lets_engineers_read_what_is_over_and_nobody_below(storage_url: str, platform: str) -> None:
    async with street(storage_url, people=PEOPLE, paced=False) as here:
        acme = here.acme
        await move_in(acme, SAM, TOM)
        player = InSlack(acme, ADA) if platform == "slack" else InTeams(acme, MIA)
        _, finger = await set_the_scene(acme, player)
        over = "Already resolved by Tom Berg"
        told = await player.reads(again(finger, 1))
        assert over in told and OVER not in told
        assert "readers is engineers now" in await InSlack(acme, SAM).says("set readers engineers")
        assert OVER in await player.reads(again(finger, 2))
        await acme.makes(player.person, platform, Role.VIEWER)
        told = await player.reads(again(finger, 3))
        assert over in told and OVER not in told
        await here.end_as_it_stands()


def again(finger: object, number: int) -> object:
    """The same button, pressed once more: another gesture, and not the same one repeated."""
    assert isinstance(finger, dict)
    if "trigger_id" in finger:
        return finger | {"trigger_id": f"{finger['trigger_id']}{number}"}
    return finger | {"id": f"{finger['id']}{number}"}


async def test_whoever_had_a_part_in_it_reads_what_is_over(storage_url: str) -> None:
    async with street(storage_url, people=PEOPLE, paced=False) as here:
        acme, ada, dana, mia = here.acme, InSlack(here.acme, ADA), InSlack(here.acme, DANA), InTeams(here.acme, MIA)
        await move_in(acme, SAM, TOM)
        for player in (ada, mia):
            await player.says("whoami")
        assert "Recorded" in (await ada.types("now Mail is down @dana")).text
        await here.settled()
        # The escalator, the target, and whoever held it once; not somebody who never did.
        fingers = {player: player.aims("claimed") for player in (ada, dana, mia, InSlack(acme, JANE))}
        assert await mia.lets_go(fingers[mia]) == "It's yours: you picked this up."
        await here.settled()
        assert (await mia.press("released")).startswith("You released this.")
        await here.settled()
        assert await InTeams(acme, TOM).press("claimed") == "It's yours: you picked this up."
        await here.settled()
        assert await InTeams(acme, TOM).press("resolved", "Fixed") == "You resolved this."
        await here.settled()
        read = ["Mail is down" in await player.reads(again(finger, 1)) for player, finger in fingers.items()]
        assert read == [True, True, True, False]
        assert await count(here.database_url, "claims", await acme.account()) == 2
        await here.end_as_it_stands()
