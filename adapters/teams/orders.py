"""What people say to Baton in words, and the answer to it."""

import logging
from dataclasses import replace

from adapters.teams import wording
from adapters.teams.activity import Place
from adapters.teams.directory import TeamsDirectory
from adapters.teams.rooms import Rooms
from adapters.teams.translate import Spoken
from core.desk import Desk
from core.errors import PlatformAway, StorageAway
from core.orders import Help, HideHere, NameRole, Order, Said, ShowHere, read
from core.people import Caller
from core.wording import away

_log = logging.getLogger(__name__)


class Orders:
    """Takes orders to the desk. What they need of Teams is asked first, and only then."""

    def __init__(self, desk: Desk, directory: TeamsDirectory, rooms: Rooms) -> None:
        self._desk = desk
        self._directory = directory
        self._rooms = rooms

    async def take(self, spoken: Spoken) -> Said:
        """Do what somebody wrote; the answer says so, or why not."""
        order = read(spoken.said)
        if isinstance(order, NameRole):
            try:
                whom = await self._directory.named(order.whom)
            except PlatformAway:
                return Said(wording.ROSTER_AWAY)
            if whom is None:
                return Said(wording.NOT_IN_ROSTER)
            order = NameRole(whom, order.role)
        said = await self.do(order, spoken.by, spoken.place)
        return replace(said, lines=(*said.lines, wording.MENTION_ME, wording.BUTTONS)) if order == Help() else said

    async def do(self, order: Order, by: Caller, place: Place) -> Said:
        """Do it, as asked by somebody in a place."""
        named = isinstance(order, ShowHere | HideHere)
        here = place.here(await self._rooms.name_of(place) if named else wording.ROOM_NAME)
        try:
            return await self._desk.order(order, by, here)
        except StorageAway as error:
            _log.warning("Storage was away when somebody spoke to Baton in Teams")
            return Said(away(error))
