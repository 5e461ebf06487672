"""One person in two places: linked by a code and parted again, addresses that change, and who is nobody here at all."""

import copy
from typing import Any

import pytest

from bot.playground.slack_stand_in import User
from bot.playground.teams_stand_in.outcome import seen_of
from core.wording import BOT, DEACTIVATED, NOT_CONNECTED
from tests.journeys.accounts import Company, code_in, move_in, street
from tests.journeys.cast import ADA, DANA, JANE, SAM, TEAMS_ROOM, TESS, TOM, Person
from tests.journeys.letters import up
from tests.journeys.players import InSlack, InTeams, said
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, alone, slack_chat, teams_chat, words_of
from tests.storage.rows import count, rows

PROBLEM = "Mail is down"
WAITING = f"Escalation from Jane Novak: {PROBLEM}. Normal priority, waiting to be picked up."
CLAIMED = "It's yours: you picked this up."
OWN = "You escalated this yourself, so somebody else has to pick it up."


def words(player: InTeams) -> list[str]:
    """What somebody's chat with Baton in Teams says."""
    return [message.activity.get("text") or message.activity["summary"] for message in player.letters()]


@pytest.mark.parametrize("made_in", ["slack", "teams"])
async def test_a_person_links_themselves_by_a_code_and_undoes_it(storage_url: str, made_in: str) -> None:
    """Ada is in Slack, and in Teams under another address: no rule could know that they are one."""
    async with street(storage_url, people=[*PEOPLE, ADA_IN_TEAMS]) as here:
        acme = here.acme
        await move_in(acme, SAM, TOM)
        here.set_the_scene()
        in_slack, in_teams = InSlack(acme, ADA), InTeams(acme, ADA_IN_TEAMS)
        first, second = (in_slack, in_teams) if made_in == "slack" else (in_teams, in_slack)
        assert "“link me” makes you one person" in await second.says("whoami")
        code = code_in(await first.says("link me"))
        linked = await second.says(f"link {code.lower().replace('-', ' ')}")
        name = "Ada Lind" if made_in == "slack" else "Ada Lovelace Lind"
        assert linked == f"You are {name} here now, engineer. “unlink me” undoes it."
        await here.settled()
        assert "This code doesn't work" in await InSlack(acme, JANE).says(f"link {code}")
        # One person from now on: what they escalate in Slack they can't pick up in Teams.
        await in_slack.escalates(PROBLEM)
        assert await in_teams.press("claimed") == OWN
        assert "still have handoffs" in await second.says("unlink me")
        assert await InTeams(acme, TOM).press("claimed") == CLAIMED
        assert (await InTeams(acme, TOM).press("resolved", "Restarted it")) == "You resolved this."
        assert await second.says("unlink me") == "Undone: here you are a person of your own again."
        assert await second.says("unlink me") == "You are known by this identity alone, so there is nothing to undo."
        assert "linked" not in await first.says("whoami")
        await here.settled()
        closed = f"Escalation from {name}: {PROBLEM}. Resolved by Tom Berg."
        await here.end_with(
            {
                SLACK_CARDS: [closed],
                TEAMS_CARDS: [closed],
                alone("Ada"): in_slack.private(),
                alone("Jane"): InSlack(acme, JANE).private(),
                slack_chat("Ada"): [message.text for message in in_slack.letters()],
                teams_chat("Ada"): words(in_teams),
            }
        )


async def test_a_code_for_a_person_does_nothing_in_another_account(storage_url: str) -> None:
    async with street(storage_url) as here:
        sam, tom = InSlack(here.acme, SAM), InTeams(here.acme, TOM)
        await here.acme.adds_to_slack(SAM)
        await here.acme.adds_to_teams(TOM)
        refused = await tom.says(f"link {code_in(await sam.says('link me'))}")
        assert refused.startswith("This code is for a person in another account.")
        await here.end_with(
            {alone("Sam"): sam.private(), teams_chat("Tom"): [refused], TEAMS_CARDS: [words_of_offer(here.acme)]}
        )


