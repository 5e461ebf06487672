"""M17: what is rightly signed and comes from a workspace that isn't ours is refused, and learns nothing."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.slack import workspaces
from adapters.slack.workspaces import introduction
from bot.playground.slack_stand_in import SlackStandIn
from bot.playground.slack_stand_in.methods import SCOPES
from core import wording
from core.context_card import Letter, describe
from core.deliveries import Failed, Lane, Sent, TryLater
from tests.adapters.slack.cards import open_plain
from tests.adapters.slack.conftest import DANA, JANE, SENIORS, TEAM, Stage, lane

Change = Callable[[dict[str, Any]], None]

ELSEWHERE: dict[str, Change] = {
    "another team": lambda payload: payload["team"].update(id="T0FOREIGN"),
    "a guest of a shared channel": lambda payload: payload["user"].update(team_id="T0FOREIGN"),
    "a whole enterprise": lambda payload: payload.update(is_enterprise_install=True),
    "no team at all": lambda payload: (payload.update(team=None), payload["user"].pop("team_id")),
}


@pytest.mark.parametrize("change", ELSEWHERE.values(), ids=ELSEWHERE.keys())
async def test_m17_a_press_from_elsewhere_is_refused(stage: Stage, change: Change) -> None:
    ts = await stage.escalated()
    payload = stage.client.click_payload(DANA, SENIORS, ts, "baton.claimed")
    change(payload)
    assert (await stage.client.deliver("interactive", payload)).status == 200
    assert await stage.told(DANA) == wording.NOT_CONNECTED
    assert stage.desk.clicks == []


@pytest.mark.parametrize("change", ELSEWHERE.values(), ids=ELSEWHERE.keys())
async def test_m17_resolve_pressed_elsewhere_opens_no_view(stage: Stage, change: Change) -> None:
    ts = await stage.escalated()
    payload = stage.client.click_payload(DANA, SENIORS, ts, "baton.claimed")
    payload["actions"][0]["action_id"] = "baton.resolved"
    change(payload)
    await stage.client.deliver("interactive", payload)
    assert await stage.told(DANA) == wording.NOT_CONNECTED
    assert stage.slack.views == {}


@pytest.mark.parametrize("text", ["", "Outlook fails", "now Outlook fails", "help"])
@pytest.mark.parametrize("change", [{"team_id": "T0FOREIGN"}, {"is_enterprise_install": "true"}])
async def test_m17_a_command_from_elsewhere_is_refused_and_opens_no_view(stage: Stage, text, change) -> None:
    payload = stage.client.command_payload(JANE, "/escalate", text, SENIORS) | change
    reply = await stage.client.deliver("slash_commands", payload)
    assert reply.body["text"] == wording.NOT_CONNECTED
    assert stage.slack.views == {} and stage.desk.escalations == []


async def test_m17_a_form_from_elsewhere_is_refused(stage: Stage) -> None:
    view = (await stage.client.command(JANE, "/escalate", "Outlook fails", SENIORS)).view
    payload = stage.client.submit_payload(JANE, view.id)
    payload["view"]["app_installed_team_id"] = "T0FOREIGN"
    reply = await stage.client.deliver("interactive", payload)
    assert reply.body["view"]["blocks"][0]["text"]["text"] == wording.NOT_CONNECTED
    assert stage.desk.escalations == []


async def test_an_event_is_acknowledged_from_wherever_it_comes(stage: Stage) -> None:
    assert (await stage.client.event({"type": "app_home_opened", "user": JANE})).status == 200
    payload = {"type": "event_callback", "team_id": "T0FOREIGN", "event": {"type": "message", "user": "U9"}}
    assert (await stage.client.deliver("events_api", payload)).status == 200


async def test_m5_a_retried_event_is_acknowledged_again_and_does_nothing(stage: Stage) -> None:
    before = len(stage.slack.calls)
    for retry in (0, 1, 2):
        inner = {"type": "app_mention", "user": JANE, "text": "hello", "channel": SENIORS}
        assert (await stage.client.event(inner, event_id="Ev1", retry=retry)).status == 200
    await stage.incoming.drain()
    assert len(stage.slack.calls) == before


LETTER = Letter("Hello", "", "Open the card")
ELSEWHERE_LANE = Lane("slack", "T0FOREIGN", SENIORS, private=False)


async def test_where_it_is_not_installed_nothing_is_sent_and_nothing_called(stage: Stage) -> None:
    before = len(stage.slack.calls)
    away = Failed("not installed")
    assert await stage.outgoing.post(ELSEWHERE_LANE, describe(open_plain()), "k") == away
    assert await stage.outgoing.correct(ELSEWHERE_LANE, f"{SENIORS}:1.2", describe(open_plain())) == away
    assert await stage.outgoing.tell(ELSEWHERE_LANE, LETTER, "k") == away
    assert await stage.outgoing.find(ELSEWHERE_LANE, "k", datetime.now(UTC)) == away
    assert len(stage.slack.calls) == before


async def test_until_slack_has_said_whose_the_token_is_nothing_is_given_up(outgoing, ring) -> None:
    held = ring.held.pop(TEAM)
    assert isinstance(await outgoing.tell(lane(), LETTER, "k"), TryLater)
    await outgoing.introduce()
    assert await outgoing.tell(lane(), LETTER, "k") == Failed("not installed")
    ring.held[TEAM] = held
    assert isinstance(await outgoing.tell(lane(), LETTER, "k"), Sent)


async def test_while_the_records_are_away_it_is_tried_again_later(stage: Stage) -> None:
    stage.ring.away = True
    before = len(stage.slack.calls)
    assert isinstance(await stage.outgoing.tell(lane(), LETTER, "k"), TryLater)
    assert isinstance(await stage.outgoing.correct(lane(), f"{SENIORS}:1.2", describe(open_plain())), TryLater)
    assert isinstance(await stage.outgoing.find(lane(), "k", datetime.now(UTC)), TryLater)
    assert len(stage.slack.calls) == before


async def test_a_token_that_is_new_is_used_at_once(slack: SlackStandIn, outgoing, ring) -> None:
    assert isinstance(await outgoing.tell(lane(), LETTER, "k"), Sent)
    slack.teams.remove(TEAM, "token_revoked")
    assert await outgoing.tell(lane(), LETTER, "k") == Failed("token_revoked")
    us = introduction(ring.held[TEAM].facts)
    ring.hold(slack.teams.install(TEAM, SCOPES), us)
    assert await outgoing.tell(lane(), LETTER, "k") == Failed("not_in_channel", lost=True)


async def test_clients_are_kept_and_not_too_many(outgoing, ring, monkeypatch) -> None:
    monkeypatch.setattr(workspaces, "MOST_CLIENTS", 2)
    for number in range(5):
        ring.held[f"T{number}"] = replace(ring.held[TEAM], workspace=f"T{number}", token=f"xoxb-{number}")
    first = (await outgoing.api.ours("T0")).api
    assert (await outgoing.api.ours("T0")).api is first
    await outgoing.api.ours("T1")
    assert (await outgoing.api.ours("T0")).api is first
    await outgoing.api.ours("T2")
    assert (await outgoing.api.ours("T0")).api is first
    for number in (3, 4):
        await outgoing.api.ours(f"T{number}")
    assert (await outgoing.api.ours("T0")).api is not first


async def test_a_gesture_costs_one_look_at_the_keyring_and_no_call(stage: Stage) -> None:
    ts = await stage.escalated()
    asked, called = stage.ring.asked, len(stage.slack.calls)
    await stage.client.click(DANA, SENIORS, ts, "baton.claimed")
    assert await stage.told(DANA) == "It's yours: you picked this up."
    assert stage.ring.asked == asked + 1
    assert [call.method for call in stage.slack.calls[called:]] == ["hook"]


async def test_while_nobody_can_say_whose_it_is_words_are_given_back(stage: Stage) -> None:
    ts = await stage.escalated()
    form = (await stage.client.command(JANE, "/escalate", "Outlook fails", SENIORS)).view
    await stage.client.click(JANE, SENIORS, ts, "baton.claimed")
    await stage.incoming.drain()
    stage.ring.away = True
    outcome = await stage.client.command(JANE, "/escalate", "now Teams fails too", SENIORS)
    assert wording.AWAY in outcome.text and "Teams fails too" in str(outcome.seen[-1].blocks)
    assert wording.AWAY in (await stage.client.command(JANE, "/baton", "whoami", SENIORS)).text
    assert (await stage.client.submit(JANE, form.id)).errors == {"problem": wording.AWAY_FORM}
    await stage.client.click(DANA, SENIORS, ts, "baton.claimed")
    assert await stage.told(DANA) == wording.AWAY
    assert len(stage.desk.escalations) == 1 and len(stage.desk.clicks) == 1


async def test_a_keyring_that_does_not_answer_is_not_waited_for(outgoing, ring, monkeypatch) -> None:
    async def silent(*_: str) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(workspaces, "KEYRING_SECONDS", 0.05)
    monkeypatch.setattr(ring, "installation", silent)
    async with asyncio.timeout(5):
        assert await outgoing.api.ours(TEAM) == workspaces.UNKNOWN
