"""A keyring that keeps installations in memory, for tests of what the adapter asks of it."""

import asyncio

from core.account import Installation
from core.errors import StorageAway


class MemoryKeyring:
    """Implements ``core.ports.Keyring``; ``away``: the records are away; ``full``: they can't be written."""

    def __init__(self) -> None:
        self.kept: dict[str, Installation] = {}
        self.asked = 0
        self.away = False
        self.full = False

    async def installation(self, platform: str, workspace: str) -> Installation | None:
        self.asked += 1
        await asyncio.sleep(0)
        if self.away:
            raise StorageAway
        assert platform == "teams"
        return self.kept.get(workspace)

    async def know(self, installation: Installation) -> bool:
        await asyncio.sleep(0)
        assert installation.workspace in self.kept
        if not self.full:
            self.kept[installation.workspace] = installation
        return not self.full

    def hold(self, tenant: str, **facts: str) -> None:
        """Have Baton installed in a tenant."""
        self.kept[tenant] = Installation("teams", tenant, "", facts)
