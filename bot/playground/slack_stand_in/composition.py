"""The rules of Block Kit's composition objects: texts, options, confirmation dialogs."""

from typing import Any

from bot.playground.slack_stand_in.checks import Check, also, boolean, by_type, items, one_of, record, string

ACTION_ID = string(255)


def plain(most: int) -> Check:
    """A ``plain_text`` object."""
    return by_type({"plain_text": record({"text": string(most)}, {"emoji": boolean})})


def text(most: int) -> Check:
    """A ``plain_text`` or ``mrkdwn`` object."""
    return by_type(
        {
            "plain_text": record({"text": string(most)}, {"emoji": boolean}),
            "mrkdwn": record({"text": string(most)}, {"verbatim": boolean}),
        }
    )


PLACEHOLDER = plain(150)
CONFIRM = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75)})
RICH_OPTION = record({"text": text(75), "value": string(150)}, {"description": text(75)})
LINK_OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": string(3000)})
GROUP = record({"label": plain(75), "options": items(OPTION, 100)})


def offered(element: dict[str, Any]) -> list[Any]:
    """All options that an element offers, groups opened."""
    groups = element.get("option_groups")
    options = element.get("options")
    found = list(options) if isinstance(options, list) else []
    for group in groups if isinstance(groups, list) else []:
        if isinstance(group, dict) and isinstance(group.get("options"), list):
            found.extend(group["options"])
    return found


def initial_is_offered(element: dict[str, Any]) -> str | None:
    """The initial option or options must be, in every part, among those offered."""
    chosen = element.get("initial_options", [])
    chosen = list(chosen) if isinstance(chosen, list) else []
    if "initial_option" in element:
        chosen.append(element["initial_option"])
    return None if all(option in offered(element) for option in chosen) else "initial option is not among the options"


def one_list(element: dict[str, Any]) -> str | None:
    """A static select has options or groups, not both and not neither."""
    return None if ("options" in element) != ("option_groups" in element) else "must have options or option_groups"


def choosing(check: Check) -> Check:
    """A check of an element that chooses among its own options."""
    return also(check, initial_is_offered)
