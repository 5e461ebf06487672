"""The Teams app package: complete, valid by Microsoft's schema, with icons of the sizes that Teams asks for."""

import io
import json
import struct
import zipfile
import zlib
from pathlib import Path

import jsonschema
import pytest

from adapters.teams.app_package import teams_app_package
from core.orders import ShowHere, Unclear, read
from tests.adapters.teams.bot_framework import APP_ID

SCHEMA = Path(__file__).parents[2] / "schemas" / "teams-app-manifest-1.30.schema.json"


@pytest.fixture(scope="module")
def package() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(teams_app_package(APP_ID, "https://baton.example.com", "0.1.0"))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_package_is_flat_and_complete(package: dict[str, bytes]):
    assert set(package) == {"manifest.json", "color.png", "outline.png"}


def test_the_manifest_is_valid(package: dict[str, bytes]):
    manifest = json.loads(package["manifest.json"])
    jsonschema.Draft4Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(manifest)
    assert {manifest["id"], manifest["bots"][0]["botId"]} == {APP_ID}
    assert set(manifest["icons"].values()) <= set(package)


def test_what_teams_offers_to_say_is_what_baton_understands(package: dict[str, bytes]):
    (bot,) = json.loads(package["manifest.json"])["bots"]
    offered = {scope: one["commands"] for one in bot["commandLists"] for scope in one["scopes"]}
    assert set(offered) == set(bot["scopes"]) == {"team", "personal", "groupChat"}
    for scope, commands in offered.items():
        orders = {command["title"]: read([command["title"]]) for command in commands}
        assert not any(isinstance(order, Unclear) for order in orders.values())
        assert {"help", "whoami", "queue", "rooms", "link"} <= set(orders)
        assert (ShowHere() in orders.values()) is (scope != "personal")
        # The documents are stricter than the schema (msteams-docs, create-a-bot-commands-menu.md).
        assert all(len(command["title"]) <= 32 and len(command["description"]) <= 128 for command in commands)


@pytest.mark.parametrize(("name", "side"), [("color.png", 192), ("outline.png", 32)])
def test_the_icons_have_their_sizes(name: str, side: int, package: dict[str, bytes]):
    assert package[name].startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">IIBB", package[name][16:26]) == (side, side, 8, 6)


def test_the_outline_is_white_on_nothing(package: dict[str, bytes]):
    data = package["outline.png"]
    start = data.index(b"IDAT")
    length = struct.unpack(">I", data[start - 4 : start])[0]
    pixels = zlib.decompress(data[start + 4 : start + 4 + length])
    rows = [pixels[at + 1 : at + 129] for at in range(0, len(pixels), 129)]
    assert {row[x : x + 3] for row in rows for x in range(0, 128, 4)} == {b"\xff\xff\xff"}
    assert {0, 255} <= {row[x] for row in rows for x in range(3, 128, 4)}


def test_the_same_input_makes_the_same_bytes():
    assert teams_app_package(APP_ID, "https://a.example", "1.0.0") == teams_app_package(
        APP_ID, "https://a.example", "1.0.0"
    )
