"""Orders: what people say to Baton in words, carried out and answered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from core import account_wording as say
from core import history_wording
from core.access import LEAST, Right, may
from core.account import CODE_LIVES, Joined, Linked, OneTime, Parted, Purpose, Redeem, digest, new_code, tidy_code
from core.account_settings import NAMES
from core.changes import Change, Changed, ChangeSetting, GiveRole, Guess, HideRoom, Hindered, ShowRoom, UnlinkSelf
from core.orders import (
    AskCode,
    AskOwnCode,
    Choose,
    Help,
    Here,
    HideHere,
    ListHistory,
    ListPeople,
    ListQueue,
    ListRooms,
    ListSettings,
    NameRole,
    Order,
    Said,
    ShowHere,
    TypeCode,
    Unclear,
    Unlink,
    UnlinkMe,
    WhoAmI,
)
from core.patience import Patience
from core.people import Caller, Member, Standing, Strangers
from core.ports import Account, Registry
from core.use_cases.meet import Meet
from core.wording import BOT, DEACTIVATED

T = TypeVar("T")

MOST_PEOPLE = 50
MOST_WAITING = 20
MOST_HISTORY = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """Who said something, where, and what it takes to answer. ``account`` is the asker's own, and ``name`` its id."""

    account: Account
    name: str
    registry: Registry
    by: Caller
    here: Here | None
    now: datetime
    patience: Patience
    make_known: Meet


async def carry_out(order: Order, asked: Asked) -> Said:
    """Do it, and answer."""
    match order:
        case Help():
            return Said(say.HELP, say.usage_lines(), private=False)
        case Unclear(usage):
            return Said(say.unclear(usage))
        case WhoAmI():
            return await _whoami(asked)
        case ListPeople() | ListRooms() | ListSettings() | ListHistory() | ListQueue():
            return await _list(asked, order)
        case ShowHere() | HideHere():
            return await _room(asked, order)
        case NameRole() | Choose() | UnlinkMe():
            return await _change(asked, *_as_change(order, asked))
        case AskCode() | AskOwnCode() | TypeCode() | Unlink():
            return await _link(order, asked)


def _as_change(order: NameRole | Choose | UnlinkMe, asked: Asked) -> tuple[Change, Caller | None]:
    """The change that an order asks for, and whom it is about."""
    match order:
        case NameRole(whom, role):
            return GiveRole(asked.by, asked.now, whom.identity, role), whom
        case Choose(name, value):
            return ChangeSetting(asked.by, asked.now, name, value), None
        case UnlinkMe():
            return UnlinkSelf(asked.by, asked.now), None


async def _link(order: AskCode | AskOwnCode | TypeCode | Unlink, asked: Asked) -> Said:
    match order:
        case AskCode():
            return await _code(asked, Purpose.WORKSPACE, Right.JOIN_WORKSPACES, say.code)
        case AskOwnCode():
            return await _code(asked, Purpose.PERSON, Right.LINK_SELF, say.own_code)
        case TypeCode(code):
            return await _redeem(asked, code)
        case Unlink(name):
            return await _part(asked, name)


async def _asker(asked: Asked) -> Member:
    """Whoever asks; met, if this is the first time."""
    me = await asked.account.who(asked.by.identity)
    if me is None:
        await asked.make_known([asked.by])
        me = await asked.account.who(asked.by.identity)
    if me is None:
        raise RuntimeError("storage does not know somebody whom it has just met")
    return me


async def _refused(asked: Asked, right: Right) -> Said | None:
    """Why whoever asks may not, None if they may."""
    me = await _asker(asked)
    here = next((one for one in me.identities if one.identity == asked.by.identity), None)
    if here is not None and here.standing is not Standing.ACTIVE:
        return Said(BOT if here.standing is Standing.BOT else DEACTIVATED)
    return None if may(me.person.role, right) else Said(say.not_allowed(right, await _deciders(asked, right)))


async def _deciders(asked: Asked, right: Right = Right.GIVE_ROLES) -> list[str]:
    """The names of those who can give the role that it takes."""
    people = await asked.account.people(MOST_PEOPLE)
    active = [one for one in people if any(known.standing is Standing.ACTIVE for known in one.identities)]
    least = max(LEAST[Right.GIVE_ROLES], LEAST[right])
    return [one.person.name for one in active if one.person.role >= least]


async def _whoami(asked: Asked) -> Said:
    me = await _asker(asked)
    sentence, lines = say.whoami(me, asked.by.identity, await _deciders(asked))
    return Said(sentence, lines)


_LISTS: dict[type, Right] = {
    ListPeople: Right.SEE_PEOPLE,
    ListRooms: Right.SEE_ROOMS,
    ListSettings: Right.CHANGE_SETTINGS,
    ListHistory: Right.SEE_HISTORY,
    ListQueue: Right.SEE_QUEUE,
}


