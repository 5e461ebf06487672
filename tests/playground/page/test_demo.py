"""``baton demo`` as a program: the scripted run, what it says when something is untrue, ports and signals."""

import asyncio
import re
import signal
import socket
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot.playground import script, seniors
from bot.playground.stage import stage
from bot.playground.teams_stand_in import Error

BATON = Path(sys.executable).with_name("baton")


@asynccontextmanager
async def program(*arguments):
    """The program under way; it is killed if a test leaves it running."""
    process = await asyncio.create_subprocess_exec(
        BATON, "demo", *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(60):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_the_scripted_run_ends_well():
    async with program("--script") as process:
        out, err = await process.communicate()
    text = out.decode()
    assert (process.returncode, err.decode()) == (0, ""), text
    [winner] = re.findall(r"^(Dana|Sam) won\.$", text, re.MULTILINE)
    assert f"Already picked up by {winner}" in text
    assert "Joined: Acme Support Seniors now belongs to the account Acme Support" in text
    assert "You are a viewer here" in text and "Ask Sam Okafor" in text
    assert "Max Weber is an engineer now; before, a viewer." in text
    assert "Resolved by" in text and text.rstrip().splitlines()[-1].startswith("Everything was as it must be")


async def test_the_scripted_run_says_what_is_untrue(monkeypatch, capsys):
    @asynccontextmanager
    async def stage_without_a_channel(tell):
        async with stage(tell) as on_stage:
            on_stage.teams.faults("create", [Error(403, "BotNotInConversationRoster", "No.")] * 9)
            yield on_stage

    monkeypatch.setattr(script, "stage", stage_without_a_channel)
    monkeypatch.setattr(seniors, "PATIENCE", 0.5)
    assert await script.play() == 1
    assert "Untrue: Dana's card doesn't say" in capsys.readouterr().out


async def test_it_stops_at_a_signal_with_a_page_open():
    async with program("--port", "0") as process, aiohttp.ClientSession() as session:
        url = await _url(process)
        async with session.get(f"{url}/api/events") as stream:
            await stream.content.readline()
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(10):
                assert await process.wait() == 0
        assert (await process.stderr.read()).decode() == ""


async def test_a_taken_port_is_said_and_the_next_one_used():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with program("--port", str(port)) as process:
            assert (await process.stdout.readline()).decode().startswith(f"Port {port} is taken")
            assert await _url(process) != f"http://127.0.0.1:{port}"
            process.send_signal(signal.SIGINT)
            assert await process.wait() == 0


async def _url(process):
    line = (await process.stdout.readline()).decode()
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found, line + (await process.stderr.read()).decode()
    return found[0]
