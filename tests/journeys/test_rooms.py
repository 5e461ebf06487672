"""Where escalations are shown: several rooms by priority, private ones, offers, rooms that were lost and replaced."""

from collections.abc import Awaitable, Callable

import pytest

from bot.playground import slack_stand_in, teams_stand_in
from tests.journeys.accounts import Company, move_in, street
from tests.journeys.cast import ADA, DANA, JANE, SAM, SLACK_ROOM, TEAMS_ROOM, TOM
from tests.journeys.letters import up
from tests.journeys.players import InSlack, InTeams
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, alone, slack_chat, teams_chat

URGENT, SECRET = "C0URGENT01", "G0SECRET01"
OFFER = (
    "Baton is here. Shall escalations be shown in this room, with a button to pick them up? An admin can press the "
    "button, or say “show-here”."
)
ASK = "You may not choose which rooms show escalations; an admin can do that. Ask Sam Okafor or Tom Berg."


def card(problem: str, priority: str = "Normal") -> str:
    """A card that nobody has picked up."""
    return f"Escalation from Jane Novak: {problem}. {priority} priority, waiting to be picked up."


async def test_rooms_of_one_account_show_what_they_were_chosen_for(storage_url: str) -> None:
    async with street(storage_url) as here:
        acme, sam, jane = here.acme, InSlack(here.acme, SAM), InSlack(here.acme, JANE)
        await move_in(acme, SAM, TOM)
        acme.workspace.add_channel(slack_stand_in.Channel(URGENT, "urgent"))
        acme.workspace.add_channel(slack_stand_in.Channel(SECRET, "secret", is_private=True, members={SAM.slack}))
        here.set_the_scene()
        assert await sam.says("show-here !high", URGENT) == (
            "From now on escalations are shown in #urgent: high priority and above."
        )
        assert await sam.says("show-here", SECRET) == "From now on escalations are shown in #secret: everything."
        listed = await sam.says("rooms", URGENT)
        assert "#urgent (Slack): high priority and above" in listed and "#secret (Slack): everything" in listed

        await jane.escalates("Mail is slow")
        await jane.escalates("Mail is down !critical")
        assert [message.text for message in sam.cards(URGENT)] == [card("Mail is down", "Critical")]
        assert await sam.says("hide-here", SECRET) == (
            "From now on nothing new is shown in #secret. Cards that hang there are kept true."
        )
        assert "No escalations are shown here" in await sam.says("hide-here", SECRET)
        await jane.escalates("Mail is back !high")
        assert await InTeams(acme, TOM).press("claimed") == "It's yours: you picked this up."
        await here.settled()
        everywhere = [card("Mail is slow"), card("Mail is down", "Critical")]
        taken = "Escalation from Jane Novak: Mail is back. Picked up by Tom Berg."
        told = ["Mail is slow", "Mail is down", "Mail is back"]
        await here.end_with(
            {
                SLACK_CARDS: [*everywhere, taken],
                TEAMS_CARDS: [*everywhere, taken],
                "#urgent": [card("Mail is down", "Critical"), taken],
                "#secret": everywhere,
                alone("Sam"): [
                    "From now on escalations are shown in #urgent: high priority and above.",
                    "From now on escalations are shown in #secret: everything.",
                    "Escalations are shown in:",
                    "From now on nothing new is shown in #secret. Cards that hang there are kept true.",
                    "No escalations are shown here; nothing was changed.",
                ],
                slack_chat("Jane"): [*map(up, told), "Tom Berg picked up your escalation. Mail is back"],
            }
        )


async def test_a_channel_that_baton_is_not_in_and_a_chat_of_two_can_show_nothing(sqlite_url: str) -> None:
    async with street(sqlite_url) as here:
        acme, sam = here.acme, InSlack(here.acme, SAM)
        await acme.adds_to_slack(SAM)
        outside = slack_stand_in.Channel(URGENT, "urgent", bot_is_member=False)
        hidden = slack_stand_in.Channel(SECRET, "secret", bot_is_member=False, is_private=True)
        for channel in (outside, hidden):
            acme.workspace.add_channel(channel)
            assert "Baton is not in this room" in await sam.says("show-here", channel.id)
        chat = acme.workspace.direct(SAM.slack).id
        assert "here is none" in await sam.says("show-here", chat)
        assert "No room shows escalations yet" in await sam.says("rooms")
        told = {alone("Sam"): [message.text for message in sam.alone_everywhere()]}
        await here.end_with(told, failed=["slack conversations.info: channel_not_found"])


async def test_being_added_to_a_slack_channel_offers_it_and_the_button_is_for_admins(storage_url: str) -> None:
    async with street(storage_url) as here:
        acme, sam, dana = here.acme, InSlack(here.acme, SAM), InSlack(here.acme, DANA)
        await move_in(acme, SAM, TOM)
        acme.workspace.add_channel(slack_stand_in.Channel(URGENT, "urgent", bot_is_member=False))
        here.set_the_scene()
        assert (await acme.happenings.invite_bot(URGENT, DANA.slack)).status == 200
        offer = await here.slack.wait_until(lambda: dana.alone_everywhere(), 20)
        assert offer[0].text == OFFER
        assert await dana.presses("baton.show_here", offer[0]) == ASK
        # Without an inviter the whole channel reads it.
        assert (await acme.happenings.invite_bot(URGENT, None)).status == 200
        [message] = await here.slack.wait_until(lambda: sam.in_room(URGENT), 20)
        assert await sam.presses("baton.show_here", message) == (
            "From now on escalations are shown in #urgent: everything."
        )
        # Where escalations are shown already, nothing is offered.
        assert (await acme.happenings.invite_bot(URGENT, SAM.slack)).status == 200
        await here.end_with(
            {
                "#urgent": [OFFER],
                alone("Dana"): [OFFER, ASK],
                alone("Sam"): ["From now on escalations are shown in #urgent: everything."],
            }
        )


