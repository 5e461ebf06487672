"""Baton in each workspace where it is installed: by which token Slack is called there, and who we are there."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import aiohttp

from adapters.slack.translate import PLATFORM
from adapters.slack.web_api import CALL_SECONDS, Answer, Trouble, WebApi
from core.account import Installation
from core.errors import StorageAway
from core.ports import Keyring

# A gesture has 3 s in all, and whether its workspace is ours is asked first.
KEYRING_SECONDS = 1.0
# Clients that are kept for the next call. One is some kilobytes, and made anew in a millisecond.
MOST_CLIENTS = 256

NOT_INSTALLED = Trouble("not installed", temporary=False)
UNKNOWN = Trouble("nobody can say yet whether it is installed", temporary=True)


@dataclass(frozen=True, slots=True)
class Introduction:
    """Who a token says we are: the workspace's id, our user id and bot id there, and the workspace's address.

    ``team`` is the enterprise's id where Baton is installed for all of an enterprise.
    """

    team: str
    bot_user: str
    bot_id: str
    url: str

    @property
    def facts(self) -> Mapping[str, str]:
        """The same as ``Installation.facts``."""
        return asdict(self)


def introduction(facts: Mapping[str, str]) -> Introduction:
    """Who we are, out of an installation's facts; what is not among them is ""."""
    return Introduction(*(facts.get(name, "") for name in ("team", "bot_user", "bot_id", "url")))


@dataclass(frozen=True, slots=True)
class Ours:
    """One workspace in which Baton is installed: the way to call Slack there, and who we are there."""

    api: WebApi
    us: Introduction


class Workspaces:
    """Slack's Web API, called in a workspace by the token that Baton has there. ``seconds`` is for every call.

    ``pending`` says that there is a token of which Slack has not told yet whose it is: until then nobody can say of a
    workspace that it is none of ours.
    """

    def __init__(self, api_url: str, session: aiohttp.ClientSession, keyring: Keyring, *, pending: bool) -> None:
        self.seconds = CALL_SECONDS
        self.pending = pending
        self._api_url = api_url
        self._session = session
        self._keyring = keyring
        self._clients: OrderedDict[tuple[str, str], WebApi] = OrderedDict()

    async def ours(self, workspace: str) -> Ours | Trouble:
        """A workspace of ours; ``NOT_INSTALLED`` for another, ``UNKNOWN`` while nobody can say. Slack isn't asked."""
        try:
            async with asyncio.timeout(KEYRING_SECONDS):
                found = await self._keyring.installation(PLATFORM, workspace)
        except (StorageAway, TimeoutError):
            return UNKNOWN
        if found is None or not found.token:
            return UNKNOWN if self.pending else NOT_INSTALLED
        return Ours(self._client(found), introduction(found.facts))

    async def call(
        self, workspace: str, method: str, arguments: Mapping[str, Any], seconds: float | None = None
    ) -> Answer | Trouble:
        """``WebApi.call`` in a workspace."""
        found = await self.ours(workspace)
        return found if isinstance(found, Trouble) else await found.api.call(method, arguments, seconds)

    async def ask(
        self, workspace: str, method: str, arguments: Mapping[str, str], seconds: float | None = None
    ) -> Answer | Trouble:
        """``WebApi.ask`` in a workspace."""
        found = await self.ours(workspace)
        return found if isinstance(found, Trouble) else await found.api.ask(method, arguments, seconds)

    def client(self, token: str) -> WebApi:
        """A client for a token that is not on the keyring, or not yet."""
        client = WebApi(token, self._api_url, self._session)
        client.seconds = self.seconds
        return client

    def _client(self, installation: Installation) -> WebApi:
        key = (installation.workspace, installation.token)
        client = self._clients.get(key)
        if client is None:
            client = self._clients[key] = self.client(installation.token)
            if len(self._clients) > MOST_CLIENTS:
                self._clients.popitem(last=False)
        self._clients.move_to_end(key)
        client.seconds = self.seconds
        return client
