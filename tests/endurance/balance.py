"""The checker: what people were told, what is recorded, and what both platforms really hold, compared."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.endurance.gestures import DONE, Gesture
from tests.endurance.holdings import Holdings
from tests.journeys import invariants
from tests.journeys.house import House
from tests.journeys.invariants import ACCOUNT
from tests.journeys.transcript import words_of
from tests.storage.rows import rows

_HANDOFFS = """
    SELECT h.id, h.problem, h.status, e.name, c.name, r.name FROM handoffs h
    JOIN people e ON e.account = h.account AND e.id = h.escalator
    LEFT JOIN people c ON c.account = h.account AND c.id = h.claimer
    LEFT JOIN people r ON r.account = h.account AND r.id = h.resolver"""
_EVENTS = """
    SELECT h.problem, e.name, p.name FROM events e JOIN handoffs h ON h.account = e.account AND h.id = e.handoff
    JOIN people p ON p.account = e.account AND p.id = e.person"""
_DELIVERIES = """
    SELECT d.key, h.problem, d.about, d.state, d.copy, l.platform, l.address FROM deliveries d
    JOIN handoffs h ON h.account = d.account AND h.id = d.handoff
    JOIN lanes l ON l.account = d.account AND l.id = d.lane"""
_BUTTONS = {"open": ["claimed"], "claimed": ["released", "resolved"], "resolved": []}


class Handoff(NamedTuple):
    """A handoff as it is recorded."""

    id: str
    problem: str
    status: str
    escalator: str
    claimer: str | None
    resolver: str | None

    @property
    def state(self) -> str:
        """The sentence in which its card ends."""
        match self.status:
            case "open":
                return "Normal priority, waiting to be picked up."
            case "claimed":
                return f"Picked up by {self.claimer}."
            case _:
                return f"Resolved by {self.resolver}."

    @property
    def people(self) -> list[str]:
        """Whom its card names."""
        return [name for name in (self.escalator, self.claimer, self.resolver) if name]


class Delivery(NamedTuple):
    """A line of the ledger."""

    key: str
    problem: str
    about: str | None
    state: str
    copy: str | None
    platform: str
    address: str


@dataclass(slots=True)
class Balance:
    """What was found. ``lost`` and ``wrong`` are sentences, one for each thing."""

    handoffs: int = 0
    deliveries: int = 0
    cards: int = 0
    letters: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    doubled: int = 0
    repeats: int = 0


async def check(url: str, house: House, holdings: Holdings, made: Sequence[Gesture]) -> Balance:
    """Everything, once nothing is owed any more and no Baton runs."""
    holdings.look()
    balance = Balance()
    handoffs = {row[1]: Handoff(*row) for row in await rows(url, _HANDOFFS, ACCOUNT)}
    deliveries = [Delivery(*row) for row in await rows(url, _DELIVERIES, ACCOUNT)]
    balance.handoffs, balance.deliveries = len(handoffs), len(deliveries)
    _gestures(balance, made, [(str(a), str(b), str(c)) for a, b, c in await rows(url, _EVENTS, ACCOUNT)])
    for delivery in deliveries:
        if delivery.state not in ("done", "superseded"):
            balance.lost.append(f"{delivery.key} ({delivery.about or 'card'}) is {delivery.state}")
        elif delivery.platform == "slack":
            _in_slack(balance, holdings, delivery, handoffs[delivery.problem])
        else:
            _in_teams(balance, house, holdings, delivery, handoffs[delivery.problem])
    _strangers(balance, holdings, deliveries)
    # The program's own audit is part of these.
    balance.wrong += [f"not so: {rule}: {found}" for rule, found in (await invariants.broken(url)).items()]
    return balance


def _gestures(balance: Balance, made: Sequence[Gesture], events: Sequence[tuple[str, str, str]]) -> None:
    """Whoever was told that it is done finds it recorded, and nothing is recorded that nobody did."""
    recorded = Counter(events)
    asked = Counter((one.problem, one.verb, one.by.name) for one in made)
    done = Counter((one.problem, one.verb, one.by.name) for one in made if one.done)
    balance.lost += [f"{gesture} was acknowledged and is not recorded" for gesture in done - recorded]
    changes = Counter({event: count for event, count in recorded.items() if event[1] in DONE})
    balance.wrong += [f"{event} is recorded more often than it was done" for event in changes - asked]
    claimers = defaultdict(set)
    for problem, verb, name in events:
        if verb == "claimed":
            claimers[problem].add(name)
    for one in made:
        if one.wrong:
            balance.wrong.append(f"{one.by.name}, {one.verb} {one.problem}: {one.wrong}")
        elif refused := one.refused:
            told = refused["winner"] or refused["holder"]
            if told and told not in claimers[one.problem]:
                balance.wrong.append(f"{one.by.name} was told of {told}, who never had {one.problem}")
            if refused["winner"] and not recorded[one.problem, "claim_lost", one.by.name]:
                balance.lost.append(f"{one.by.name} lost {one.problem}, which is not recorded")
        elif one.told and not one.done:
            balance.wrong.append(f"{one.by.name}, {one.verb} {one.problem}: told {one.told!r}")


def _in_slack(balance: Balance, holdings: Holdings, delivery: Delivery, handoff: Handoff) -> None:
    live = [message for message in holdings.slack_keys[delivery.key] if not message.deleted]
    if len(live) > 1:
        balance.doubled += len(live) - 1
        balance.wrong.append(f"{delivery.key} stands {len(live)} times in Slack")
    if delivery.state == "superseded":
        _over(balance, delivery, handoff, len(live))
        return
    its = [message for message in live if f"{message.channel}:{message.ts}" == delivery.copy]
    if not its:
        balance.lost.append(f"{delivery.key} is done, and not in Slack")
    elif delivery.about is None:
        balance.cards += 1
        pressed = [
            str(element["action_id"]).removeprefix("baton.")
            for block in its[0].blocks
            for element in block.get("elements", ())
            if "action_id" in element
        ]
        _true(balance, delivery, handoff, its[0].text, words_of(its[0].blocks), pressed)
    else:
        balance.letters += 1


def _in_teams(balance: Balance, house: House, holdings: Holdings, delivery: Delivery, handoff: Handoff) -> None:
    if delivery.about is None:
        copies = [post for post in holdings.teams_cards[delivery.problem] if not post.deleted]
    else:
        person = house.teams.directory.find(delivery.address)
        copies = holdings.teams_letters[person.id if person else "", delivery.problem]
    balance.repeats += max(0, len(copies) - 1)
    if delivery.state == "superseded":
        _over(balance, delivery, handoff, len(copies))
        return
    its = [post for post in copies if f"{post.conversation}|{post.id}" == delivery.copy]
    if not its:
        balance.lost.append(f"{delivery.key} is done, and not in Teams")
    elif delivery.about is None:
        balance.cards += 1
        card = its[0].card or {}
        pressed = [
            str(action.get("verb") or action["card"]["actions"][0]["verb"]).removeprefix("baton.")
            for action in _actions(card)
        ]
        _true(balance, delivery, handoff, str(its[0].activity.get("summary")), words_of(card), pressed)
    else:
        balance.letters += 1


def _actions(card: object) -> list[dict[str, Any]]:
    """The buttons of a card, wherever they are."""
    if isinstance(card, list):
        return [action for part in card for action in _actions(part)]
    if not isinstance(card, dict):
        return []
    own = card.get("actions", [])
    return [*own, *_actions(card.get("body", [])), *_actions(card.get("items", []))]


def _over(balance: Balance, delivery: Delivery, handoff: Handoff, copies: int) -> None:
    """A card is not posted only where its handoff was over before; a letter may be up and no longer be true."""
    if delivery.about is None and (handoff.status != "resolved" or copies):
        balance.lost.append(f"{delivery.key} is superseded, with {copies} copies, and it is {handoff.status}")


def _true(
    balance: Balance, delivery: Delivery, handoff: Handoff, summary: str, words: str, buttons: Sequence[str]
) -> None:
    """A card says where its handoff stands, names its people, and has the buttons that go with it."""
    if not summary.endswith(f"{handoff.problem}. {handoff.state}"):
        balance.lost.append(f"{delivery.key} says {summary!r}, and it is {handoff.state!r}")
    elif missing := [name for name in handoff.people if name not in words]:
        balance.lost.append(f"{delivery.key} does not name {missing}: {words!r}")
    elif sorted(buttons) != _BUTTONS[handoff.status]:
        balance.lost.append(f"{delivery.key} has the buttons {buttons}, and it is {handoff.status}")


def _strangers(balance: Balance, holdings: Holdings, deliveries: Sequence[Delivery]) -> None:
    """Nothing was said that is not in the ledger."""
    keys = {delivery.key for delivery in deliveries}
    balance.wrong += [f"{key!r} is in Slack, and in no ledger" for key in holdings.slack_keys.keys() - keys]
    shown = {one.problem for one in deliveries if one.platform == "teams" and one.about is None}
    balance.wrong += [f"{what!r} is in Teams, and in no ledger" for what in holdings.teams_cards.keys() - shown]
