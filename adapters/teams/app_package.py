"""The app package that an administrator uploads to Teams: a manifest and two icons, zipped."""

import io
import json
import zipfile
from importlib.resources import files

from core.orders import USAGE

# The newest schema that the tests hold this against; Teams takes all it has published.
MANIFEST_VERSION = "1.30"
SCHEMA_URL = f"https://developer.microsoft.com/json-schemas/teams/v{MANIFEST_VERSION}/MicrosoftTeams.schema.json"
# What Teams offers while somebody types: the orders that are complete as they stand, so that choosing one says it.
COMMANDS = [(usage, does) for usage, does in USAGE if usage == usage.lower() and "@" not in usage]
# They are about the room that they are said in, and a chat with one person is none.
FOR_ROOMS = ("show-here", "hide-here")
ICONS = ("color.png", "outline.png")
# Zip knows no dates before this one; a fixed one makes the same input the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


def teams_app_package(app_id: str, public_url: str, version: str) -> bytes:
    """The zip. ``app_id`` is the bot's GUID, ``public_url`` this Baton's https address, ``version`` like "1.2.3"."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        manifest = json.dumps(_manifest(app_id, public_url, version), indent=2) + "\n"
        archive.writestr(zipfile.ZipInfo("manifest.json", _DATE), manifest)
        for icon in ICONS:
            archive.writestr(zipfile.ZipInfo(icon, _DATE), (files("adapters.teams") / "package" / icon).read_bytes())
    return packed.getvalue()


def _manifest(app_id: str, public_url: str, version: str) -> dict[str, object]:
    return {
        "$schema": SCHEMA_URL,
        "manifestVersion": MANIFEST_VERSION,
        "version": version,
        "id": app_id,
        "developer": {
            "name": "Baton, self-hosted",
            "websiteUrl": public_url,
            "privacyUrl": public_url,
            "termsOfUseUrl": public_url,
        },
        "name": {"short": "Baton", "full": "Baton: hand a support problem off, pick it up"},
        "description": {
            "short": "Escalations from Slack as cards in Teams: one Pick Up, one owner.",
            "full": "A junior escalates in Slack, and the card appears in your channel or group chat here. Whoever "
            "presses Pick Up first has it; everybody else is told who. Release puts it back, Resolve closes it with a "
            "note, and every copy of the card, in Slack and in Teams, comes true. Say show-here to Baton where "
            "escalations should appear, link CODE to join Slack and Teams, and help for all that it understands.",
        },
        "icons": {"color": ICONS[0], "outline": ICONS[1]},
        "accentColor": "#3540A0",
        # In teams and group chats the cards are shown; the personal chat is where private answers go.
        "bots": [
            {
                "botId": app_id,
                "scopes": ["team", "personal", "groupChat"],
                "commandLists": [
                    {"scopes": ["team"], "commands": _commands()},
                    {"scopes": ["groupChat"], "commands": _commands()},
                    {"scopes": ["personal"], "commands": _commands(without=FOR_ROOMS)},
                ],
            }
        ],
        "defaultInstallScope": "team",
        "supportsChannelFeatures": "tier1",
    }


def _commands(without: tuple[str, ...] = ()) -> list[dict[str, str]]:
    return [{"title": usage, "description": _capital(does)} for usage, does in COMMANDS if usage not in without]


def _capital(sentence: str) -> str:
    return "What you can say to Baton" if sentence == "this" else sentence[:1].upper() + sentence[1:]
