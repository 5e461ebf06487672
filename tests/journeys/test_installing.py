"""Baton comes to a company: installed in Slack by OAuth, in Teams by its store, and the two halves joined by a code."""

import asyncio

from bot.playground.slack_stand_in import Channel, Enterprise, Team, User
from tests.journeys.accounts import (
    BACK,
    INSTALL,
    IVY,
    MAX,
    ZOE,
    Street,
    code_in,
    move_in,
    street,
)
from tests.journeys.cast import DANA, JANE, SAM, TEAMS_ROOM, TOM, seat
from tests.journeys.letters import picked_up, up
from tests.journeys.players import InSlack, InTeams
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, alone, slack_chat, teams_chat

OFFER = (
    "Baton is here. Shall escalations be shown in this room, with a button to pick them up? An admin can press the "
    "button, or say “show-here”."
)
SHOWN_IN_SLACK = "From now on escalations are shown in #escalations: everything."
SHOWN_IN_TEAMS = "From now on escalations are shown in Escalations: everything."
JOINED = (
    "Support was joined to Acme Support by Tom Berg. Its people see escalations and pick them up. "
    "“unlink Support” undoes it."
)
TITLE = "Escalation from Jane Novak: Mail is down."
CLAIMED = "It's yours: you picked this up."


async def test_a_fresh_company_installs_both_joins_them_and_hands_off_across(storage_url: str) -> None:
    async with street(storage_url) as here:
        acme = here.acme
        sam, jane, tom = InSlack(acme, SAM), InSlack(acme, JANE), InTeams(acme, TOM)

        page = await acme.adds_to_slack(SAM)
        assert page.status == 200 and "Baton is installed" in page.text and "Acme Support" in page.text
        assert all(step in page.text for step in ("/invite @Baton", "/baton show-here", "/baton link", "slack://app"))
        assert "owner" in await sam.says("whoami")
        assert await sam.says("show-here") == SHOWN_IN_SLACK

        await acme.adds_to_teams(TOM)
        # It is asked in the background; said before that, show-here would leave nothing to ask.
        await acme.teams.wait_until(lambda: [message for message in acme.teams.messages if message.by_bot], 20)
        assert "owner" in await tom.says("whoami")
        assert await tom.says("show-here", TEAMS_ROOM) == SHOWN_IN_TEAMS
        assert await acme.account("slack") != await acme.account("teams")

        code = code_in(await sam.says("link"))
        joined = (
            "Joined: Support now belongs to the account Acme Support, by a code of Sam Okafor's. "
            "You are Tom Berg there, admin. “unlink Support” undoes it."
        )
        assert await tom.says(f"link {code}") == joined
        assert await acme.account("slack") == await acme.account("teams")

        await jane.escalates("Mail is down")
        assert await tom.press("claimed") == CLAIMED
        await InSlack(acme, JANE).sees("Picked up by Tom Berg")
        taken = f"{TITLE} Picked up by Tom Berg."
        assert not [call for call in here.slack.calls if call.team == here.next_door.team.id]
        assert not here.other_teams.calls
        await here.end_with(
            {
                SLACK_CARDS: [taken],
                TEAMS_CARDS: [OFFER, SHOWN_IN_TEAMS, taken],
                alone("Sam"): sam.private(),
                slack_chat("Sam"): [JOINED],
                slack_chat("Jane"): [up("Mail is down"), picked_up("Tom Berg", "Mail is down")],
                teams_chat("Tom"): [tom.letters()[0].activity["text"], joined],
            }
        )


