"""What Slack says of a user: the name, the address, and who counts as a full member."""

from dataclasses import replace

import pytest

from adapters.slack.directory import SlackDirectory, profile
from adapters.slack.workspaces import Introduction
from bot.playground.slack_stand_in import DropBefore, Enterprise, Error, Hang, SlackStandIn, Status, Team, User
from bot.playground.slack_stand_in.methods import SCOPES
from core.errors import PlatformAway
from core.people import Caller, Identity, Profile, Standing
from tests.adapters.slack.conftest import DANA

FULL = User("U0NEW0001", "new", "New Person", "new@acme.example")


def caller(user: str, workspace: str = "T0BATON01") -> Caller:
    return Caller(Identity("slack", workspace, user), "handle")


async def test_a_member_is_known_by_name_and_address(outgoing) -> None:
    profile = await SlackDirectory(outgoing.api).profile(caller(DANA))
    assert profile == Profile("Dana Lee", "dana@acme.example", member=True)


@pytest.mark.parametrize(
    "change",
    [
        {"is_bot": True},
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_email_confirmed": False},
        {"deleted": True},
    ],
)
async def test_who_is_no_full_member(slack: SlackStandIn, outgoing, change) -> None:
    slack.add_user(replace(FULL, **change))
    assert not (await SlackDirectory(outgoing.api).profile(caller(FULL.id))).member


async def test_a_user_of_another_workspace_is_no_member(outgoing, ring) -> None:
    ring.held["T0FOREIGN"] = ring.held["T0BATON01"]
    assert not (await SlackDirectory(outgoing.api).profile(caller(DANA, "T0FOREIGN"))).member


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        ({}, Standing.ACTIVE),
        ({"deleted": True}, Standing.DEACTIVATED),
        ({"is_bot": True}, Standing.BOT),
        ({"is_bot": True, "deleted": True}, Standing.DEACTIVATED),
        ({"is_restricted": True}, Standing.ACTIVE),
        ({"id": "USLACKBOT"}, Standing.BOT),
    ],
)
async def test_who_may_act_at_all(slack: SlackStandIn, outgoing, change, standing) -> None:
    user = slack.add_user(replace(FULL, **change))
    assert (await SlackDirectory(outgoing.api).profile(caller(user.id))).standing is standing


async def test_in_an_enterprise_whoever_is_of_it_is_a_member(slack: SlackStandIn, outgoing, ring) -> None:
    big = Enterprise()
    for team, user in (("T0NORTH01", "U0NORA001"), ("T0SOUTH01", "U0SUE0001")):
        slack.add_team(Team(team, team, team.lower()), enterprise=big).add_user(User(user, user, user))
    us = Introduction(big.id, "U0BATON02", "B0BATON02", "https://big-corporation.enterprise.slack.com/")
    ring.hold(slack.teams.install(big.id, SCOPES), us)
    for user in ("U0NORA001", "U0SUE0001"):
        assert (await SlackDirectory(outgoing.api).profile(caller(user, big.id))).member
    assert not profile({"id": "U1", "team_id": "T0FOREIGN", "enterprise_user": {"enterprise_id": "E2"}}, big.id).member


async def test_a_workspace_without_an_installation_can_not_be_asked(slack: SlackStandIn, outgoing) -> None:
    await outgoing.introduce()
    with pytest.raises(PlatformAway, match="not installed"):
        await SlackDirectory(outgoing.api).profile(caller(DANA, "T0FOREIGN"))
    assert [call.method for call in slack.calls] == ["auth.test"]


async def test_somebody_unknown_to_slack_keeps_the_name_they_came_with(outgoing) -> None:
    profile = await SlackDirectory(outgoing.api).profile(caller("U0NOBODY1"))
    assert profile == Profile("handle", None, member=False)


@pytest.mark.parametrize("fault", [Status(502), DropBefore(), Error("missing_scope"), Error("invalid_auth"), Hang()])
async def test_trouble_is_said_as_such(slack: SlackStandIn, outgoing, fault) -> None:
    outgoing.api.seconds = 0.2
    slack.faults("users.info", [fault])
    with pytest.raises(PlatformAway):
        await SlackDirectory(outgoing.api).profile(caller(DANA))
