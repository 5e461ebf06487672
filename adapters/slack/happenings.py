"""What Slack tells of by itself: Baton removed, rooms that come and go, people who changed."""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping

from adapters.slack import answers, translate, wording
from adapters.slack.directory import profile
from adapters.slack.errands import Errands
from adapters.slack.orders import look
from adapters.slack.translate import PLATFORM, Payload, Unreadable, text
from adapters.slack.web_api import Trouble
from adapters.slack.workspaces import Workspaces
from core.deliveries import Lane
from core.desk import Desk
from core.errors import StorageAway
from core.orders import Here, Said
from core.people import Identity

# How many events are remembered, so that one that Slack sends again makes no second offer.
MOST_REMEMBERED = 1_000

_log = logging.getLogger(__name__)


class Happenings:
    """Takes every event; most are none of our business.

    ``StorageAway`` leaves it: Slack is then told to send the event again. All that is done here can be done twice.
    """

    def __init__(self, desk: Desk, api: Workspaces, errands: Errands) -> None:
        self._desk = desk
        self._api = api
        self._errands = errands
        self._offered: OrderedDict[str, None] = OrderedDict()
        self._known: Mapping[str, Callable[[Payload], Awaitable[None]]] = {
            "app_uninstalled": self._uninstalled,
            "tokens_revoked": self._revoked,
            "channel_archive": self._archived,
            "group_archive": self._archived,
            "channel_deleted": self._deleted,
            "group_deleted": self._deleted,
            "channel_left": self._left,
            "group_left": self._left,
            "member_left_channel": self._somebody_left,
            "member_joined_channel": self._somebody_joined,
            "user_change": self._changed,
        }

    @property
    def known(self) -> frozenset[str]:
        """The events that do something."""
        return frozenset(self._known)

    async def take(self, payload: Payload) -> None:
        """Do what an event asks for. One that can't be read is said in the log: it would not get better by itself."""
        kind = text(payload, "event", "type")
        handle = self._known.get(kind)
        if handle is None:
            return
        try:
            await handle(payload)
        except Unreadable:
            _log.warning("An event %s of Slack's could not be read", kind)

    async def _uninstalled(self, payload: Payload) -> None:
        await self._desk.uninstall(PLATFORM, _place(payload), translate.happened_at(payload))

    async def _revoked(self, payload: Payload) -> None:
        """Tokens of single people are none of ours."""
        tokens = _inner(payload).get("tokens")
        if isinstance(tokens, Mapping) and tokens.get("bot"):
            await self._uninstalled(payload)

    async def _archived(self, payload: Payload) -> None:
        await self._lost(payload, wording.ARCHIVED)

    async def _deleted(self, payload: Payload) -> None:
        await self._lost(payload, wording.DELETED)

    async def _left(self, payload: Payload) -> None:
        await self._lost(payload, wording.REMOVED)

    async def _somebody_left(self, payload: Payload) -> None:
        if await self._is_us(payload):
            await self._lost(payload, wording.REMOVED)

    async def _lost(self, payload: Payload, reason: str) -> None:
        await self._desk.lose_rooms(PLATFORM, _place(payload), reason, address=_channel(payload))

    async def _somebody_joined(self, payload: Payload) -> None:
        event = text(payload, "event_id")
        if (event and event in self._offered) or not await self._is_us(payload):
            return
        self._remember(event)
        place, channel = _place(payload), _channel(payload)
        here = Here(Lane(PLATFORM, place, channel, private=False), wording.SOME_CHANNEL, "", inside=True)
        found = await look(self._api, here)
        try:
            said = await self._desk.offer(found if isinstance(found, Here) else here)
        except StorageAway:
            self._offered.pop(event, None)
            raise
        if said:
            self._errands.start(self._offer(place, channel, text(payload, "event", "inviter"), said))

    async def _offer(self, place: str, channel: str, inviter: str, said: Said) -> None:
        """Say it to whoever added us; to everybody there if that is nobody, or nobody who can be told alone."""
        message = {"channel": channel, **answers.offer(said)}
        if inviter:
            told = await self._api.call(place, "chat.postEphemeral", {**message, "user": inviter})
            if not isinstance(told, Trouble) or told.unsure:
                return
        told = await self._api.call(place, "chat.postMessage", message)
        if isinstance(told, Trouble):
            _log.info("A room was not offered: %s", told.reason)

    async def _changed(self, payload: Payload) -> None:
        user = _inner(payload).get("user")
        if not isinstance(user, Mapping) or not text(user, "id"):
            raise Unreadable
        place = _place(payload)
        await self._desk.refresh(Identity(PLATFORM, place, text(user, "id")), profile(user, place))

    async def _is_us(self, payload: Payload) -> bool:
        """Whether it is about our own bot user."""
        found = await self._api.ours(_place(payload))
        if isinstance(found, Trouble):
            if found.temporary:
                raise StorageAway(found.reason)
            return False
        return text(payload, "event", "user") == found.us.bot_user

    def _remember(self, event: str) -> None:
        self._offered[event] = None
        if len(self._offered) > MOST_REMEMBERED:
            self._offered.popitem(last=False)


def _inner(payload: Payload) -> Payload:
    event = payload.get("event")
    return event if isinstance(event, Mapping) else {}


def _place(payload: Payload) -> str:
    found = translate.told_to(payload)
    if not found:
        raise Unreadable
    return found


def _channel(payload: Payload) -> str:
    found = text(payload, "event", "channel")
    if not found:
        raise Unreadable
    return found
