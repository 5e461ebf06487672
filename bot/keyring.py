"""The keyring: what an adapter needs to act in a workspace, from the operator's settings or from the records."""

import logging

from core.account import Installation
from core.errors import StorageAway
from core.ports import Storage

log = logging.getLogger("baton")


class Keyring:
    """``core.ports.Keyring`` over the settings and the records; None for whoever has the settings alone."""

    def __init__(self, storage: Storage | None) -> None:
        self._storage = storage
        self._configured: dict[tuple[str, str], Installation] = {}

    def hold(self, installation: Installation) -> None:
        """Hold what the operator's settings give for a workspace; the records never see its token."""
        self._configured[installation.platform, installation.workspace] = installation

    async def installation(self, platform: str, workspace: str) -> Installation | None:
        """What the settings give there, else what the platform gave us when Baton was installed."""
        configured = self._configured.get((platform, workspace))
        if configured is not None or self._storage is None:
            return configured
        account = await self._storage.registry.account_of(platform, workspace)
        return None if account is None else await self._storage.open(account).installation(platform, workspace)

    async def know(self, installation: Installation) -> None:
        """Keep other facts of an installation that is there; if storage is away, they are learned another time."""
        if self._storage is None:
            return
        try:
            account = await self._storage.registry.account_of(installation.platform, installation.workspace)
            if account is not None:
                await self._storage.open(account).know(installation)
        except StorageAway as away:
            log.info("storage is away (%s); what changed in %s is kept later", away, installation.platform)
