"""Several workspaces in one stand-in: each with its own token, people and pace, and enterprises with one for all."""

import aiohttp
import pytest

from bot.playground.slack_stand_in import Channel, Enterprise, Pace, SlackClient, SlackStandIn, Team, User
from bot.playground.slack_stand_in.methods import SCOPES

OTHER = Team("TOTHER", "Other", "other")
NORTH, SOUTH = Team("TNORTH", "North", "north"), Team("TSOUTH", "South", "south")
BIG = Enterprise()


@pytest.fixture
async def standin(clock):
    standin = SlackStandIn(clock=clock, pace=Pace(burst=1))
    standin.add_channel(Channel("CROOM", "escalations"))
    other = standin.add_team(OTHER, installed=True)
    other.add_channel(Channel("COTHER", "others"))
    other.add_user(User("UOTTO", "otto", "Otto Other"))
    for team, user, channel in ((NORTH, "UNORA", "CNORTH"), (SOUTH, "USUE", "CSOUTH")):
        workspace = standin.add_team(team, enterprise=BIG)
        workspace.add_user(User(user, user.lower(), user))
        workspace.add_channel(Channel(channel, channel.lower()))
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
async def call(standin):
    async with aiohttp.ClientSession() as session:

        async def call(token, method, **args):
            headers = {"Authorization": f"Bearer {token}"}
            async with session.post(standin.api_url + method, json=args, headers=headers) as response:
                return await response.json()

        yield call


async def test_a_token_works_in_its_own_workspace_alone(standin, call):
    other = standin.of("TOTHER")
    assert other.token not in ("", standin.bot_token)
    assert (await call(other.token, "auth.test"))["team_id"] == "TOTHER"
    assert (await call(other.token, "chat.postMessage", channel="COTHER", text="hi"))["ok"]
    assert [message.text for message in other.messages] == ["hi"] and standin.messages == []
    assert (await call(other.token, "chat.postMessage", channel="CROOM", text="hi"))["error"] == "channel_not_found"
    assert (await call(standin.bot_token, "users.info", user="UOTTO"))["error"] == "user_not_found"
    assert [made.team for made in standin.calls] == ["TOTHER", "TOTHER", "TOTHER", "T0BATON01"]


async def test_each_workspace_has_a_pace_of_its_own(standin, call):
    other = standin.of("TOTHER")
    other.add_channel(Channel("CROOM", "escalations"))
    assert (await call(other.token, "chat.postMessage", channel="CROOM", text="hi"))["ok"]
    assert (await call(other.token, "chat.postMessage", channel="CROOM", text="hi"))["error"] == "ratelimited"
    assert (await call(standin.bot_token, "chat.postMessage", channel="CROOM", text="hi"))["ok"]


async def test_where_it_is_not_installed_there_is_no_token(standin, call):
    assert standin.of("TNORTH").token == ""
    assert (await call("xoxb-TNORTH", "auth.test"))["error"] == "invalid_auth"
    with pytest.raises(LookupError):
        standin.of("TNOWHERE")


async def test_an_enterprise_has_one_token_for_all_of_its_workspaces(standin, call):
    token = standin.teams.install(BIG.id, SCOPES)
    assert standin.of("TNORTH").token == standin.of("TSOUTH").token == token
    assert standin.of("TNORTH").bot is standin.of("TSOUTH").bot
    us = await call(token, "auth.test")
    assert (us["enterprise_id"], us["team_id"], us["is_enterprise_install"]) == (BIG.id, BIG.id, True)
    for team, user, channel in (("TNORTH", "UNORA", "CNORTH"), ("TSOUTH", "USUE", "CSOUTH")):
        assert (await call(token, "chat.postMessage", channel=channel, text=team))["ok"]
        assert [message.text for message in standin.of(team).messages] == [team]
        shown = (await call(token, "users.info", user=user))["user"]
        assert (shown["team_id"], shown["enterprise_user"]["enterprise_id"]) == (team, BIG.id)
        assert (await call(token, "conversations.open", users=user))["ok"]
    assert (await call(token, "chat.postMessage", channel="COTHER", text="hi"))["error"] == "channel_not_found"
    joined = standin.add_team(Team("TWEST", "West", "west"), enterprise=BIG)
    assert joined.token == token and joined.org_wide


async def test_the_payloads_of_an_enterprise_say_so(standin, baton):
    standin.teams.install(BIG.id, SCOPES)
    async with SlackClient(standin, baton.url, team="TSOUTH") as people:
        await people.command("USUE", "/escalate", "", "CSOUTH")
        assert (baton.form()["team_id"], baton.form()["enterprise_id"]) == ("TSOUTH", BIG.id)
        assert baton.form()["is_enterprise_install"] == "true"
        sent = people.command_payload("USUE", "/escalate", "", "CSOUTH")
        assert sent["response_url"].split("/")[-1] in standin.of("TSOUTH").hooks
        await people.event({"type": "app_home_opened", "user": "USUE"})
        assert b'"team_id":null' in baton.received[-1][0] and b'"is_enterprise_install":true' in baton.received[-1][0]
    async with SlackClient(standin, baton.url, team="TOTHER") as people:
        await people.command("UOTTO", "/escalate", "", "COTHER")
    assert baton.form()["is_enterprise_install"] == "false" and "enterprise_id" not in baton.form()


async def test_people_see_their_own_workspace(standin, baton):
    async with SlackClient(standin, baton.url, team="TOTHER") as people:
        with pytest.raises(LookupError):
            people.command_payload("UOTTO", "/escalate", "", "CROOM")


async def test_a_hidden_channel_is_for_its_members(standin, call):
    standin.add_user(User("UJANE", "jane", "Jane"))
    standin.add_channel(Channel("GSECRET", "secret", is_private=True, bot_is_member=False, members={"UJANE"}))
    token = standin.bot_token
    assert (await call(token, "conversations.info", channel="GSECRET"))["error"] == "channel_not_found"
    standin.workspace.channels["GSECRET"].bot_is_member = True
    assert (await call(token, "conversations.info", channel="GSECRET"))["channel"]["is_private"] is True
    assert standin.workspace.channels["GSECRET"].has("UJANE") and not standin.workspace.channels["GSECRET"].has("UBOB")
