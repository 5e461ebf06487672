"""Escalations that are aimed at one person: who is told, where, with what link; and who can't be aimed at."""

import pytest

from core.desk import Desk
from core.people import Caller, Identity
from core.snapshot import Field, Invalid, Reason, Snapshot
from core.use_cases.escalate import Escalation
from tests.journeys.cast import DANA, GUS, JANE, SAM, StoppedClock
from tests.journeys.house import house
from tests.journeys.letters import picked_up, up
from tests.journeys.players import InSlack, InTeams
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, alone, slack_chat, teams_chat, words_of

EARLIER = "Escalation from Jane Novak: Earlier. Picked up by Dana Ruiz."


async def test_a_target_is_told_on_both_platforms_with_a_link_and_another_may_pick_it_up(storage_url: str) -> None:
    async with house(storage_url) as here:
        jane, sam = InSlack(here, JANE), InSlack(here, SAM)
        dana_in_slack, dana_in_teams = InSlack(here, DANA), InTeams(here, DANA)
        await jane.escalates("Earlier")
        await dana_in_teams.press("claimed")
        await here.settled()

        await jane.escalates("Mail is down !critical @dana")
        waiting = "Waiting for Dana Ruiz; anyone else may pick it up too"
        assert "Critical" in await sam.sees(waiting)
        await dana_in_teams.sees(waiting)
        [in_slack], [in_teams] = dana_in_slack.letters(), dana_in_teams.letters()
        card = sam.card()
        [link] = [element for block in in_slack.blocks for element in block.get("elements", ()) if "url" in element]
        assert link["url"].endswith(f"/archives/{card.channel}/p{card.ts.replace('.', '')}")
        assert in_teams.card is not None
        [action] = in_teams.card["actions"]
        assert dana_in_teams.card().id in action["url"] and action["type"] == "Action.OpenUrl"

        assert await sam.press("claimed") == "It's yours: you picked this up."
        await here.settled()
        asked = "Jane Novak asks you to pick this up. Mail is down"
        by_sam = "Escalation from Jane Novak: Mail is down. Picked up by Sam Okafor."
        await here.ends_with(
            {
                SLACK_CARDS: [EARLIER, by_sam],
                TEAMS_CARDS: [EARLIER, by_sam],
                slack_chat("Jane"): [
                    up("Earlier"),
                    picked_up("Dana Ruiz", "Earlier"),
                    up("Mail is down"),
                    picked_up("Sam Okafor", "Mail is down"),
                ],
                slack_chat("Dana"): [asked],
                teams_chat("Dana"): [asked],
                alone("Sam"): sam.private(),
            }
        )


@pytest.mark.parametrize(
    ("target", "why"),
    [(JANE, "You can't aim an escalation at yourself."), (GUS, "They can't pick escalations up.")],
    ids=["oneself", "a guest"],
)
async def test_who_cannot_be_aimed_at_is_said_at_the_field_and_the_words_stay(
    storage_url: str, target: object, why: str
) -> None:
    async with house(storage_url) as here:
        jane = InSlack(here, JANE)
        form = await jane.opens_form("Mail is down #12345 !high")
        chosen = JANE.slack if target is JANE else GUS.slack
        refused = await jane.sends(form, tried="Restarted it", customer="Acme", target=chosen)
        assert list(refused.errors) == ["target"] and refused.errors["target"].startswith(why)
        assert form.open and "Restarted it" in str(form.values) and "Mail is down" in str(form.values)
        sent = await jane.sends(form, target=DANA.slack)
        assert sent.ok and sent.view and "Recorded" in words_of(sent.view.content["blocks"])
        await here.settled()
        card = "Escalation from Jane Novak · #12345: Mail is down. High priority, waiting to be picked up."
        await here.ends_with(
            {
                SLACK_CARDS: [card],
                TEAMS_CARDS: [card],
                slack_chat("Jane"): [up("#12345: Mail is down")],
                slack_chat("Dana"): ["Jane Novak asks you to pick this up. #12345: Mail is down"],
            }
        )


@pytest.mark.parametrize(
    ("fields", "where", "why"),
    [
        ({"problem": "  "}, "problem", "Say in one line what the problem is."),
        ({"problem": "x" * 301}, "problem", "That is too long. Shorten it to 300 characters."),
        ({"tried": "y" * 3000, "customer": "z" * 101}, "customer", "That is too long. Shorten it to 100 characters."),
        ({"ticket": "no ticket"}, "ticket", "That doesn't look like a ticket number."),
    ],
    ids=["empty", "long problem", "long customer", "ticket"],
)
async def test_what_a_form_cannot_take_is_said_at_the_field_and_the_words_stay(
    sqlite_url: str, fields: dict[str, str], where: str, why: str
) -> None:
    async with house(sqlite_url) as here:
        jane = InSlack(here, JANE)
        form = await jane.opens_form("Mail is down")
        refused = await jane.sends(form, **fields)
        assert list(refused.errors) == [where] and refused.errors[where].startswith(why)
        assert form.open and all(text in str(form.values) for text in fields.values())
        await here.ends_with({})


async def test_oneself_by_the_id_of_the_other_platform_is_oneself(storage_url: str) -> None:
    clock = StoppedClock()
    async with house(storage_url, clock=clock) as here:
        assert here.baton.running is not None
        directories = {platform.name: platform.directory for platform in here.baton.running.platforms}
        desk = Desk(here.baton.running.storage, directories, clock)
        in_slack = Caller(Identity("slack", here.slack.workspace.team.id, DANA.slack), "dana")
        in_teams = Caller(
            Identity("teams", here.teams.tenant_id, DANA.teams), "Dana", "19:escalations0001@thread.tacv2"
        )
        answer = await desk.escalate(Escalation(in_slack, "test:1", Snapshot("Mail is down"), target=in_teams))
        assert answer == [Invalid(Field.TARGET, Reason.YOURSELF)]
        await here.ends_with({})
