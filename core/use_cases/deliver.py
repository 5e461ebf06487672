"""Deliver: draw what is owed from the present state, and say how the sending went."""

from core import history_wording
from core.context_card import Letter, describe, letter
from core.deliveries import Failed, NotThere, Owed, Sending, Sent
from core.ports import Outgoing


async def deliver(owed: Owed, way: Outgoing) -> Sending:
    """Send one delivery. The version drawn is ``owed.drawn``.

    Where an earlier try may have got through, it is looked for first, and what is found is only made true.
    """
    if not owed.installed:
        return Failed("Baton is not installed there")
    if owed.copy is None and owed.unclear:
        found = await way.find(owed.lane, owed.key, owed.unclear.at, owed.under)
        if isinstance(found, Sent):
            if owed.about is None and owed.handoff and owed.unclear.version != owed.drawn:
                return await way.correct(owed.lane, found.copy, describe(owed.handoff))
            return found
        if not isinstance(found, NotThere):
            return found
    if owed.about is not None:
        return await way.tell(owed.lane, _letter(owed), owed.key, owed.under)
    if owed.handoff is None:
        raise ValueError(f"{owed.key} is a card of no handoff")
    card = describe(owed.handoff)
    if owed.copy is None:
        return await way.post(owed.lane, card, owed.key)
    return await way.correct(owed.lane, owed.copy, card)


def _letter(owed: Owed) -> Letter:
    if owed.handoff and owed.about:
        return letter(owed.handoff, owed.about, owed.link, owed.unreached)
    if owed.news:
        return Letter(history_wording.news(owed.news), "", "")
    raise ValueError(f"{owed.key} tells nothing")