async def _list(asked: Asked, order: ListPeople | ListRooms | ListSettings | ListHistory | ListQueue) -> Said:
    if refused := await _refused(asked, _LISTS[type(order)]):
        return refused
    account = asked.account
    match order:
        case ListPeople():
            people = await account.people(MOST_PEOPLE)
            return Said("The people of this account:", tuple(say.person_line(one) for one in people))
        case ListRooms():
            rooms = await account.rooms()
            lines = tuple(say.room_line(room) for room in rooms)
            return Said("Escalations are shown in:" if lines else say.NO_ROOMS, lines)
        case ListSettings():
            settings = await account.settings()
            return Said("What admins can choose:", tuple(say.setting_line(settings, name) for name in NAMES))
        case ListHistory():
            entries = await account.history(MOST_HISTORY)
            lines = tuple(f"{entry.at:%Y-%m-%d %H:%M} UTC · {history_wording.happened(entry)}" for entry in entries)
            return Said("What was changed lately, the newest first:" if lines else say.NO_HISTORY, lines)
        case ListQueue():
            waiting = await account.queue(MOST_WAITING)
            lines = tuple(say.queue_line(handoff, asked.now) for handoff in waiting)
            return Said("Waiting to be picked up:" if lines else say.NOTHING_WAITS, lines)


async def _change(asked: Asked, change: Change, whom: Caller | None = None) -> Said:
    """Make a change for whoever asks; people whom it is about are met first if need be."""
    answer = await _changed(asked, change, whom)
    if isinstance(answer, Hindered):
        return Said(await _hindered(asked, answer))
    return Said(history_wording.changed(answer.entry) if answer.entry else say.ALREADY_SO)


async def _changed(asked: Asked, change: Change, whom: Caller | None = None) -> Changed | Hindered:
    return await _known(
        asked, [asked.by] + ([whom] if whom else []), partial(asked.account.change, change, asked.patience.left)
    )


async def _known(asked: Asked, callers: list[Caller], ask: Callable[[], Awaitable[T | Strangers]]) -> T:
    """Ask storage, and ask again once it knows the people."""
    answer = await ask()
    if isinstance(answer, Strangers):
        await asked.make_known([one for one in callers if one.identity in answer.identities])
        answer = await ask()
    if isinstance(answer, Strangers):
        raise RuntimeError("storage does not know people whom it has just met")
    return answer


async def _hindered(asked: Asked, found: Hindered) -> str:
    return say.hindered(found, asked.now, await _deciders(asked, found.right) if found.right else ())


async def _room(asked: Asked, order: ShowHere | HideHere) -> Said:
    here = asked.here
    if here is None:
        return Said(say.NO_ROOM_HERE)
    if isinstance(order, HideHere):
        said = await _change(asked, HideRoom(asked.by, asked.now, here.lane))
    elif here.inside is False:
        return Said(say.NOT_INSIDE)
    else:
        shown = ShowRoom(asked.by, asked.now, here.lane, here.name, here.place, order.least)
        said = await _change(asked, shown)
    return Said(said.sentence, said.lines, private=False)


async def _code(asked: Asked, purpose: Purpose, right: Right, words: Callable[[str], str]) -> Said:
    if refused := await _refused(asked, right):
        return refused
    code = new_code()
    kept = OneTime(purpose, digest(tidy_code(code)), asked.now + CODE_LIVES, asked.name, asked.by)
    await asked.registry.keep(kept)
    return Said(words(code))


async def _redeem(asked: Asked, code: str) -> Said:
    """Every typed code counts as a guess, before anybody looks whether it is right."""
    allowed = await _changed(asked, Guess(asked.by, asked.now))
    if isinstance(allowed, Hindered):
        return Said(await _hindered(asked, allowed))
    redeem = Redeem(asked.by, digest(code), asked.now)
    answer: Joined | Linked | Hindered = await _known(asked, [asked.by], partial(asked.registry.redeem, redeem))
    match answer:
        case Joined() as joined:
            return Said(say.joined(joined))
        case Linked() as linked:
            return Said(say.linked(linked))
        case Hindered() as hindered:
            return Said(await _hindered(asked, hindered))


async def _part(asked: Asked, name: str) -> Said:
    if refused := await _refused(asked, Right.JOIN_WORKSPACES):
        return refused
    if not name:
        workspaces = await asked.account.workspaces()
        lines = tuple(say.workspace_line(one, workspaces) for one in workspaces)
        return Said("The workspaces of this account:" if len(lines) > 1 else say.NO_OTHER_WORKSPACE, lines)
    part = partial(asked.registry.part, asked.name, asked.by, name, asked.now)
    answer: Parted | Hindered = await _known(asked, [asked.by], part)
    if isinstance(answer, Hindered):
        return Said(await _hindered(asked, answer))
    return Said(say.parted(answer))
