"""Draws a context card as an Adaptive Card, and a letter as a small one; pure."""

from datetime import UTC

from adapters.teams import wording
from adapters.teams.limits import CARD_BYTES, CARD_VERSION, size
from adapters.teams.text import escaped, fitting, plain, spoken
from core.context_card import Button, ContextCard, Fact, Letter
from core.handoff import Status
from core.snapshot import NOTE_LIMIT
from core.wording import NOTE, TRIED

Json = dict[str, object]

VERB_PREFIX = "baton."
# The verb of the button on an offer; all others are moves on a handoff.
SHOW_HERE = "show_here"
# Longer than what core lets through, so that only a runaway name is ever cut here.
LINE_LIMIT = 320
FACT_LIMIT = 200
LONG_LIMIT = 12_000
# With less long text than this no card reaches the size limit, whatever its characters: no need to measure it.
SURELY_FITS = 1_000


def render(card: ContextCard) -> Json:
    """The Adaptive Card; at most ``CARD_BYTES`` for any input: what was tried is cut first, then the note.

    Everything that people typed stands in TextRuns, which know no Markdown. Text blocks hold only our own words.
    """
    tried, resolution = plain(card.tried, LONG_LIMIT), plain(card.resolution, LONG_LIMIT)
    drawn = _draw(card, tried, resolution)
    if len(tried) + len(resolution) < SURELY_FITS:
        return drawn
    too_much = (size(drawn) - CARD_BYTES + 1) // 2
    if too_much > 0:
        kept = fitting(tried, _units(tried) - too_much)
        drawn = _draw(card, kept, resolution)
        too_much = (size(drawn) - CARD_BYTES + 1) // 2
        if too_much > 0:
            drawn = _draw(card, kept, fitting(resolution, _units(resolution) - too_much))
    return drawn


def _units(text: str) -> int:
    return size(text) // 2 - 2  # without the quotes around a JSON string


def _draw(card: ContextCard, tried: str, resolution: str) -> Json:
    body: list[Json] = []
    if card.notice:
        body.append(_box("accent", [_text(plain(card.notice, LINE_LIMIT), weight="Bolder")]))
    body.append(_box(_style(card), [_text(plain(card.title, LINE_LIMIT), size="Medium", weight="Bolder")]))
    body.append(_text(plain(card.standing, 2 * LINE_LIMIT), weight="Bolder"))
    if card.problem:
        body.append(_text(plain(card.problem, LINE_LIMIT)))
    body.extend(_fact(fact) for fact in card.facts)
    if tried:
        body += [_label(TRIED), _text(tried)]
    if resolution:
        body += [_label(NOTE), _text(resolution)]
    body.append({**_text(plain(card.recorded, LINE_LIMIT), isSubtle=True), "spacing": "Medium"})
    body.append(_when(card))
    drawn: Json = {
        "type": "AdaptiveCard",
        "version": CARD_VERSION,
        "fallbackText": escaped(card.summary, LINE_LIMIT),
        "speak": spoken(card.summary, LINE_LIMIT),
        "msteams": {"width": "full"},
        "body": body,
    }
    if card.buttons:
        drawn["actions"] = [_action(card, button) for button in card.buttons]
    return drawn


def render_letter(letter: Letter) -> Json:
    """A letter as an Adaptive Card: a message's own text would be read as Markdown, a TextRun is not."""
    drawn = render_words(letter.text)
    if letter.link:
        drawn["actions"] = [{"type": "Action.OpenUrl", "title": letter.link_label, "url": letter.link}]
    return drawn


def render_offer(words: str) -> Json:
    """Words with a button that has escalations shown where they stand."""
    return {**render_words(words), "actions": [_press(wording.SHOW_HERE, SHOW_HERE, {}, primary=True)]}


def render_words(words: str) -> Json:
    """Words on a card of their own."""
    return {
        "type": "AdaptiveCard",
        "version": CARD_VERSION,
        "fallbackText": escaped(words, LINE_LIMIT),
        "body": [_text(fitting(plain(words, LONG_LIMIT), CARD_BYTES // 4))],
    }


def _style(card: ContextCard) -> str:
    if card.status is Status.RESOLVED:
        return "good"
    return "attention" if card.urgent and card.status is Status.OPEN else "emphasis"


def _box(style: str, items: list[Json]) -> Json:
    return {"type": "Container", "style": style, "bleed": True, "items": items}


def _run(text: str, **look: object) -> Json:
    return {"type": "TextRun", "text": text, **look}


def _text(text: str, **look: object) -> Json:
    return {"type": "RichTextBlock", "inlines": [_run(text or "—", **look)]}


def _label(text: str) -> Json:
    return {"type": "TextBlock", "text": text, "weight": "Bolder", "wrap": True, "spacing": "Medium"}


def _fact(fact: Fact) -> Json:
    runs = [_run(f"{plain(fact.label, FACT_LIMIT)}: ", weight="Bolder"), _run(plain(fact.value, FACT_LIMIT) or "—")]
    return {"type": "RichTextBlock", "inlines": runs, "spacing": "Small"}


def _when(card: ContextCard) -> Json:
    moment = card.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    # Only Teams knows the reader's time zone: it replaces these two.
    text = f"{{{{DATE({moment}, SHORT)}}}} {{{{TIME({moment})}}}}"
    return {"type": "TextBlock", "text": text, "isSubtle": True, "wrap": True, "spacing": "None"}


def _action(card: ContextCard, button: Button) -> Json:
    press = _execute(card, button)
    if not button.asks_note:
        return press
    note: Json = {
        "type": "Input.Text",
        "id": "note",
        "label": NOTE,
        "placeholder": wording.NOTE_HINT,
        "isMultiline": True,
        "maxLength": NOTE_LIMIT,
    }
    asked: Json = {"type": "AdaptiveCard", "version": CARD_VERSION, "body": [note], "actions": [press]}
    return {"type": "Action.ShowCard", "title": button.label, "card": asked}


def _execute(card: ContextCard, button: Button) -> Json:
    data: Json = {"handoff": card.handoff, "version": card.version}
    return _press(button.label, button.verb, data, primary=button.primary)


def _press(label: str, named: str, data: Json, *, primary: bool) -> Json:
    verb = VERB_PREFIX + named
    look: Json = {"title": label, **({"style": "positive"} if primary else {})}
    # A client from before Action.Execute sends the same as a message, where the verb has no place of its own.
    old_way: Json = {"type": "Action.Submit", **look, "data": {"verb": verb, **data}}
    return {"type": "Action.Execute", **look, "verb": verb, "data": data, "fallback": old_way}
