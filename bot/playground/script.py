"""The scripted demo: from the installation to the resolution, told step by step, every claim of it checked."""

import asyncio
import time

from bot.playground.cast import JANE, MAX, SAM, SLACK_CHANNEL, Seat
from bot.playground.opening import NotOpened
from bot.playground.seniors import PATIENCE, DanaInTeams, InSlack, Senior, words_of
from bot.playground.stage import Stage, stage

PROBLEM, TICKET, NOTE = "Outlook not syncing", "#12345", "Cleared the profile cache; it syncs again."


class Untrue(Exception):
    """Something wasn't as it must be; the message says what."""


async def play() -> int:
    """Play the story; answers 0, or 1 after a sentence on what was untrue."""
    start = time.monotonic()
    print("Baton on a fresh SQLite file, between a simulated Slack and a simulated Teams.\n")
    try:
        async with stage(_tell) as on_stage:
            await _story(on_stage)
    except (NotOpened, Untrue) as untrue:
        print(f"\nUntrue: {untrue}")
        return 1
    print(f"\nEverything was as it must be, in {time.monotonic() - start:.1f} s.")
    return 0


async def _story(on_stage: Stage) -> None:
    dana, sam, guest = DanaInTeams(on_stage), InSlack(on_stage, SAM), InSlack(on_stage, MAX)
    print("\nBoth chats are one account now. Jane needs help.")
    await _escalate(on_stage)
    for senior in (dana, sam):
        card = await _seen(senior, f"Escalation from {JANE.name} · {TICKET}", "Waiting to be picked up")
        _check("Pick Up" in card, f"{senior.seat.first}'s card has no Pick Up button.")
    winner = await _race(dana, sam)
    await _seen_by_both(dana, sam, f"Picked up by {winner.seat.name}")

    said = await _press(winner, "released", "Release")
    _check("You released this" in said, f"{winner.seat.first} wasn't told that it is released.")
    await _seen_by_both(dana, sam, "Waiting to be picked up")

    print(f"\n{MAX.first} is a guest, and so a viewer until an admin gives him another role.")
    await _let_pick_up(guest, sam)
    said = await _press(guest, "claimed", "Pick Up")
    _check("It's yours" in said, f"{MAX.first} couldn't pick up as an engineer.")
    await _seen_by_both(dana, sam, f"Picked up by {MAX.name}")

    said = await _press(guest, "resolved", "Resolve", NOTE)
    _check("You resolved this" in said, f"{MAX.first} wasn't told that it is resolved.")
    for senior in (dana, sam):
        card = await _seen(senior, f"Resolved by {MAX.name}", NOTE)
        _check("Pick Up" not in card, f"{senior.seat.first}'s card can still be picked up.")
    await _letters(on_stage, guest)


async def _let_pick_up(guest: InSlack, sam: InSlack) -> None:
    said = await _press(guest, "claimed", "Pick Up")
    _check("You are a viewer here" in said, f"{MAX.first} wasn't told why he can't pick up.")
    said = await _type(guest, "whoami")
    _check(f"Ask {SAM.name}" in said, f"{MAX.first} wasn't told who can help.")
    said = await _type(sam, f"role @{MAX.first.lower()} engineer")
    _check("is an engineer now" in said, f"{SAM.first} couldn't give {MAX.first} a role.")


async def _escalate(on_stage: Stage) -> None:
    typed = f"{PROBLEM} {TICKET} !high"
    _tell(JANE, f"types /escalate {typed}")
    answer = await on_stage.slack_people.command(JANE.user, "/escalate", typed, SLACK_CHANNEL)
    _check(answer.view is not None, f"no form opened: Slack says {answer.error}.")
    form = answer.view
    assert form is not None  # noqa: S101 - checked in the line above; this tells the type checker
    filled = words_of(form.content["blocks"]) + str(form.values)
    _check(PROBLEM in filled and TICKET in filled, "the form isn't filled in with what was typed.")
    _tell(JANE, f"sees the form, filled in with “{PROBLEM}” and {TICKET}, and sends it")
    answer = await on_stage.slack_people.submit(JANE.user, form.id, {"tried": "Restarted Outlook, then the machine."})
    _check(answer.ok and answer.view is not None, f"the form wasn't taken: {answer.errors or answer.error}.")
    receipt = "" if answer.view is None else words_of(answer.view.content["blocks"])
    _tell(JANE, f"reads in private: {receipt}")
    _check("Recorded" in receipt, "Jane wasn't told that it is recorded.")
    await on_stage.slack_people.close_view(JANE.user, form.id)


async def _race(dana: Senior, sam: Senior) -> Senior:
    print("\nDana and Sam press Pick Up at the same instant.")
    try:
        said = await asyncio.gather(dana.press("claimed"), sam.press("claimed"))
    except TimeoutError:
        raise Untrue("somebody who pressed Pick Up wasn't answered.") from None
    told = list(zip((dana, sam), said, strict=True))
    for senior, sentence in told:
        _tell(senior.seat, f"reads in private: {sentence}")
    winners = [senior for senior, sentence in told if "It's yours" in sentence]
    _check(len(winners) == 1, f"there must be one winner, and there are {len(winners)}.")
    [winner], [words] = winners, [sentence for senior, sentence in told if senior is not winners[0]]
    _check(f"Already picked up by {winner.seat.name}" in words, "the loser wasn't told who won.")
    print(f"{winner.seat.first} won.\n")
    return winner


async def _letters(on_stage: Stage, resolver: Senior) -> None:
    direct = on_stage.slack.workspace.direct(JANE.user).id

    def letters() -> list[str]:
        return [message.text for message in on_stage.slack.visible_to(JANE.user, direct)]

    last = f"{resolver.seat.name} resolved your escalation."
    try:
        await on_stage.slack.wait_until(lambda: any(last in text and NOTE in text for text in letters()), PATIENCE)
    except TimeoutError:
        raise Untrue("Jane wasn't told that her escalation is resolved, with the note.") from None
    for text in letters():
        _tell(JANE, f"has a message from Baton: {text}")


async def _type(who: InSlack, text: str) -> str:
    _tell(who.seat, f"types /baton {text}")
    said = await who.type(text)
    _tell(who.seat, f"reads in private: {said}")
    return said


async def _press(senior: Senior, verb: str, label: str, note: str = "") -> str:
    _tell(senior.seat, f"presses {label}" + (f" and writes “{note}”" if note else ""))
    try:
        said = await senior.press(verb, note)
    except TimeoutError:
        raise Untrue(f"{senior.seat.first} pressed {label} and wasn't answered.") from None
    _tell(senior.seat, f"reads in private: {said}")
    return said


async def _seen_by_both(dana: Senior, sam: Senior, words: str) -> None:
    await _seen(dana, words)
    await _seen(sam, words)


async def _seen(senior: Senior, *words: str) -> str:
    try:
        card = await senior.see(*words)
    except TimeoutError:
        raise Untrue(f"{senior.seat.first}'s card doesn't say “{' … '.join(words)}”.") from None
    _tell(senior.seat, f"sees the card say: {' … '.join(words)}")
    return card


def _check(condition: bool, otherwise: str) -> None:
    if not condition:
        raise Untrue(otherwise)


def _tell(seat: Seat, what: str) -> None:
    first, *more = what.splitlines()
    print(f"  {seat.first:<4} · {seat.platform.capitalize():<5}  {first}")
    for line in more:
        print(f"{'':17}{line}")
