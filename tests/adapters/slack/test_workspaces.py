"""M17: what is rightly signed and comes from a workspace that isn't ours is refused, and learns nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from core import wording
from tests.adapters.slack.conftest import DANA, JANE, SENIORS, Stage

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
