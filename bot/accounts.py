"""What the command line does with accounts: says who is in them and what was changed, and takes them out and away."""

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from typing import Any

from bot.errors import NotThere
from bot.terminal import columns
from core.account import Workspace
from core.changes import Changed, GiveRole, Hindered, Hindrance
from core.events import OPERATOR, Entry
from core.history_wording import happened
from core.people import Caller, How, Identity, Known, Member, Role, Standing, Strangers
from core.ports import Storage
from core.roster import Room
from core.wording import from_least

EVERYBODY = 1_000_000_000
NONE_YET = (
    "There is no account yet. The first start of baton serve makes the one of the settings; "
    "every other comes when somebody installs Baton."
)
_HOW = {How.MET: "", How.ADDRESS: "linked by e-mail address", How.CODE: "linked by code"}
_WHY = {
    Hindrance.ALREADY_SO: "That is the role already.",
    Hindrance.LAST_OWNER: "This is the last owner of the account. Make somebody else owner first.",
    Hindrance.CANT_ACT: "The platform says that this is a bot, or deactivated; such can't have more than they have.",
}


async def choose(storage: Storage, wanted: str | None) -> str:
    """The account that is meant: the one that was named, or the only one; ``NotThere`` lists them otherwise."""
    known = await storage.registry.accounts()
    if wanted is not None and wanted not in known:
        raise NotThere(f"There is no account {wanted}. {_listed(known)}")
    if wanted is None and len(known) != 1:
        raise NotThere(f"Say which account, with --account. {_listed(known)}" if known else NONE_YET)
    return known[0] if wanted is None else wanted


def _listed(known: Sequence[str]) -> str:
    return f"There are: {', '.join(known)} (see: baton accounts)." if known else NONE_YET


async def overview(storage: Storage) -> list[str]:
    """Every account with its name, how many people it has, and its workspaces."""
    rows: list[tuple[str, ...]] = []
    for name in await storage.registry.accounts():
        account = storage.open(name)
        shown = [_workspace(one) for one in await account.workspaces()] or ["none any more"]
        rows.append((name, await account.name(), str(len(await account.people(EVERYBODY))), shown[0]))
        rows += [("", "", "", one) for one in shown[1:]]
    return list(columns(("ID", "NAME", "PEOPLE", "WORKSPACES"), rows)) or [NONE_YET]


def _workspace(one: Workspace) -> str:
    named = "" if one.name in ("", one.workspace) else f" ({one.name})"
    return f"{one.platform}:{one.workspace}{named}{', by the settings' if one.configured else ''}"


async def people(storage: Storage, account: str) -> list[str]:
    """Everybody in an account: id, role, name, and how each platform knows them."""
    rows: list[tuple[str, ...]] = []
    for member in await storage.open(account).people(EVERYBODY):
        shown = [_known(one) for one in member.identities] or [""]
        rows.append((member.person.id, _role(member), member.person.name, shown[0]))
        rows += [("", "", "", one) for one in shown[1:]]
    return list(columns(("ID", "ROLE", "NAME", "KNOWN AS"), rows)) or ["Nobody was met yet."]


def _role(member: Member) -> str:
    return member.person.role.name.lower() + ("" if member.given else " (by default)")


def _known(one: Known) -> str:
    identity = one.identity
    standing = "" if one.standing is Standing.ACTIVE else str(one.standing)
    notes = ", ".join(note for note in ("" if one.member else "no full member", standing, _HOW[one.how]) if note)
    return f"{identity.platform}:{identity.workspace}:{identity.user}" + (f" ({notes})" if notes else "")


async def rooms(storage: Storage, account: str) -> list[str]:
    """Where an account's escalations are shown."""
    rows = [_room(room) for room in await storage.open(account).rooms()]
    heads = ("ROOM", "WHERE", "SHOWS", "CHOSEN BY")
    return list(columns(heads, rows)) or ["No room shows escalations. Say show-here to Baton in one."]


