"""What happens in a workspace by itself: the events have Slack's shape, and the stand-in keeps to what it said."""

import json

import pytest

from bot.playground.slack_stand_in import REVOKED, UNINSTALLED, Channel, SlackHappenings


@pytest.fixture
def events(people):
    return SlackHappenings(people)


def inner(baton, index=-1):
    return json.loads(baton.received[index][0])["event"]


async def test_an_uninstalled_app_has_a_dead_token_before_the_events_come(standin, events, baton):
    token = standin.bot_token

    def dead():
        assert standin.bot_token == ""
        return 200

    baton.answers += [dead, dead]
    assert len(await events.uninstall((UNINSTALLED, REVOKED))) == 2
    assert inner(baton, 0) == {"type": "app_uninstalled"}
    assert inner(baton) == {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0BATON01"]}}
    assert not standin.workspace.channels["CROOM"].bot_is_member
    with pytest.raises(Exception, match="account_inactive"):
        standin.teams.called(token, {})


async def test_a_new_installation_has_a_new_token(standin, events):
    token = standin.bot_token
    await events.revoke()
    assert standin.teams.install("T0BATON01", ["commands"]) != token
    with pytest.raises(Exception, match="token_revoked"):
        standin.teams.called(token, {})


async def test_tokens_of_people_leave_the_app_alone(standin, events, baton):
    await events.revoke(bot=False, people=("UJANE",))
    assert inner(baton)["tokens"] == {"oauth": ["UJANE"], "bot": []} and standin.bot_token


async def test_the_bot_is_invited_and_removed(standin, events, baton):
    await events.invite_bot("COUT", "UJANE")
    assert standin.workspace.channels["COUT"].bot_is_member
    assert inner(baton) == {
        "type": "member_joined_channel",
        "user": "U0BATON01",
        "channel": "COUT",
        "channel_type": "C",
        "team": "T0BATON01",
        "inviter": "UJANE",
    }
    await events.remove_bot("COUT", "UJANE")
    assert not standin.workspace.channels["COUT"].bot_is_member
    assert [inner(baton, -2)["type"], inner(baton)["type"]] == ["channel_left", "member_left_channel"]
    await events.invite_bot("COUT", None)
    assert "inviter" not in inner(baton)


@pytest.mark.parametrize(("is_private", "kind"), [(False, "channel"), (True, "group")])
async def test_channels_are_archived_and_deleted(standin, events, baton, call, is_private, kind):
    standin.add_channel(Channel("CGOING", "going", is_private=is_private))
    await events.archive("CGOING", "USAM")
    assert inner(baton) == {"type": f"{kind}_archive", "channel": "CGOING", "user": "USAM"}
    assert (await call("chat.postMessage", channel="CGOING", text="hi"))["error"] == "is_archived"
    await events.delete("CGOING")
    assert inner(baton) == {"type": f"{kind}_deleted", "channel": "CGOING"}
    assert (await call("chat.postMessage", channel="CGOING", text="hi"))["error"] == "channel_not_found"


async def test_a_user_changes_as_users_info_then_says(standin, events, baton, call):
    await events.change_user("USAM", real_name="Sam Changed", is_restricted=True)
    event = inner(baton)
    assert event["type"] == "user_change" and event["user"]["profile"]["real_name"] == "Sam Changed"
    assert event["user"] == (await call("users.info", user="USAM"))["user"]
    standin.workspace.scopes -= {"users:read.email"}
    await events.change_user("USAM", deleted=True)
    assert inner(baton)["user"]["deleted"] is True and "email" not in inner(baton)["user"]["profile"]
