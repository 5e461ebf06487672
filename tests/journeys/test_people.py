"""Who may, who may not, and who learns nothing: one's own handoff, guests, strangers, and one person in two places."""

import copy
from typing import Any

import pytest

from bot.playground.faults import Hang
from bot.playground.teams_stand_in.outcome import seen_of
from core.wording import NOT_CONNECTED, UNKNOWN
from tests.journeys.cast import DANA, GUS, JANE, SAM, TESS, TOM
from tests.journeys.house import house
from tests.journeys.letters import picked_up, released, resolved, up
from tests.journeys.players import InSlack, InTeams, said
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, alone, slack_chat
from tests.storage.rows import count

PROBLEM = "Mail is down"
WAITING = f"Escalation from Jane Novak: {PROBLEM}. Normal priority, waiting to be picked up."
UP = up(PROBLEM)
OWN = "You escalated this yourself, so somebody else has to pick it up."
A_VIEWER = (
    "You are a viewer here, and this takes an engineer. "
    "An admin can change that; ask Baton “whoami” to see who they are."
)
NEVER_WAS = "01zzzzzzzzzzzzzzzzzzzzzzzz"


async def test_nobody_picks_up_their_own_handoff_from_either_platform(storage_url: str) -> None:
    async with house(storage_url) as here:
        in_slack, in_teams = InSlack(here, DANA), InTeams(here, DANA)
        await in_slack.escalates(PROBLEM)
        assert await in_slack.press("claimed") == OWN
        assert await in_teams.press("claimed") == OWN
        waiting = WAITING.replace("Jane Novak", "Dana Ruiz")
        await here.ends_with(
            {SLACK_CARDS: [waiting], TEAMS_CARDS: [waiting], slack_chat("Dana"): [UP], alone("Dana"): [OWN]}
        )


async def test_a_guest_of_either_platform_is_refused_with_the_reason(storage_url: str) -> None:
    async with house(storage_url) as here:
        await InSlack(here, JANE).escalates(PROBLEM)
        assert await InSlack(here, GUS).press("claimed") == A_VIEWER
        assert await InTeams(here, TESS).press("claimed") == A_VIEWER
        await here.ends_with(
            {SLACK_CARDS: [WAITING], TEAMS_CARDS: [WAITING], slack_chat("Jane"): [UP], alone("Gus"): [A_VIEWER]}
        )


async def test_one_person_claims_on_one_platform_and_resolves_on_the_other(storage_url: str) -> None:
    async with house(storage_url) as here:
        in_slack, in_teams = InSlack(here, DANA), InTeams(here, DANA)
        await InSlack(here, JANE).escalates(PROBLEM)
        assert await in_slack.press("claimed") == "It's yours: you picked this up."
        await here.settled()
        assert (await in_teams.press("released")).startswith("You released this.")
        await here.settled()
        assert await in_teams.press("claimed") == "It's yours: you picked this up."
        await here.settled()
        assert await in_slack.press("resolved", "Restarted it") == "You resolved this."
        assert await count(here.database_url, "people", "default") == 2
        closed = f"Escalation from Jane Novak: {PROBLEM}. Resolved by Dana Ruiz."
        letters = [
            UP,
            picked_up("Dana Ruiz", PROBLEM),
            released(PROBLEM),
            picked_up("Dana Ruiz", PROBLEM),
            resolved("Dana Ruiz", PROBLEM, "Restarted it"),
        ]
        await here.ends_with(
            {
                SLACK_CARDS: [closed],
                TEAMS_CARDS: [closed],
                slack_chat("Jane"): letters,
                alone("Dana"): in_slack.private(),
            }
        )


def of_another_workspace(payload: dict[str, Any], handoff: str) -> dict[str, Any]:
    """The same click, made in a workspace that is not ours, on a card of theirs with a guessed id."""
    foreign = copy.deepcopy(payload)
    foreign["team"]["id"] = foreign["user"]["team_id"] = "T0OTHER01"
    foreign["actions"][0]["value"] = f'{{"handoff":"{handoff}","version":1}}'
    foreign["trigger_id"] = f"1.2.{handoff}"
    return foreign


