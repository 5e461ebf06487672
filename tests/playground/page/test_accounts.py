"""What the page shows of the accounts, and the gestures that change them; with a real Baton behind it."""

import asyncio
import re

import pytest

from bot.playground import opening, stage
from bot.playground.accounts import Accounts
from bot.playground.cast import DANA, SLACK_CHANNEL, TEAMS_CHANNEL
from bot.playground.demo import demo
from bot.playground.slack_stand_in import Error, Ok

from .conftest import messages, pane


def people(state):
    return {one["name"]: one for account in state["accounts"] for one in account["people"]}


def rooms(state):
    return sorted((one["platform"], one["name"]) for account in state["accounts"] for one in account["rooms"])


BOTH_ROOMS = [("slack", "escalations"), ("teams", "Escalations")]


async def test_the_page_begins_with_one_account_that_came_by_two_installations(state):
    seen = await state()
    [account] = seen["accounts"]
    assert account["name"] == "Acme Support"
    assert account["workspaces"] == [
        {"platform": "slack", "name": "Acme Support"},
        {"platform": "teams", "name": "Acme Support Seniors"},
    ]
    assert {name: one["role"] for name, one in people(seen).items()} == {"Sam Okafor": "owner", "Dana Ruiz": "admin"}
    assert rooms(seen) == BOTH_ROOMS
    assert any("workspace joined" in one["what"] for one in account["history"])
    # What each pane begins with is short, and every bit of it was really said.
    assert [m["asked"] for m in messages(seen, "sam")] == [["Sam", "/baton show-here"], ["Sam", "/baton link"]]
    assert messages(seen, "jane") == []
    [offer] = messages(seen, "dana")
    assert offer["card"] and offer["edited"] and offer["answer"] is None
    typed, told = messages(seen, "dana", "direct")[:2]
    assert re.fullmatch(r"link \w{4}-\w{4}", typed["text"]) and told["text"].startswith("Joined")
    asked = [entry["what"] for entry in seen["traffic"]]
    assert asked.index("install in Slack") < asked.index("oauth.v2.access") < asked.index("/baton show-here")


@pytest.mark.parametrize(
    ("platform", "fault", "reason"),
    [
        ("slack", ("oauth.v2.access", [Error("invalid_code")]), "Baton wasn't installed in Slack: 400"),
        ("slack", ("conversations.info", [Ok(), Error("channel_not_found")]), "Baton answers /baton show-here with"),
        ("teams", ("create", [Error("BotNotInConversationRoster", 403)]), "Baton doesn't offer itself"),
        ("teams", ("send", [Error("BotNotInConversationRoster", 403)] * 9), "Baton doesn't answer the code"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_beginning_that_goes_wrong_is_said(monkeypatch, capsys, platform, fault, reason):
    made = getattr(stage, f"_{platform}")

    def with_a_fault():
        stand_in = made()
        stand_in.faults(*fault)
        return stand_in

    monkeypatch.setattr(stage, f"_{platform}", with_a_fault)
    monkeypatch.setattr(opening, "PATIENCE", 0.5)
    async with asyncio.timeout(20):
        assert await demo(0, script=False) == 1
    assert reason in capsys.readouterr().out


async def test_a_command_is_answered_to_whoever_typed_it_and_the_page_says_what_it_was(press, state, since):
    await press("command", pane="jane", conversation=SLACK_CHANNEL, text="/baton whoami")
    seen = await state(lambda seen: "Jane Novak" in people(seen) and seen)
    [told] = since(seen, "jane")
    assert told["private"] and told["asked"] == ["Jane", "/baton whoami"] and told["text"] == "You are Jane Novak."
    assert since(seen, "sam") == []
    assert people(seen)["Jane Novak"] == {
        "name": "Jane Novak",
        "role": "engineer",
        "given": False,
        "identities": [{"platform": "slack", "how": "met"}],
    }


@pytest.mark.parametrize("named", ["@dana", "@Dana", "@Dana Ruiz"])
async def test_a_name_of_the_cast_is_a_mention_in_slack(press, state, named):
    await press("command", pane="sam", conversation=SLACK_CHANNEL, text=f"/baton role {named} viewer")
    dana = await state(lambda seen: (dana := people(seen)["Dana Ruiz"])["role"] == "viewer" and dana)
    assert dana["given"]
    assert dana["identities"] == [{"platform": "teams", "how": "met"}, {"platform": "slack", "how": "address"}]


async def test_a_name_of_the_cast_is_a_mention_in_a_channel_of_teams(press, state, since):
    await press("command", pane="dana", conversation=TEAMS_CHANNEL, text="@Baton role @Sam viewer")
    seen = await state(lambda seen: len(people(seen)["Sam Okafor"]["identities"]) == 2 and seen)
    assert since(seen, "dana")[0]["text"] == "@Baton role @Sam Okafor viewer"
    # An admin can't unmake an owner, whichever of the owner's identities is named.
    assert people(seen)["Sam Okafor"]["role"] == "owner"
    chat = pane(seen, "dana")["conversations"][1]["id"]
    _, answer = await press("command", pane="dana", conversation=chat, text="role @Sam viewer")
    assert "say this in the channel" in answer["error"]


async def test_a_workspace_that_is_parted_is_an_account_of_its_own(press, state):
    await press("command", pane="sam", conversation=SLACK_CHANNEL, text="/baton unlink Acme Support Seniors")
    accounts = await state(lambda seen: seen["accounts"][1:] and seen["accounts"])
    assert [[w["platform"] for w in account["workspaces"]] for account in accounts] == [["slack"], ["teams"]]


async def test_baton_leaves_a_channel_comes_back_and_is_taken_up_on_its_offer(press, state, since):
    for words in ("/remove @Baton", "/remove @Baton"):
        _, answer = await press("command", pane="sam", conversation=SLACK_CHANNEL, text=words)
    assert answer["error"] == "Baton is not in this channel."
    await state(lambda seen: rooms(seen) == BOTH_ROOMS[1:])
    await press("command", pane="sam", conversation=SLACK_CHANNEL, text="/invite @Baton")
    [offer] = await state(lambda seen: since(seen, "sam"))
    where = {"pane": "sam", "conversation": SLACK_CHANNEL, "message": offer["id"]}
    _, answer = await press("click", **where, action="baton.show_here")
    assert answer["error"] is None
    await state(lambda seen: rooms(seen) == BOTH_ROOMS)
    direct = pane(await state(), "sam")["conversations"][1]["id"]
    _, answer = await press("command", pane="sam", conversation=direct, text="/invite @Baton")
    assert "nobody else to invite" in answer["error"]


async def test_whoever_watches_is_told_when_the_records_say_something_new_and_only_then(on_stage):
    told = []
    accounts = Accounts(on_stage.accounts._storage, lambda: told.append(accounts.shown))
    for _ in range(2):
        await accounts.read()
        assert told == [on_stage.accounts.shown]


async def test_the_log_has_what_was_written_in_teams(press, state):
    await press("command", pane="dana", conversation=TEAMS_CHANNEL, text="rooms")
    [entry] = [one for one in (await state())["traffic"] if one["what"] == "“rooms”"]
    assert (entry["sender"], entry["status"], entry["ok"]) == (f"{DANA.first}'s Teams", "200", True)
