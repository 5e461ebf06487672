"""The rules of the rich_text block."""

from bot.playground.slack_stand_in.checks import (
    Check,
    boolean,
    by_type,
    integer,
    items,
    one_of,
    record,
    string,
)

_STYLE = record({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "client_highlight"), boolean))
_LEAVES: dict[str, Check] = {
    "text": record({"text": string(40_000)}, {"style": _STYLE}),
    "link": record({"url": string(3000)}, {"text": string(40_000), "style": _STYLE, "unsafe": boolean}),
    "emoji": record({"name": string(255)}, {"unicode": string(100), "style": _STYLE}),
    "user": record({"user_id": string(30)}, {"style": _STYLE}),
    "usergroup": record({"usergroup_id": string(30)}, {"style": _STYLE}),
    "channel": record({"channel_id": string(30)}, {"style": _STYLE}),
    "broadcast": record({"range": one_of("here", "channel", "everyone")}),
    "date": record(
        {"timestamp": integer(0, 9_999_999_999), "format": string(255)}, {"url": string(3000), "fallback": string(3000)}
    ),
    "color": record({"value": string(30)}),
}
_LINE = items(by_type(_LEAVES), 10_000)
_PREFORMATTED = items(by_type(_LEAVES, {"text", "link"}), 10_000)
_SECTION = record({"elements": _LINE})
_PARTS: dict[str, Check] = {
    "rich_text_section": _SECTION,
    "rich_text_quote": record({"elements": _LINE}, {"border": integer(0, 1)}),
    "rich_text_preformatted": record({"elements": _PREFORMATTED}, {"border": integer(0, 1), "language": string(100)}),
    "rich_text_list": record(
        {"elements": items(by_type({"rich_text_section": _SECTION}), 10_000), "style": one_of("bullet", "ordered")},
        {"indent": integer(0, 8), "offset": integer(0, 100_000), "border": integer(0, 1)},
    ),
}
RICH_TEXT_ELEMENTS = items(by_type(_PARTS), 10_000)
