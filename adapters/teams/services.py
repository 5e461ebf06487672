"""Where each tenant is served: learned from what Teams sends, and kept for after a restart."""

import asyncio
from dataclasses import replace

from adapters.teams.activity import PLATFORM
from core.errors import StorageAway
from core.ports import Keyring

# The fact of an installation that this is kept as.
SERVICE_URL = "service_url"


class Services:
    """The service URL of each tenant. They are regional and may change at any time."""

    def __init__(self, keyring: Keyring, usual: str) -> None:
        self._keyring = keyring
        self._usual = usual
        self._known: dict[str, str] = {}
        self._kept: dict[str, str] = {}
        self._keeping: dict[str, asyncio.Task[None]] = {}

    def learn(self, tenant: str, service_url: str) -> None:
        """Remember where a tenant is served; only for what came in a checked activity. Keeps nobody waiting."""
        self._known[tenant] = service_url
        if self._kept.get(tenant) != service_url and tenant not in self._keeping:
            task = self._keeping[tenant] = asyncio.create_task(self._keep(tenant, service_url))
            task.add_done_callback(lambda _: self._keeping.pop(tenant, None))

    async def of(self, tenant: str) -> str:
        """Where a tenant is served; raises ``StorageAway`` if only the records know."""
        if tenant not in self._known:
            installation = await self._keyring.installation(PLATFORM, tenant)
            told = installation.facts.get(SERVICE_URL, "") if installation else ""
            self._known.setdefault(tenant, told or self._usual)
        return self._known[tenant]

    async def installed(self, tenant: str) -> bool:
        """Whether Baton is installed in a tenant, or configured for it; raises ``StorageAway``."""
        return await self._keyring.installation(PLATFORM, tenant) is not None

    async def drain(self) -> None:
        """Wait until what was learned is kept."""
        while self._keeping:
            await asyncio.gather(*self._keeping.values())

    async def _keep(self, tenant: str, service_url: str) -> None:
        try:
            installation = await self._keyring.installation(PLATFORM, tenant)
        except StorageAway:
            return  # the next activity brings it again
        # A tenant without an installation has no facts; one that comes brings this one along.
        if installation and installation.facts.get(SERVICE_URL) != service_url:
            facts = {**installation.facts, SERVICE_URL: service_url}
            if not await self._keyring.know(replace(installation, facts=facts)):
                return
        self._kept[tenant] = service_url
