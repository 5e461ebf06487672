"""A thousand people press Pick Up on one handoff: through storage alone, and through the whole program."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks import load
from benchmarks.cards import Copies
from benchmarks.gestures import SLACK, TEAMS, Gestures
from benchmarks.scene import Scene
from bot.wiring import ACCOUNT
from core.claim_rules import Kind
from core.handoff import Move
from core.ports import Answered
from core.use_cases.claim import CLAIM
from storage import open_storage
from tests.storage.rows import rows

CONNECTIONS = 100


async def through_storage(scene: Scene, url: str, handoffs: Sequence[str]) -> list[float]:
    """Milliseconds until all of them have their answer, one race a handoff; checks that each has one winner."""
    storage = await open_storage(url, lambda: None)
    account = storage.open(ACCOUNT)
    everyone = [*scene.slack_seniors, *scene.teams_seniors]
    took = []
    for handoff in handoffs:
        now = datetime.now(UTC)
        moves = [Move(CLAIM, handoff, who, now, f"{handoff}:{who.identity.user}", deadline=30) for who in everyone]
        began = time.perf_counter()
        answers = await asyncio.gather(*map(account.apply, moves))
        took.append((time.perf_counter() - began) * 1000)
        kinds = Counter(answer.verdict.kind for answer in answers if isinstance(answer, Answered))
        assert kinds == {Kind.DONE: 1, Kind.ALREADY_CLAIMED: len(everyone) - 1}, kinds
    await storage.close()
    return took


async def through_the_program(scene: Scene, port: int, copies: Sequence[Copies]) -> list[float]:
    """The same over HTTP, half on each platform, over a hundred connections each; one race a handoff."""
    gestures, took = Gestures(scene), []
    for copy in copies:
        slack = [gestures.slack_click(copy, who).to(SLACK) for who in scene.slack_seniors]
        teams = [gestures.teams_click(copy, who).to(TEAMS) for who in scene.teams_seniors]
        began = time.perf_counter()
        sides = await asyncio.gather(*(load.send(port, side, CONNECTIONS) for side in (slack, teams)))
        took.append((time.perf_counter() - began) * 1000)
        assert not any(side.failed for side in sides)
    return took


async def winners(url: str, handoff: str) -> int:
    """How many claims a handoff has had, as its version tells: 1 is how it was made, and every change adds one."""
    [(version,)] = await rows(url, f"SELECT version FROM handoffs WHERE id = '{handoff}'", ACCOUNT)  # noqa: S608 - our own id
    return int(version) - 1
