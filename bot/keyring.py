"""The keyring: what an adapter needs to act in a workspace, from the operator's settings or from the records."""

import asyncio
import logging

from core.account import Installation
from core.errors import StorageAway
from core.ports import Storage

# Whoever has the settings' own token waits no longer for the records: people are to be told that these are away.
HELD_SECONDS = 0.2

log = logging.getLogger("baton")


class Keyring:
    """``core.ports.Keyring`` over the settings and the records; None for whoever has the settings alone."""

    def __init__(self, storage: Storage | None) -> None:
        self._storage = storage
        self._held: dict[tuple[str, str], Installation] = {}
        self._configured: set[tuple[str, str]] = set()

    def hold(self, installation: Installation) -> None:
        """Hold what the operator's settings give for a workspace; the records never see its token."""
        self._held[installation.platform, installation.workspace] = installation

    def configured(self) -> None:
        """The records have what is held now: from here on they say whether Baton is still installed there."""
        self._configured |= self._held.keys()

    async def installation(self, platform: str, workspace: str) -> Installation | None:
        """What the platform gave us when Baton was installed, else what the settings give while it is there."""
        held = self._held.get((platform, workspace))
        if held is None:
            _, kept = await self._recorded(platform, workspace)
            return kept
        if (platform, workspace) not in self._configured:
            return held
        try:
            async with asyncio.timeout(HELD_SECONDS):
                bound, kept = await self._recorded(platform, workspace)
        except (StorageAway, TimeoutError):
            return held
        # A token is in the records only where somebody has installed Baton anew, and the settings' one is dead.
        return kept if kept and kept.token else held if bound else None

    async def know(self, installation: Installation) -> bool:
        """Keep other facts of an installation that is there; if storage is away, they are learned another time."""
        if self._storage is None:
            return False
        try:
            account = await self._storage.registry.account_of(installation.platform, installation.workspace)
            if account is None:
                return False
            await self._storage.open(account).know(installation)
        except StorageAway as away:
            log.info("storage is away (%s); what changed in %s is kept later", away, installation.platform)
            return False
        return True

    async def _recorded(self, platform: str, workspace: str) -> tuple[bool, Installation | None]:
        """Whether the records have the workspace, and what was installed in it."""
        if self._storage is None:
            return False, None
        account = await self._storage.registry.account_of(platform, workspace)
        if account is None:
            return False, None
        return True, await self._storage.open(account).installation(platform, workspace)