async def test_being_added_to_a_team_offers_its_channel_and_the_button_is_for_admins(storage_url: str) -> None:
    async with street(storage_url) as here:
        acme, tom, dana = here.acme, InTeams(here.acme, TOM), InTeams(here.acme, DANA)
        await acme.adds_to_teams(TOM)
        [offer] = await here.teams.wait_until(lambda: [m for m in here.teams.messages if m.by_bot], 20)
        refused = await dana.offered(offer)
        assert refused.startswith("You may not choose which rooms show escalations") and "Tom Berg" in refused
        shown = await tom.offered(offer)
        assert shown == "From now on escalations are shown in Escalations: everything."
        await here.teams.wait_until(lambda: offer.edits, 20)
        chat = here.teams.add_group_chat(teams_stand_in.GroupChat("19:chat01@thread.v2"))
        assert "shown in the group chat" in await tom.says("show-here !critical", chat.id)
        in_chat = "From now on escalations are shown in the group chat: critical priority only."
        await here.end_with({TEAMS_CARDS: [shown], "Teams group chat": [in_chat]})


async def archived(acme: Company) -> None:
    await acme.happenings.archive(SLACK_ROOM, ADA.slack)


async def removed(acme: Company) -> None:
    await acme.happenings.remove_bot(SLACK_ROOM, ADA.slack)


async def out_of_the_team(acme: Company) -> None:
    await acme.baton.teams.uninstalled(TOM.teams, TEAMS_ROOM)


async def deleted(acme: Company) -> None:
    await acme.baton.teams.delete_channel(TOM.teams, TEAMS_ROOM)


Loses = Callable[[Company], Awaitable[None]]
LOST: dict[str, tuple[Loses, str, str]] = {
    "archived": (archived, "#escalations", "it was archived"),
    "removed": (removed, "#escalations", "Baton was removed from it"),
    "out of the team": (out_of_the_team, "Escalations", "Baton was removed from the team"),
    "channel deleted": (deleted, "Escalations", "the channel was deleted"),
}


@pytest.mark.parametrize(("loses", "room", "why"), LOST.values(), ids=LOST)
async def test_a_lost_room_is_reported_to_the_admins_once_and_can_be_replaced(
    storage_url: str, loses: Loses, room: str, why: str
) -> None:
    async with street(storage_url) as here:
        acme, sam, tom, jane = here.acme, InSlack(here.acme, SAM), InTeams(here.acme, TOM), InSlack(here.acme, JANE)
        await move_in(acme, SAM, TOM)
        acme.workspace.add_channel(slack_stand_in.Channel(URGENT, "urgent"))
        here.teams.add_group_chat(teams_stand_in.GroupChat("19:chat01@thread.v2"))
        # Tom keeps his chat with Baton when the team loses it.
        await acme.baton.teams.installed(TOM.teams)
        here.set_the_scene()
        await loses(acme)
        await here.settled()
        lost = (
            f"Baton can't show escalations in {room} any more ({why}). Bring it back there, or say “show-here” in "
            "another room."
        )
        assert f"{room} (" not in await sam.says("rooms")
        in_slack = room.startswith("#")
        if in_slack:
            replaced = await sam.says("show-here", URGENT)
        else:
            replaced = await tom.says("show-here", "19:chat01@thread.v2")
        assert replaced.startswith("From now on escalations are shown in")
        await jane.escalates("Mail is down")
        waiting = card("Mail is down")
        shown = {"#urgent": [waiting]} if in_slack else {"Teams group chat": [replaced, waiting]}
        await here.end_with(
            {
                (TEAMS_CARDS if in_slack else SLACK_CARDS): [waiting],
                **shown,
                alone("Sam"): ["Escalations are shown in:", *([replaced] if in_slack else [])],
                slack_chat("Sam"): [lost],
                teams_chat("Tom"): [lost],
                slack_chat("Jane"): [up("Mail is down")],
            }
        )


async def test_a_room_found_closed_while_sending_is_reported_to_the_admins(storage_url: str) -> None:
    async with street(storage_url) as here:
        acme, jane = here.acme, InSlack(here.acme, JANE)
        await move_in(acme, SAM, TOM)
        here.set_the_scene()
        acme.workspace.channels[SLACK_ROOM].bot_is_member = False
        here.log.expect("is given up in slack:.*not_in_channel")
        await jane.types("now Mail is down")
        await here.settled()
        lost = (
            "Baton can't show escalations in #escalations any more (not_in_channel). Bring it back there, or say "
            "“show-here” in another room."
        )
        unreached = (
            "Baton can't reach #escalations (not_in_channel). Your escalation is recorded; if nobody else sees it, "
            "call somebody. Mail is down"
        )
        await here.end_with(
            {
                TEAMS_CARDS: [card("Mail is down")],
                alone("Jane"): jane.private(),
                slack_chat("Jane"): sorted([up("Mail is down"), unreached], key=[m.text for m in jane.letters()].index),
                slack_chat("Sam"): [lost],
                teams_chat("Tom"): [lost],
            },
            failed=["slack chat.postMessage: not_in_channel"],
        )
