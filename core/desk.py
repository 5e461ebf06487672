"""The desk: the one door through which every platform asks Baton for something."""

import asyncio
import secrets
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from core import account_wording, wording
from core.account import STATE_LIVES, Install, Installed, OneTime, Purpose, digest
from core.changes import LoseRooms, Refresh
from core.claim_rules import Kind, Verdict
from core.context_card import ContextCard, describe
from core.errors import StorageAway
from core.handoff import Move, Seen, Verb
from core.orders import Here, Order, Said
from core.pace import Pace
from core.patience import Patience
from core.people import Caller, Identity, Profile, Strangers
from core.ports import Account, Answered, Clock, Directory, Inactive, Recorded, Storage
from core.roster import Room
from core.snapshot import Invalid, check_note, clean
from core.use_cases.claim import CLAIM
from core.use_cases.escalate import Escalation, escalate
from core.use_cases.meet import LOOK_UP_SECONDS, Meet, look_up, meet, named, tidied
from core.use_cases.orders import Asked, carry_out
from core.use_cases.release import RELEASE
from core.use_cases.resolve import RESOLVE

T = TypeVar("T")

VERBS: Mapping[str, Verb] = {str(verb.event): verb for verb in (CLAIM, RELEASE, RESOLVE)}


@dataclass(frozen=True, slots=True)
class Click:
    """Somebody pressed a button: which verb, on which handoff, on which copy, and the gesture's own key."""

    verb: str
    handoff: str
    by: Caller
    request: str
    seen: Seen | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a click: the verdict, its sentence, and the card as it now stands.

    ``card`` is None if there is none, or none that whoever clicked may read.
    """

    verdict: Verdict
    sentence: str
    card: ContextCard | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to an escalation that is recorded: the sentence for the escalator."""

    handoff: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing was recorded, for a reason that is not in a field of the form."""

    sentence: str


class Desk:
    """Parses nothing and draws nothing: takes what an adapter understood, answers with what it should say.

    Every method may raise ``StorageAway``: then nothing was done, or with ``StorageUnsure`` nobody knows.
    """

    def __init__(self, storage: Storage, directories: Mapping[str, Directory], clock: Clock) -> None:
        self._storage = storage
        self._directories = directories
        self._clock = clock
        self._pace = Pace()
        self._forms = Pace()
        self._orders = Pace()

    def may_open_form(self, identity: Identity) -> bool:
        """Whether one more form is fine for this person now; asks nobody, since a form can't wait."""
        return self._forms.allows(identity, self._clock.now())

    async def escalate(self, escalation: Escalation) -> Receipt | Refusal | list[Invalid]:
        """Record a handoff; a list says which fields can't be taken."""
        patience = Patience()
        account = await self._account(escalation.by.identity, patience)
        if account is None:
            return Refusal(wording.NOT_CONNECTED)
        # Asked before anything is recorded: were storage away only after that, "nothing was recorded" would be untrue.
        shown = [room for room in await _within(patience, account.rooms()) if room.least <= escalation.priority]
        rooms = [room.name for room in shown]
        if not self._pace.allows(escalation.by.identity, self._clock.now()):
            earlier = await _within(patience, account.made_by(escalation.request))
            return Receipt(earlier.id, wording.recorded(earlier, rooms)) if earlier else Refusal(wording.SLOW_DOWN)
        answer = await escalate(escalation, account, self._make_known(account, patience), self._clock, patience)
        if not isinstance(answer, Recorded) or answer.repeated:
            self._pace.give_back(escalation.by.identity)
        if isinstance(answer, Inactive):
            return Refusal(wording.inactive(answer.standing))
        if not isinstance(answer, Recorded):
            return answer
        return Receipt(answer.handoff.id, wording.recorded(answer.handoff, rooms))

    async def act(self, click: Click) -> Reply | list[Invalid]:
        """Claim, release or resolve. A workspace that isn't ours learns as little as one that guessed an id."""
        verb = VERBS[click.verb]
        note = clean(click.note)
        if found := check_note(note):
            return found
        patience = Patience()
        account = await self._account(click.by.identity, patience)
        if account is None:
            return self._reply(verb, Answered(Verdict(Kind.UNKNOWN), None, None))
        move = Move(verb, click.handoff, click.by, self._clock.now(), click.request, click.seen, note, patience.left)
        answer = await account.apply(move)
        if isinstance(answer, Strangers):
            await meet([click.by], account, self._directories, self._clock, patience)
            answer = await account.apply(replace(move, deadline=patience.left))
        if isinstance(answer, Strangers):
            raise RuntimeError("storage does not know people whom it has just met")
        return self._reply(verb, answer)

    async def rooms(self, identity: Identity) -> Sequence[Room]:
        """Where escalations from this workspace are shown."""
        patience = Patience()
        account = await self._account(identity, patience)
        return [] if account is None else await _within(patience, account.rooms())

    async def order(self, order: Order, by: Caller, here: Here | None = None) -> Said:
        """Do what somebody said to Baton in words. ``here`` is the room it was said in, None where none can be."""
        patience = Patience()
        name = await self._name(by.identity.platform, by.identity.workspace, patience)
        if name is None:
            return Said(wording.NOT_CONNECTED)
        if not self._orders.allows(by.identity, self._clock.now()):
            return Said(wording.SLOW_DOWN)
        account = self._storage.open(name)
        asked = Asked(
            account,
            name,
            self._storage.registry,
            by,
            here,
            self._clock.now(),
            patience,
            self._make_known(account, patience),
        )
        return await carry_out(order, asked)

    async def offer(self, here: Here) -> Said | None:
        """What to say in a room that Baton was just added to; None if it shows escalations there already."""
        patience = Patience()
        name = await self._name(here.lane.platform, here.lane.workspace, patience)
        if name is None or here.lane in [
            room.lane for room in await _within(patience, self._storage.open(name).rooms())
        ]:
            return None
        return Said(account_wording.OFFER, private=False)

    async def install(self, install: Install) -> Installed:
        """Baton was installed in a workspace, or installed there again. Who did it is looked up, if nobody did yet."""
        by = install.by and named(install.by)
        profile = install.profile and tidied(install.profile)
        if profile is None and by:
            profile = await look_up(by, self._directories, LOOK_UP_SECONDS)
        return await self._storage.registry.install(replace(install, by=by, at=self._clock.now(), profile=profile))

    async def uninstall(self, platform: str, workspace: str, began: datetime) -> None:
        """Baton was removed from a workspace at ``began``, by the platform's clock. Said again, it is done once."""
        await self._storage.registry.uninstall(platform, workspace, began, self._clock.now())

    async def lose_rooms(
        self, platform: str, workspace: str, reason: str, *, address: str = "", place: str = ""
    ) -> None:
        """A platform says that a room is gone or closed to us, or all that ``place`` holds."""
        await self._tell(platform, workspace, LoseRooms(self._clock.now(), platform, workspace, reason, address, place))

    async def refresh(self, who: Identity, profile: Profile) -> None:
        """A platform says what one of its users is like now."""
        await self._tell(who.platform, who.workspace, Refresh(who, tidied(profile), self._clock.now()))

    async def begin_install(self) -> str:
        """A fresh one-time state for an installation that begins in somebody's browser."""
        state, now = secrets.token_urlsafe(32), self._clock.now()
        # Anybody may begin, as often as they like: what is too old does not wait for the hourly upkeep.
        await self._storage.registry.prune(now)
        await self._storage.registry.keep(OneTime(Purpose.STATE, digest(state), now + STATE_LIVES))
        return state

    async def takes_state(self, state: str) -> bool:
        """Use a state up; whether it was one of ours, not too old, and used for the first time."""
        return await self._storage.registry.use(Purpose.STATE, digest(state), self._clock.now())

    async def _tell(self, platform: str, workspace: str, change: LoseRooms | Refresh) -> None:
        """Make a change that a platform tells of; what it tells of strangers is nobody's business."""
        name = await self._name(platform, workspace, Patience())
        if name is not None:
            await self._storage.open(name).change(change)

    def _make_known(self, account: Account, patience: Patience) -> Meet:
        async def make_known(callers: Sequence[Caller]) -> None:
            await meet(callers, account, self._directories, self._clock, patience)

        return make_known

    async def _account(self, identity: Identity, patience: Patience) -> Account | None:
        name = await self._name(identity.platform, identity.workspace, patience)
        return None if name is None else self._storage.open(name)

    async def _name(self, platform: str, workspace: str, patience: Patience) -> str | None:
        return await _within(patience, self._storage.registry.account_of(platform, workspace))

    def _reply(self, verb: Verb, answer: Answered) -> Reply:
        sentence = wording.verdict(answer.verdict, verb, self._clock.now())
        shown = answer.handoff if answer.may_read else None
        return Reply(answer.verdict, sentence, describe(shown, sentence) if shown else None)


async def _within(patience: Patience, answer: Awaitable[T]) -> T:
    """The answer to a question, if it comes in time; a question may be given up in the middle, a change may not."""
    try:
        async with asyncio.timeout(patience.left):
            return await answer
    except TimeoutError as error:
        raise StorageAway("storage did not answer in time") from error
