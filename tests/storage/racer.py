"""One of two processes that race for the same handoff."""

import asyncio
import json
import sys

from storage import open_storage
from tests.storage.test_race import clickers, race


def main(url: str, handoff: str, half: str) -> None:
    """Let every second clicker click, and print what each was told."""
    asyncio.run(_main(url, handoff, int(half)))


async def _main(url: str, handoff: str, half: int) -> None:
    storage = await open_storage(url, lambda: None)
    account = storage.open("acme")
    await account.rooms()
    print("ready", flush=True)  # noqa: T201 - this is how the test knows
    sys.stdin.readline()
    answers = await race(account, handoff, clickers()[half::2], f"process-{half}")
    await storage.close()
    json.dump([(answer.verdict.kind, answer.verdict.by and answer.verdict.by.name) for answer in answers], sys.stdout)
