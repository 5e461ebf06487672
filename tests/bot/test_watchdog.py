"""The watchdog, in processes whose loops stick, or don't."""

import asyncio
import sys
from pathlib import Path

from tests.journeys.processes import PATIENCE, surroundings

PROGRAM = """
import asyncio, time
from bot.watchdog import watched_loop

def stuck():
    {stuck}

async def main():
    async with watched_loop({seconds}):
        await asyncio.sleep({before})
        stuck()
    print("over")

asyncio.run(main())
"""


async def ended(folder: Path, **values: object) -> tuple[int | None, str, str]:
    """Run the program; how it ended, and what it said."""
    pipe = asyncio.subprocess.PIPE
    program = PROGRAM.format(**values)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, cwd=folder, env=surroundings({}), stdout=pipe, stderr=pipe
    )
    async with asyncio.timeout(PATIENCE):
        out, error = await process.communicate()
    return process.returncode, out.decode(), error.decode()


async def test_l21_a_loop_that_sticks_ends_the_process_and_says_where(tmp_path: Path) -> None:
    code, out, error = await ended(tmp_path, seconds=0.5, before=0, stuck="time.sleep(600)")
    assert (code, out) == (1, "")
    assert "Timeout (0:00:00.5" in error and "in stuck" in error and "in main" in error


async def test_l21_a_loop_that_spins_without_end_is_stuck_too(tmp_path: Path) -> None:
    code, out, error = await ended(tmp_path, seconds=0.5, before=0, stuck="while True: pass")
    assert (code, out) == (1, "") and "in stuck" in error


async def test_a_loop_that_turns_is_left_alone_and_nothing_is_left_behind(tmp_path: Path) -> None:
    # It lives three times as long as it may be stuck, and is then not watched any more.
    code, out, error = await ended(tmp_path, seconds=0.5, before=1.5, stuck="pass")
    assert (code, out, error) == (0, "over\n", "")