async def test_m17_another_workspace_learns_nothing_not_even_that_it_exists(storage_url: str) -> None:
    async with house(storage_url) as here:
        sam = InSlack(here, SAM)
        await InSlack(here, JANE).escalates(PROBLEM)
        payload = sam.aims("claimed")
        real = payload["actions"][0]["value"].split('"')[3]
        told = [await sam.lets_go(of_another_workspace(payload, handoff)) for handoff in (real, NEVER_WAS)]
        assert told == [NOT_CONNECTED, NOT_CONNECTED]
        command = sam.client.command_payload(SAM.slack, "/escalate", f"now {PROBLEM}") | {"team_id": "T0OTHER01"}
        answered = await sam.client.deliver("slash_commands", command)
        assert answered.body["text"] == NOT_CONNECTED
        assert await count(here.database_url, "identities", "default") == 1
        assert await count(here.database_url, "workspaces", None) == 2
        await here.ends_with(
            {SLACK_CARDS: [WAITING], TEAMS_CARDS: [WAITING], slack_chat("Jane"): [UP], alone("Sam"): told}
        )


async def test_m17_another_tenant_is_turned_away_at_the_door_whatever_it_guesses(storage_url: str) -> None:
    async with house(storage_url) as here:
        tom = InTeams(here, TOM)
        await InSlack(here, JANE).escalates(PROBLEM)
        ours = tom.aims("claimed")
        guess = copy.deepcopy(ours)
        guess["id"], guess["value"]["action"]["data"]["handoff"] = "f:guess", NEVER_WAS
        assert said(seen_of(await tom.client.deliver(guess))) == UNKNOWN
        # The token vouches for our tenant alone, whether or not the handoff is one of ours.
        for number, handoff in enumerate((NEVER_WAS, ours["value"]["action"]["data"]["handoff"])):
            foreign = copy.deepcopy(ours)
            foreign["id"], foreign["value"]["action"]["data"]["handoff"] = f"f:foreign-{number}", handoff
            tenant = "99999999-0000-4000-8000-000000000000"
            foreign["channelData"]["tenant"]["id"] = foreign["conversation"]["tenantId"] = tenant
            reply = await tom.client.deliver(foreign)
            assert (reply.status, reply.body) == (403, None)
        assert await count(here.database_url, "identities", "default") == 1
        await here.ends_with({SLACK_CARDS: [WAITING], TEAMS_CARDS: [WAITING], slack_chat("Jane"): [UP]})


@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_a_profile_that_takes_too_long_keeps_nobody_waiting(storage_url: str, platform: str) -> None:
    async with house(storage_url) as here:
        await InSlack(here, JANE).escalates(PROBLEM)
        senior = InSlack(here, SAM) if platform == "slack" else InTeams(here, TOM)
        stand_in = here.slack if platform == "slack" else here.teams
        stand_in.faults("users.info" if platform == "slack" else "members", [Hang()])
        assert await senior.press("claimed") == "It's yours: you picked this up."
        await senior.sees("Picked up by")
        assert await count(here.database_url, "claims", "default") == 1
        await here.settled()
        name = "sam" if platform == "slack" else "Tom Berg"
        by_them = f"Escalation from Jane Novak: {PROBLEM}. Picked up by {name}."
        letters = [UP, picked_up(name, PROBLEM)]
        private = {alone("Sam"): InSlack(here, SAM).private()} if platform == "slack" else {}
        await here.ends_with(
            {SLACK_CARDS: [by_them], TEAMS_CARDS: [by_them], slack_chat("Jane"): letters, **private},
            failed=[f"{platform} {'users.info' if platform == 'slack' else 'members'}: silence"],
        )
