"""Socket Mode, and M8: a connection that dies without a word is noticed, replaced, and said in log and health."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

import pytest

from adapters.slack.outgoing import BadToken
from adapters.slack.settings import SlackSettings
from adapters.slack.socket_mode import SlackSocket
from bot.playground.slack_stand_in import DropBefore, Hang, SlackClient, SlackStandIn, Status
from tests.adapters.slack.conftest import DANA, JANE, SENIORS, Stage


async def until(true: Callable[[], bool], seconds: float = 15.0) -> None:
    """Wait for a condition of the adapter's, which has no event for it, looking often."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - health is polled by whoever asks for it, here too
            await asyncio.sleep(0.01)


@pytest.fixture
async def socket(stage: Stage, settings: SlackSettings) -> AsyncIterator[SlackSocket]:
    socket = SlackSocket(settings, stage.incoming, ping_seconds=0.25)
    await socket.start()
    await until(lambda: socket.alive)
    yield socket
    await socket.stop()


async def test_the_whole_main_job_over_a_socket(stage: Stage, socket: SlackSocket) -> None:
    async with SlackClient(stage.slack) as client:
        opened = await client.command(JANE, "/escalate", "Outlook fails", SENIORS)
        assert (await client.submit(JANE, opened.view.id)).ok
        ts = await stage.post_card()
        await client.click(DANA, SENIORS, ts, "baton.claimed")
    assert await stage.told(DANA) == "It's yours: you picked this up."


async def test_a_command_is_answered_over_the_socket(stage: Stage, socket: SlackSocket) -> None:
    async with SlackClient(stage.slack) as client:
        assert "Recorded" in (await client.command(JANE, "/escalate", "now Outlook fails", SENIORS)).text


async def test_m8_a_silent_death_is_noticed_and_replaced(stage: Stage, socket: SlackSocket, caplog) -> None:
    caplog.set_level(logging.INFO)
    stage.slack.socket_mode.die_silently()
    await until(lambda: not socket.alive)
    assert any("is dead" in record.message and record.levelname == "WARNING" for record in caplog.records)
    await until(lambda: socket.alive)
    assert stage.slack.socket_mode.connected == 1
    async with SlackClient(stage.slack) as client:
        assert "Recorded" in (await client.command(JANE, "/escalate", "now Outlook fails", SENIORS)).text


@pytest.mark.parametrize("faults", [[Status(502), DropBefore()], [Hang()]], ids=["errors", "silence"])
async def test_m8_slack_being_away_while_reconnecting_is_survived(stage: Stage, socket: SlackSocket, faults) -> None:
    stage.slack.faults("apps.connections.open", faults)
    stage.slack.socket_mode.die_silently()
    await until(lambda: not socket.alive)
    await until(lambda: socket.alive)


async def test_a_refused_app_token_is_said_at_the_start(slack: SlackStandIn, stage: Stage, settings) -> None:
    slack.token_error = "invalid_auth"
    with pytest.raises(BadToken, match="invalid_auth"):
        await SlackSocket(settings, stage.incoming).start()


async def test_slack_being_away_at_the_start_is_no_reason_to_give_up(stage: Stage, settings, slack) -> None:
    slack.faults("apps.connections.open", [Status(502)])
    socket = SlackSocket(settings, stage.incoming, ping_seconds=0.25)
    await socket.start()
    await until(lambda: socket.alive)
    await socket.stop()
    assert not socket.alive


async def test_after_stopping_nothing_is_taken_and_nothing_is_connected(stage: Stage, settings) -> None:
    socket = SlackSocket(settings, stage.incoming, ping_seconds=0.25)
    await socket.start()
    await until(lambda: socket.alive)
    await socket.stop()
    await stage.slack.wait_until(lambda: stage.slack.socket_mode.connected == 0)
