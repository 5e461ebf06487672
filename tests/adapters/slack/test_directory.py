"""What Slack says of a user: the name, the address, and who counts as a full member."""

from dataclasses import replace

import pytest

from adapters.slack.directory import SlackDirectory
from bot.playground.slack_stand_in import DropBefore, Error, Hang, SlackStandIn, Status, User
from core.errors import PlatformAway
from core.people import Caller, Identity, Profile
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


async def test_a_user_of_another_workspace_is_no_member(outgoing) -> None:
    assert not (await SlackDirectory(outgoing.api).profile(caller(DANA, "T0FOREIGN"))).member


async def test_somebody_unknown_to_slack_keeps_the_name_they_came_with(outgoing) -> None:
    profile = await SlackDirectory(outgoing.api).profile(caller("U0NOBODY1"))
    assert profile == Profile("handle", None, member=False)


@pytest.mark.parametrize("fault", [Status(502), DropBefore(), Error("missing_scope"), Error("invalid_auth"), Hang()])
async def test_trouble_is_said_as_such(slack: SlackStandIn, outgoing, fault) -> None:
    outgoing.api.seconds = 0.2
    slack.faults("users.info", [fault])
    with pytest.raises(PlatformAway):
        await SlackDirectory(outgoing.api).profile(caller(DANA))