async def test_a_second_company_beside_it_sees_nothing_and_its_own_handoff_runs(storage_url: str) -> None:
    async with street(storage_url) as here:
        acme, globex = here.acme, here.globex
        await asyncio.gather(move_in(acme, SAM, TOM), move_in(globex, ZOE, IVY))
        assert await acme.account() != await globex.account()
        here.set_the_scene()
        before = theirs(here)

        await InSlack(acme, JANE).escalates("Mail is down")
        assert await InTeams(acme, TOM).press("claimed") == CLAIMED
        await here.settled()
        assert theirs(here) == before

        await InSlack(globex, MAX).escalates("Printer on fire")
        assert await InTeams(globex, IVY).press("claimed") == CLAIMED
        await here.settled()
        assert "Nothing waits" in await InSlack(acme, SAM).says("queue")
        assert "Nothing waits" in await InSlack(globex, ZOE).says("queue")
        assert "Zoe" not in await InSlack(acme, SAM).says("people")
        ours = f"{TITLE} Picked up by Tom Berg."
        of_globex = "Escalation from Max Stone: Printer on fire. Picked up by Ivy Lake."
        await here.end_with(
            {
                SLACK_CARDS: [ours],
                TEAMS_CARDS: [ours],
                alone("Sam"): ["Nothing waits to be picked up.", "The people of this account:"],
                slack_chat("Jane"): [up("Mail is down"), picked_up("Tom Berg", "Mail is down")],
            },
            {
                SLACK_CARDS: [of_globex],
                TEAMS_CARDS: [of_globex],
                alone("Zoe"): ["Nothing waits to be picked up."],
                slack_chat("Max"): [up("Printer on fire"), picked_up("Ivy Lake", "Printer on fire")],
            },
        )


def theirs(here: Street) -> tuple[int, int]:
    """How often Globex's Slack and its Teams were called."""
    in_slack = [call for call in here.slack.calls if call.team == here.next_door.team.id]
    return len(in_slack), len(here.other_teams.calls)


async def test_a_person_of_both_platforms_is_one_person_after_joining(storage_url: str) -> None:
    async with street(storage_url) as here:
        await move_in(here.acme, SAM, TOM)
        here.set_the_scene()
        in_slack, in_teams = InSlack(here.acme, DANA), InTeams(here.acme, DANA)
        await in_slack.says("whoami")
        assert "linked by the same e-mail address" in await in_teams.says("whoami")
        told = await in_slack.says("whoami")
        assert "Slack (here)" in told and "Teams: " in told
        await here.end_with(
            {
                alone("Dana"): ["You are Dana Ruiz."] * 2,
                teams_chat("Dana"): [message.activity["text"] for message in in_teams.letters()],
            }
        )


async def test_a_workspace_with_handoffs_of_its_own_is_not_joined_and_the_way_out_is_said(storage_url: str) -> None:
    async with street(storage_url) as here:
        acme, globex = here.acme, here.globex
        await acme.adds_to_slack(SAM)
        await globex.adds_to_slack(ZOE)
        zoe, sam = InSlack(globex, ZOE), InSlack(acme, SAM)
        await zoe.types("now Printer on fire")
        await here.settled()
        refused = await zoe.says(f"link {code_in(await sam.says('link'))}")
        assert "histories are never merged" in refused and "baton account export" in refused
        assert await acme.account() != await globex.account()
        # The other way round it goes, as that is what the words say.
        assert (await sam.says(f"link {code_in(await zoe.says('link'))}")).startswith("Joined: Acme Support")
        assert await acme.account() == await globex.account()
        await here.settled()
        told = JOINED.replace("Acme Support", "Globex").replace("Tom Berg", "Sam Okafor")
        told = told.replace("Support was", "Acme Support was").replace("unlink Support", "unlink Acme Support")
        letters = InSlack(globex, ZOE).letters()
        await here.end_with(
            {alone("Sam"): sam.private()},
            {alone("Zoe"): zoe.private(), slack_chat("Zoe"): [message.text for message in letters]},
        )
        assert told in [message.text for message in letters]