def words_of_offer(company: Company) -> str:
    return str(company.teams.messages[0].activity["summary"])


ADA_IN_TEAMS = Person(
    "Ada Lovelace Lind", teams="00000000-0000-4000-8000-000000000055", address="countess@acme.example"
)
PEOPLE = (JANE, DANA, SAM, TOM, ADA)


async def test_a4_an_address_changed_to_a_seniors_takes_nothing_over(storage_url: str) -> None:
    """Jane takes Tom's address in Slack, before and after Baton knows her: she never becomes Tom."""
    async with street(storage_url) as here:
        acme, jane, tom = here.acme, InSlack(here.acme, JANE), InTeams(here.acme, TOM)
        await move_in(acme, SAM, TOM)
        here.set_the_scene()
        assert "Jane Novak" in await jane.says("whoami")
        assert (await acme.happenings.change_user(JANE.slack, email=TOM.email)).status == 200
        told = await jane.says("whoami")
        assert told.startswith("You are Jane Novak.") and "Role: engineer" in told and "Teams:" not in told
        # Nor does somebody whom Baton meets in Teams become Jane, by the address that she had.
        account = await acme.account()
        assert await count(here.database_url, "people", account) == 3
        newcomer = here.teams.directory.find(DANA.teams)
        assert newcomer is not None
        newcomer.email = newcomer.user_principal_name = JANE.email
        assert (await InTeams(acme, DANA).says("whoami")).startswith("You are Dana Ruiz.")
        assert "e-mail address" in await InSlack(acme, SAM).says("audit")
        assert TOM.email not in await InSlack(acme, SAM).says("audit")
        assert (await tom.says("whoami")).count("Slack") == 0
        await here.end_with(
            {
                alone("Jane"): ["You are Jane Novak."] * 2,
                alone("Sam"): ["What was changed lately, the newest first:"] * 2,
                teams_chat("Dana"): words(InTeams(acme, DANA)),
                teams_chat("Tom"): words(tom)[1:],
            }
        )


async def test_a4_somebody_met_with_a_seniors_address_is_that_senior_only_as_a_confirmed_member(
    storage_url: str,
) -> None:
    """The rule at first sight takes the platform's word for members; of a guest, or one unconfirmed, it takes none."""
    async with street(storage_url) as here:
        acme = here.acme
        await move_in(acme, SAM, TOM)
        here.set_the_scene()
        guest = User("U0EVE0001", "eve", "Eve Guest", TOM.email, is_restricted=True)
        fresh = User("U0EVE0002", "evelyn", "Evelyn New", TOM.email, is_email_confirmed=False)
        for user in (guest, fresh):
            acme.workspace.add_user(user)
            eve = InSlack(acme, Person(user.real_name, slack=user.id))
            told = await eve.says("whoami")
            assert told.startswith(f"You are {user.real_name}.") and "Role: viewer" in told
        await here.end_with({alone("Eve"): ["You are Eve Guest."], alone("Evelyn"): ["You are Evelyn New."]})