def _room(room: Room) -> tuple[str, ...]:
    where = f"{room.lane.platform}:{room.lane.workspace}:{room.lane.address}"
    return room.name, where, from_least(room.least), "the settings" if room.configured else "an admin"


async def give_role(storage: Storage, wanted: str | None, whom: str, role: Role, now: datetime) -> str:
    """Give somebody a role as the operator; answers a sentence, ``NotThere`` if nothing could be changed."""
    who: Identity | str = whom
    if whom.count(":") >= 2:
        who = Identity(*whom.split(":", 2))
        wanted = await _account_of(storage, who, wanted)
    account = storage.open(await choose(storage, wanted))
    change = GiveRole(None, now, who, role)
    answer = await account.change(change)
    met = ""
    if isinstance(answer, Strangers):
        for identity in answer.identities:
            await account.meet(Caller(identity, identity.user), None, now)
        answer = await account.change(change)
        met = " Baton had not met them yet, and learns their name when they first speak to it."
    match answer:
        case Changed(entry) if entry is not None:
            await storage.lanes.call_others()
            return f"{entry.subject} is {entry.after} now, and was {entry.before} before.{met}"
        case Hindered(Hindrance.ALREADY_SO):
            return _WHY[Hindrance.ALREADY_SO]
        case Hindered(why):
            raise NotThere(_WHY.get(why, f"Nobody here is {whom} (see: baton people)."))
    raise RuntimeError("storage does not know people whom it has just met")


async def _account_of(storage: Storage, who: Identity, wanted: str | None) -> str:
    found = await storage.registry.account_of(who.platform, who.workspace)
    if found is None or wanted not in (None, found):
        whose = "no account has" if found is None else f"account {found} has"
        raise NotThere(f"{who.platform}:{who.workspace} is a workspace that {whose} (see: baton accounts).")
    return found


async def history(storage: Storage, account: str, most: int) -> Sequence[Entry]:
    """The newest lines of an account's history, the newest first."""
    return await storage.open(account).history(most)


def history_table(entries: Sequence[Entry]) -> Iterator[str]:
    """Them in a terminal, times in UTC."""
    rows = [(f"{one.at:%Y-%m-%d %H:%M}", _whence(one), happened(one)) for one in entries]
    yield from columns(("WHEN (UTC)", "FROM", "WHAT"), rows)
    yield f"{len(entries)} shown, the newest first."


def as_json(entries: Sequence[Entry]) -> str:
    """Everything that is known of them, times in ISO 8601."""
    lines = [dataclasses.asdict(one) for one in entries]
    return json.dumps(lines, default=lambda time: time.isoformat(), ensure_ascii=False, indent=2)


def _whence(one: Entry) -> str:
    return (
        one.workspace if one.platform == OPERATOR else ":".join(part for part in (one.platform, one.workspace) if part)
    )


async def export(storage: Storage, account: str, now: datetime) -> Mapping[str, Any]:
    """Everything that is recorded of an account, as JSON can hold it; no token is in it."""
    door = storage.open(await choose(storage, account))
    head = {"baton": version("baton"), "account": account, "name": await door.name(), "exported_at": now.isoformat()}
    return head | {"tables": dict(await door.export())}


async def deletable(storage: Storage, account: str) -> str:
    """What an account is called that may be removed; ``NotThere`` if the settings would only make it anew."""
    door = storage.open(await choose(storage, account))
    named = [_workspace(one) for one in await door.workspaces() if one.configured]
    if named:
        raise NotThere(
            f"Account {account} has what the settings name: {'; '.join(named)}. They would make it anew: take them out "
            "of the settings, start baton serve once without them, and try again."
        )
    return await door.name()


def removed(counts: Mapping[str, int]) -> list[str]:
    """What was removed, by kind."""
    return [f"{number:8}  {table.replace('_', ' ')}" for table, number in counts.items() if number]