async def test_joining_is_undone_by_either_side_and_each_has_its_own_account_again(storage_url: str) -> None:
    async with street(storage_url) as here:
        await move_in(here.acme, SAM, TOM)
        here.set_the_scene()
        tom, sam, jane = InTeams(here.acme, TOM), InSlack(here.acme, SAM), InSlack(here.acme, JANE)
        await jane.escalates("Mail is down")
        assert "Support (Teams)" in await sam.says("unlink")
        undone = await tom.says("unlink Support")
        assert undone.startswith("Support has an account of its own again")
        await here.settled()
        assert await here.acme.account("slack") != await here.acme.account("teams")
        assert "owner" in await tom.says("whoami")
        assert "Nothing waits" in await tom.says("queue")
        # The card that hangs in Teams is of another account now.
        assert await tom.press("claimed") == "Baton doesn't know this handoff. It may have been removed."
        assert "Mail is down" in await sam.says("queue")
        await here.settled()
        said_in_teams = [message.activity.get("text") or message.activity["summary"] for message in tom.letters()]
        told = [message.text for message in sam.letters()]
        assert told[1:] == ["Support was parted from this account by Tom Berg. It has one of its own again."]
        await here.end_with(
            {
                SLACK_CARDS: [f"{TITLE} Normal priority, waiting to be picked up."],
                TEAMS_CARDS: [f"{TITLE} Normal priority, waiting to be picked up."],
                slack_chat("Jane"): [up("Mail is down")],
                slack_chat("Sam"): told[1:],
                alone("Sam"): sam.private()[2:],
                teams_chat("Tom"): said_in_teams[1:],
            }
        )


async def test_an_installation_for_a_whole_enterprise_is_one_account_of_all_its_workspaces(storage_url: str) -> None:
    async with street(storage_url) as here:
        big = Enterprise()
        north = here.slack.add_team(Team("T0NORTH01", "North", "north"), enterprise=big)
        south = here.slack.add_team(Team("T0SOUTH01", "South", "south"), enterprise=big)
        seat(north, [ZOE])
        south.add_user(User(MAX.slack, "max", MAX.name, MAX.email))
        south.add_channel(Channel("C0SOUTH001", "south"))
        async with here.browser() as browser:
            assert "Big Corporation" in (await browser.install(INSTALL, big.id, ZOE.slack)).text
        zoe = InSlack(here.company(north, here.other_teams), ZOE)
        client = here.company(south, here.other_teams).baton.slack
        assert "owner" in await zoe.says("whoami")
        assert await zoe.says("show-here") == SHOWN_IN_SLACK
        assert "Recorded" in (await client.command(MAX.slack, "/escalate", "now Mail is down", "C0SOUTH001")).text
        await here.settled()
        assert await zoe.press("claimed") == CLAIMED
        await here.settled()
        assert [card.text for card in zoe.cards()] == [
            f"{TITLE.replace('Jane Novak', 'Max Stone')} Picked up by Zoe Hart."
        ]
        letters = [message.text for message in south.visible_to(MAX.slack, south.direct(MAX.slack).id)]
        assert letters == [up("Mail is down"), picked_up("Zoe Hart", "Mail is down")]
        assert len(await here.accounts()) == 1
        await here.end_with({})


async def test_an_installation_ends_in_words_whatever_goes_wrong(sqlite_url: str) -> None:
    async with street(sqlite_url) as here:
        team = here.acme.workspace.team.id
        async with here.browser() as browser:
            denied = await browser.install(INSTALL, team, SAM.slack, allow=False)
            assert denied.status == 200 and "You chose not to allow it" in denied.text
        async with here.browser() as browser, here.browser() as another:
            back = await browser.answer(await browser.asked(INSTALL), team, SAM.slack)
            assert "This browser is not the one" in (await another.open(back.location)).text
            assert "Baton is installed" in (await browser.open(back.location)).text
            # Slack's code was used, and so was the state: opened once more it does nothing.
            assert (await browser.open(back.location)).status == 400
            for query in ("", "?state=x", "?code=<script>&state=<script>", "?error=<script>alert(1)</script>"):
                page = await browser.open(BACK + query)
                assert page.status in (200, 400) and "<script>" not in page.text
        assert len(await here.accounts()) == 1
        await here.end_with({})