async def test_a5_a_deactivated_person_and_a_bot_can_do_nothing_anywhere(storage_url: str) -> None:
    async with street(storage_url) as here:
        acme, dana, jane = here.acme, InSlack(here.acme, DANA), InSlack(here.acme, JANE)
        await move_in(acme, SAM, TOM)
        here.set_the_scene()
        await jane.escalates(PROBLEM)
        await dana.says("whoami")
        clicked, typed = dana.aims("claimed"), dana.client.command_payload(DANA.slack, "/escalate", f"now {PROBLEM}")
        assert (await acme.happenings.change_user(DANA.slack, deleted=True)).status == 200
        # Slack would not let them; whoever sends what they could have sent gets nothing by it.
        assert await dana.lets_go(clicked) == DEACTIVATED
        answer = await dana.client.deliver("slash_commands", typed)
        assert DEACTIVATED in answer.body["text"] + str(answer.body["blocks"])
        for order in ("queue", "role @jane viewer", "show-here", "link", "link me", "set readers engineers", "audit"):
            assert await dana.says(order) == DEACTIVATED
        robot = Person("Robo Bot", slack="U0ROBO0001")
        acme.workspace.add_user(User(robot.slack, "robo", robot.name, is_bot=True))
        assert await InSlack(acme, robot).press("claimed") == BOT
        assert await InSlack(acme, robot).says("queue") == BOT
        in_teams = InTeams(acme, TOM)
        by_bot = copy.deepcopy(in_teams.aims("claimed"))
        by_bot["from"] = {"id": "28:99999999-2222-4333-8444-555555555555", "name": "Robo", "role": "bot"}
        assert said(seen_of(await in_teams.client.deliver(by_bot))) == BOT
        # Nobody can aim an escalation at them, nor are they told of one.
        form = await jane.opens_form("Printer on fire")
        for target in (DANA, robot):
            refused = await jane.sends(form, target=target.slack)
            assert refused.errors["target"].startswith("They can't pick escalations up.")
        await jane.client.close_view(JANE.slack, form.id)
        assert await count(here.database_url, "handoffs", await acme.account()) == 1
        await here.end_with(
            {
                SLACK_CARDS: [WAITING],
                TEAMS_CARDS: [WAITING],
                slack_chat("Jane"): [up(PROBLEM)],
                alone("Dana"): [message.text for message in dana.alone_everywhere()],
                alone("Robo"): [BOT, BOT],
            }
        )


async def test_a5_a_guest_of_teams_reads_what_is_open_and_changes_nothing(storage_url: str) -> None:
    # So much is said in so short a time that Teams would slow it down.
    async with street(storage_url, paced=False) as here:
        await move_in(here.acme, SAM, TOM)
        here.set_the_scene()
        await InSlack(here.acme, JANE).escalates(PROBLEM)
        guest = InTeams(here.acme, TESS)
        answer = await guest.presses("claimed")
        assert said(answer).startswith("You are a viewer here, and this takes an engineer.")
        assert answer.card is not None and PROBLEM in words_of(answer.card)
        refused = [await guest.says(order) for order in ("queue", "rooms", "people", "settings", "audit", "link")]
        refused.append(await guest.says("show-here", TEAMS_ROOM))
        assert [text for text in refused if not text.startswith("You may not ")] == []
        assert "Role: viewer" in await guest.says("whoami", TEAMS_ROOM)
        await here.end_with(
            {
                SLACK_CARDS: [WAITING],
                TEAMS_CARDS: [WAITING, refused[-1], "I've answered you in our chat."],
                slack_chat("Jane"): [up(PROBLEM)],
                teams_chat("Tess"): [*refused[:-1], words(guest)[-1]],
            }
        )


def from_elsewhere(payload: dict[str, Any]) -> dict[str, Any]:
    """The same gesture, made in a shared channel by somebody of the company on its other side."""
    foreign = copy.deepcopy(payload)
    if "user" in foreign:
        foreign["user"]["team_id"] = "T0PARTNER1"
    else:
        foreign["team_id"] = "T0PARTNER1"
    return foreign


async def test_somebody_of_another_company_in_a_shared_channel_is_told_that_they_are_not_connected(
    storage_url: str,
) -> None:
    async with street(storage_url) as here:
        acme, sam = here.acme, InSlack(here.acme, SAM)
        await move_in(acme, SAM, TOM)
        here.set_the_scene()
        await InSlack(acme, JANE).escalates(PROBLEM)
        before = await rows(here.database_url, "SELECT id FROM people", await acme.account())
        assert await sam.lets_go(from_elsewhere(sam.aims("claimed"))) == NOT_CONNECTED
        typed = from_elsewhere(sam.client.command_payload(SAM.slack, "/baton", "queue"))
        assert (await sam.client.deliver("slash_commands", typed)).body["text"] == NOT_CONNECTED
        assert await rows(here.database_url, "SELECT id FROM people", await acme.account()) == before
        await here.end_with(
            {
                SLACK_CARDS: [WAITING],
                TEAMS_CARDS: [WAITING],
                slack_chat("Jane"): [up(PROBLEM)],
                alone("Sam"): [NOT_CONNECTED],
            }
        )
