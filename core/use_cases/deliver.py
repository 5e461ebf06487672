"""Deliver: draw what is owed from the present state, and say how the sending went."""

from collections.abc import Mapping

from core.context_card import describe, letter
from core.deliveries import Failed, Outcome, Owed, Superseded
from core.handoff import Handoff, Notice, Status
from core.ports import Outgoing

_TRUE_WHILE: dict[Notice, frozenset[Status]] = {
    Notice.SHOWN: frozenset({Status.OPEN, Status.CLAIMED}),
    Notice.AIMED_AT_YOU: frozenset({Status.OPEN}),
    Notice.CLAIMED: frozenset({Status.CLAIMED}),
    Notice.RELEASED: frozenset({Status.OPEN}),
    Notice.RESOLVED: frozenset({Status.RESOLVED}),
}


# These tell what just happened; once something else did, another notice tells that.
_NEWS = frozenset({Notice.CLAIMED, Notice.RELEASED, Notice.RESOLVED})


def still_true(handoff: Handoff, notice: Notice, version: int) -> bool:
    """Whether a notice that was owed at a version of the handoff would still tell the truth, and tell it once."""
    return handoff.status in _TRUE_WHILE[notice] and (notice not in _NEWS or handoff.version == version)


async def deliver(owed: Owed, outgoing: Mapping[str, Outgoing]) -> Outcome:
    """Send one delivery. The version drawn is ``owed.handoff.version``."""
    way = outgoing.get(owed.lane.platform)
    if way is None:
        return Failed("this platform is not configured")
    if owed.about is None:
        card = describe(owed.handoff)
        if owed.copy is None:
            return await way.post(owed.lane, card, owed.key)
        return await way.correct(owed.lane, owed.copy, card)
    if not still_true(owed.handoff, owed.about, owed.wanted):
        return Superseded()
    return await way.tell(owed.lane, letter(owed.handoff, owed.about, owed.link), owed.key)
