"""Who may what, said in chat: roles given on both platforms, why somebody can't pick up, and who can help."""

from pathlib import Path

from tests.journeys.accounts import move_in, street
from tests.journeys.cast import ADA, DANA, GUS, JANE, SAM, TEAMS_ROOM, TESS, TOM
from tests.journeys.letters import picked_up, up
from tests.journeys.players import InSlack, InTeams
from tests.journeys.processes import run
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, alone, slack_chat, teams_chat

CLAIMED = "It's yours: you picked this up."
A_VIEWER = (
    "You are a viewer here, and this takes an engineer. "
    "An admin can change that; ask Baton “whoami” to see who they are."
)
TITLE = "Escalation from Jane Novak: Mail is down."


async def test_a_guest_is_told_why_not_and_who_helps_then_is_made_engineer_and_picks_up(storage_url: str) -> None:
    async with street(storage_url) as here:
        acme, sam, gus, tom = here.acme, InSlack(here.acme, SAM), InSlack(here.acme, GUS), InTeams(here.acme, TOM)
        await move_in(acme, SAM, TOM)
        here.set_the_scene()
        await InSlack(acme, JANE).escalates("Mail is down")
        assert await gus.press("claimed") == A_VIEWER
        told = await gus.says("whoami")
        assert "Role: viewer" in told and "guest" in told and "Ask Sam Okafor or Tom Berg." in told
        assert await sam.says("role @gus engineer") == "Gus Visitor is an engineer now; before, a viewer."
        await here.settled()
        assert await gus.press("claimed") == CLAIMED
        await here.settled()
        taken = f"{TITLE} Picked up by Gus Visitor."
        await here.end_with(
            {
                SLACK_CARDS: [taken],
                TEAMS_CARDS: [taken],
                alone("Gus"): [A_VIEWER, "You are Gus Visitor.", CLAIMED],
                alone("Sam"): ["Gus Visitor is an engineer now; before, a viewer."],
                slack_chat("Gus"): ["Sam Okafor made you an engineer; before, you were a viewer."],
                slack_chat("Jane"): [up("Mail is down"), picked_up("Gus Visitor", "Mail is down")],
            }
        )
        assert tom


async def test_an_admin_gives_roles_in_teams_by_mentioning_people(storage_url: str) -> None:
    async with street(storage_url) as here:
        acme, tom, tess = here.acme, InTeams(here.acme, TOM), InTeams(here.acme, TESS)
        await move_in(acme, SAM, TOM)
        here.set_the_scene()
        said = await tom.says("role @Tess Visitor engineer", TEAMS_ROOM, [TESS])
        assert said == "Tess Visitor is an engineer now; before, a viewer."
        await here.settled()
        # An admin may not make owners, nor may an engineer make anybody anything.
        refused = await tom.says("role @Tess Visitor owner", TEAMS_ROOM, [TESS])
        assert refused == "You may not make or unmake owners; an owner can do that. Ask Sam Okafor."
        refused = await tess.says("role @Tom Berg viewer", TEAMS_ROOM, [TOM])
        assert refused.startswith("You may not give or take the roles up to admin; an admin can do that.")
        assert "Tess Visitor: engineer" in await tom.says("people")
        letters = [message.activity.get("text") or message.activity["summary"] for message in tess.letters()]
        assert "Tom Berg made you an engineer; before, you were a viewer." in letters
        note = "I've answered you in our chat."
        await here.end_with(
            {
                TEAMS_CARDS: [note] * 3,
                teams_chat("Tess"): letters,
                teams_chat("Tom"): [m.activity.get("text") or m.activity["summary"] for m in tom.letters()][1:],
            }
        )


async def test_the_default_role_of_an_account_is_what_everybody_is_whom_nobody_gave_one(storage_url: str) -> None:
    async with street(storage_url) as here:
        acme, sam, ada, dana = here.acme, InSlack(here.acme, SAM), InSlack(here.acme, ADA), InSlack(here.acme, DANA)
        await move_in(acme, SAM, TOM)
        here.set_the_scene()
        assert "Role: engineer" in await ada.says("whoami")
        await sam.says("role @dana engineer")
        assert await sam.says("set default-role viewer") == "default-role is viewer now; before, engineer."
        assert "Role: viewer" in await ada.says("whoami")
        assert "Role: engineer, given to you" in await dana.says("whoami")
        assert "No such" not in await sam.says("set default-role emperor")
        assert "engineer → viewer" in await sam.says("audit")
        await here.settled()
        await here.end_with(
            {alone("Ada"): ada.private(), alone("Dana"): dana.private(), alone("Sam"): sam.private()[2:]}
        )


async def test_a6_the_last_owner_stays_until_somebody_else_owns_the_account(storage_url: str, tmp_path: Path) -> None:
    async with street(storage_url) as here:
        acme, sam, dana = here.acme, InSlack(here.acme, SAM), InSlack(here.acme, DANA)
        await move_in(acme, SAM, TOM)
        here.set_the_scene()
        last = "This is the last owner, and an account needs one. Make somebody else owner first."
        assert await sam.says("role @sam engineer") == last
        assert await sam.says("role @sam viewer") == last
        assert "Role: owner" in await sam.says("whoami")
        assert await sam.says("role @dana owner") == "Dana Ruiz is an owner now; before, an engineer."
        assert await sam.says("role @sam engineer") == "Sam Okafor is an engineer now; before, an owner."
        assert await dana.says("role @dana admin") == last
        await here.settled()
        # The last owner leaves: nobody owns it, and whoever runs Baton names somebody.
        assert (await acme.happenings.change_user(DANA.slack, deleted=True)).status == 200
        await here.settled()
        account = await acme.account()
        assert "deactivated" in await dana.says("role @sam owner")
        who = f"slack:{acme.workspace.team.id}:{SAM.slack}"
        code, said, _ = await run(tmp_path, {"DATABASE_URL": storage_url}, "role", who, "owner", "--account", account)
        assert (code, said.strip()) == (0, "Sam Okafor is owner now, and was engineer before.")
        assert "Role: owner" in await sam.says("whoami")
        await here.settled()
        owner = "Whoever runs Baton made you an owner; before, you were an engineer."
        await here.end_with(
            {
                alone("Sam"): sam.private()[2:],
                alone("Dana"): dana.private(),
                slack_chat("Dana"): ["Sam Okafor made you an owner; before, you were an engineer."],
                slack_chat("Sam"): [owner],
            }
        )
