"""The desk: the one door through which every platform asks Baton for something."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from core import wording
from core.claim_rules import Kind, Verdict
from core.context_card import ContextCard, describe
from core.errors import StorageAway
from core.handoff import Move, Seen, Verb
from core.pace import Pace
from core.patience import Patience
from core.people import Caller, Identity
from core.ports import Account, Answered, Clock, Directory, Recorded, Room, Storage, Strangers
from core.snapshot import Invalid, check_note, clean
from core.use_cases.claim import CLAIM
from core.use_cases.escalate import Escalation, escalate
from core.use_cases.meet import meet
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
    """The answer to a click: the verdict, its sentence, and the card as it now stands (None if there is none)."""

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

    def may_open_form(self, identity: Identity) -> bool:
        """Whether one more form is fine for this person now; asks nobody, since a form can't wait."""
        return self._forms.allows(identity, self._clock.now())

    async def escalate(self, escalation: Escalation) -> Receipt | Refusal | list[Invalid]:
        """Record a handoff; a list says which fields can't be taken."""
        patience = Patience()
        account = await self._account(escalation.by.identity, patience)
        if account is None:
            return Refusal(wording.NOT_CONNECTED)

        async def make_known(callers: Sequence[Caller]) -> None:
            await meet(callers, account, self._directories, self._clock, patience)

        # Asked before anything is recorded: were storage away only after that, "nothing was recorded" would be untrue.
        rooms = [room.name for room in await _within(patience, account.rooms())]
        if not self._pace.allows(escalation.by.identity, self._clock.now()):
            earlier = await _within(patience, account.made_by(escalation.request))
            return Receipt(earlier.id, wording.recorded(earlier, rooms)) if earlier else Refusal(wording.SLOW_DOWN)
        answer = await escalate(escalation, account, make_known, self._clock, patience)
        if not isinstance(answer, Recorded) or answer.repeated:
            self._pace.give_back(escalation.by.identity)
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
        """Where an escalation from this workspace would be shown."""
        patience = Patience()
        account = await self._account(identity, patience)
        return [] if account is None else await _within(patience, account.rooms())

    async def _account(self, identity: Identity, patience: Patience) -> Account | None:
        name = await _within(patience, self._storage.registry.account_of(identity.platform, identity.workspace))
        return None if name is None else self._storage.open(name)

    def _reply(self, verb: Verb, answer: Answered) -> Reply:
        sentence = wording.verdict(answer.verdict, verb, self._clock.now())
        return Reply(answer.verdict, sentence, describe(answer.handoff, sentence) if answer.handoff else None)


async def _within(patience: Patience, answer: Awaitable[T]) -> T:
    """The answer to a question, if it comes in time; a question may be given up in the middle, a change may not."""
    try:
        async with asyncio.timeout(patience.left):
            return await answer
    except TimeoutError as error:
        raise StorageAway("storage did not answer in time") from error
