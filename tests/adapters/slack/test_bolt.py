"""Bolt is built of what it is given, whatever stands in the environment, and asks Slack nothing on its way."""

import os

from adapters.slack.bolt import build
from adapters.slack.errands import Errands
from adapters.slack.incoming import SlackIncoming
from adapters.slack.private import PrivateAnswers
from adapters.slack.screen import Screen
from tests.adapters.slack.conftest import JANE, SENIORS, Stage

ENVIRONMENT = {
    "SLACK_BOT_TOKEN": "xoxb-of-the-environment",
    "SLACK_SIGNING_SECRET": "of the environment",
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "of the environment",
    "SLACK_VERIFICATION_TOKEN": "of the environment",
    "SLACK_SCOPES": "commands",
}


def test_the_environment_is_not_picked_up_and_left_as_it_was(stage: Stage, settings, monkeypatch, tmp_path, caplog):
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    app = build(
        settings, Screen(stage.outgoing.api, PrivateAnswers(stage.outgoing.api, stage.outgoing.session, Errands())).look
    )
    assert app.oauth_flow is None and app.installation_store is None
    assert app.client.token is None
    assert {name: os.environ[name] for name in ENVIRONMENT} == ENVIRONMENT
    assert list(home.iterdir()) == [] and caplog.records == []


async def test_a_gesture_costs_no_call_but_its_own(stage: Stage) -> None:
    before = len(stage.slack.calls)
    await stage.client.command(JANE, "/escalate", "now Outlook fails", SENIORS)
    await stage.incoming.drain()
    assert len(stage.slack.calls) == before


async def test_a_fault_of_ours_is_a_500_and_is_logged_without_the_body(stage: Stage, caplog, monkeypatch) -> None:
    async def broken(_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(stage.desk, "escalate", broken)
    reply = await stage.client.command(JANE, "/escalate", "now canary-of-a-customer", SENIORS)
    assert reply.status == 500
    [record] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert record.message == "A gesture from Slack failed" and "canary" not in caplog.text


async def test_two_programs_in_one_process_do_not_meet(stage: Stage, settings) -> None:
    other = SlackIncoming(settings, stage.outgoing, stage.desk)
    assert other.app is not stage.incoming.app
    assert other.refused == 0
