"""The words behind ``/escalate``, read: which way of escalating it is, and what the form is filled with."""

import re
from dataclasses import dataclass
from enum import StrEnum

from core.handoff import Priority
from core.snapshot import Snapshot, clean


@dataclass(frozen=True, slots=True)
class Draft:
    """An escalation that nobody has sent yet. ``target`` is a user id, "" for anyone."""

    snapshot: Snapshot
    priority: Priority = Priority.NORMAL
    target: str = ""
    target_name: str = ""


class Way(StrEnum):
    """What the command asks for."""

    FORM = "form"
    NOW = "now"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it was typed. ``raw`` is the text in Slack's own escaping, ``words`` the same for people to read."""

    way: Way
    draft: Draft
    raw: str
    words: str


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody who was named in a text; ``name`` is how Slack wrote them there."""

    user: str
    name: str


_NOW = re.compile(r"now(?:\s+|$)", re.IGNORECASE)
# Slack wraps what it recognized in angle brackets (``should_escape`` in the manifest): users, channels, links.
_BRACKETS = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_USER = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|([^<>]*))?>")
_PRIORITY = re.compile(r"(?<!\S)!(low|normal|high|critical)(?=[\s,.;:!?]|$)", re.IGNORECASE)
_AFTER = r"(?=[\s,.;:!?)]|$)"
# Behind a "#" any number goes; without it only what nobody writes by chance: Jira's keys and ServiceNow's numbers.
_MARKED = re.compile(rf"(?<!\S)#(\d{{2,12}}|[A-Za-z][A-Za-z0-9]{{0,14}}-?\d{{1,12}}){_AFTER}[,.;:]?")
_STRICT = re.compile(
    rf"(?<!\S)([A-Z][A-Z0-9]{{1,9}}-\d{{2,9}}|(?:INC|REQ|RITM|CHG|PRB|TASK|CS)\d{{7,10}}){_AFTER}[,.;:]?"
)
# Letters, a hyphen and digits, and yet no ticket.
_STANDARDS = frozenset({"AES", "COVID", "IEEE", "ISO", "KB", "MD", "MS", "RFC", "RSA", "SHA", "TLS", "UTF"})


def read(text: str) -> Command:
    """The text of a slash command, with ``should_escape``. Any text is taken; nothing raises."""
    raw = text.strip()
    if raw.lower() in {"help", "?"}:
        return Command(Way.HELP, Draft(Snapshot("")), raw, raw)
    if found := _NOW.match(raw):
        rest = raw[found.end() :]
        return Command(Way.NOW, draft(rest), rest, readable(rest))
    return Command(Way.FORM, draft(raw), raw, readable(raw))


def draft(raw: str) -> Draft:
    """An escalation out of the words: ticket, priority and target are taken out, the first line is the problem.

    They are looked for before channels get their names back, because a channel can be named like a ticket.
    """
    target, target_name = "", ""
    if found := _USER.search(raw):
        target, target_name = found[1], clean(_entities(found[2] or ""))
        raw = _without(raw, found)
    priority = Priority.NORMAL
    if found := _PRIORITY.search(raw):
        priority = Priority[found[1].upper()]
        raw = _without(raw, found)
    ticket = ""
    if found := _MARKED.search(raw) or _strict_ticket(raw):
        ticket = f"#{found[1]}" if found[1].isdecimal() else found[1]
        raw = _without(raw, found)
    problem, _, tried = readable(raw).partition("\n")
    return Draft(Snapshot(problem.strip(), tried.strip(), "", ticket), priority, target, target_name)


def pieces(raw: str) -> list[str | Mention]:
    """The text in pieces, as a person would read them, with the people it mentions between them."""
    found: list[str | Mention] = []
    end = 0
    for mention in _USER.finditer(raw):
        found += [readable(raw[end : mention.start()]), Mention(mention[1], clean(_entities(mention[2] or mention[1])))]
        end = mention.end()
    return [*found, readable(raw[end:])]


def readable(raw: str) -> str:
    """The text as a person would read it: mentions and links as their names, ``&lt;`` as ``<``; nothing is lost."""
    return clean(_entities(_BRACKETS.sub(_name, raw)))


def _name(found: re.Match[str]) -> str:
    mark, target, label = found[1], found[2], found[3]
    if mark == "!":
        return f"@{(label or target).lstrip('@')}"
    return f"{mark}{label or target}"


def _entities(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _strict_ticket(text: str) -> re.Match[str] | None:
    return next((found for found in _STRICT.finditer(text) if found[1].partition("-")[0] not in _STANDARDS), None)


def _without(text: str, found: re.Match[str]) -> str:
    """The text with a part taken out, and no gap left on its line."""
    before, after = text[: found.start()].rstrip(" \t"), text[found.end() :].lstrip(" \t")
    joint = " " if before and after and not before.endswith("\n") and not after.startswith("\n") else ""
    return before + joint + after
