"""manifest.yml: what Slack's schema says of it, and that it asks for what the program handles, no more and no less."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from adapters.slack import scopes, wording
from bot.playground.slack_stand_in import Channel
from core.context_card import Letter
from core.deliveries import Sent
from tests.adapters.slack.conftest import DANA, JANE, SENIORS, Stage, lane

ROOT = Path(__file__).parents[3]
# Every method that the adapter calls, and the bot scope that it takes (docs.slack.dev/reference/methods).
SCOPES = {
    "auth.test": None,
    "oauth.v2.access": None,  # the app's own credentials
    "views.open": None,
    "views.update": None,
    "apps.connections.open": None,  # an app-level token's
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.postEphemeral": "chat:write",
    "users.info": "users:read",
    "conversations.info": "channels:read",
    "conversations.open": "im:write",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
}
# A command needs its own; users.info leaves the address out without .email; a private channel takes scopes of its own
# for its name and for what was said there, and a direct message for the latter.
FURTHER = {"commands", "users:read.email", "groups:read", "groups:history", "im:history"}
# The scope without which Slack does not send an event (docs.slack.dev/reference/events).
EVENT_SCOPES = {
    "app_uninstalled": None,
    "tokens_revoked": None,
    "channel_archive": "channels:read",
    "channel_deleted": "channels:read",
    "channel_left": "channels:read",
    "group_archive": "groups:read",
    "group_deleted": "groups:read",
    "group_left": "groups:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "user_change": "users:read",
}
_METHOD = re.compile(r'"((?:auth|oauth|views|apps|chat|users|conversations|files|reactions|team)\.[a-zA-Z0-9.]+)"')


@pytest.fixture
def manifest() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))


def schema() -> dict[str, Any]:
    return json.loads((ROOT / "tests/schemas/slack-app-manifest.schema.json").read_text(encoding="utf-8"))


def test_slacks_schema_takes_it(manifest) -> None:
    assert [error.message for error in Draft7Validator(schema()).iter_errors(manifest)] == []


def test_the_schema_bites(manifest) -> None:
    manifest["features"]["slash_commands"][0]["command"] = "escalate"
    manifest["settings"]["surprise"] = True
    assert len(list(Draft7Validator(schema()).iter_errors(manifest))) == 2


def test_its_variant_for_socket_mode_is_valid_as_well(manifest) -> None:
    for command in manifest["features"]["slash_commands"]:
        del command["url"]
    del manifest["settings"]["interactivity"]["request_url"]
    del manifest["settings"]["event_subscriptions"]["request_url"]
    manifest["settings"]["socket_mode_enabled"] = True
    assert list(Draft7Validator(schema()).iter_errors(manifest)) == []


def test_the_commands_are_those_that_are_handled(manifest) -> None:
    commands = manifest["features"]["slash_commands"]
    assert [command["command"] for command in commands] == [wording.COMMAND, wording.ORDERS]
    assert all(command["should_escape"] is True for command in commands)


@pytest.mark.parametrize("command", [wording.COMMAND, wording.ORDERS])
async def test_every_command_is_answered_with_its_own_help(stage: Stage, command: str) -> None:
    help_of = {
        wording.COMMAND: (await stage.client.command(JANE, wording.COMMAND, "help", SENIORS)).text,
        wording.ORDERS: (await stage.client.command(JANE, wording.ORDERS, "help", SENIORS)).text,
    }
    assert help_of[command] and len(set(help_of.values())) == 2


def test_the_scopes_are_those_that_the_calls_take(manifest) -> None:
    called = set()
    for path in (ROOT / "adapters/slack").glob("*.py"):
        source = path.read_text(encoding="utf-8")
        called |= set(_METHOD.findall(source))
    assert called == set(SCOPES)
    needed = {scope for scope in SCOPES.values() if scope} | FURTHER
    asked = manifest["oauth_config"]["scopes"]["bot"]
    assert set(asked) == needed
    assert asked == list(scopes.SCOPES)


def test_no_shortcut_is_asked_for_that_does_nothing(manifest) -> None:
    assert "shortcuts" not in manifest["features"]


def test_the_events_are_those_that_do_something(manifest, stage: Stage) -> None:
    asked = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert len(asked) == len(set(asked))
    assert set(asked) == stage.incoming.events
    for event in asked:
        assert EVENT_SCOPES[event] in {None, *manifest["oauth_config"]["scopes"]["bot"]}


def test_an_enterprise_may_install_it_and_tokens_stay(manifest) -> None:
    assert manifest["settings"]["org_deploy_enabled"] is True
    assert manifest["settings"]["token_rotation_enabled"] is False


def test_every_url_is_the_one_route(manifest) -> None:
    urls = {command["url"] for command in manifest["features"]["slash_commands"]}
    urls |= {manifest["settings"][part]["request_url"] for part in ("interactivity", "event_subscriptions")}
    assert urls == {"https://baton.example.com/slack/events"}
    assert manifest["oauth_config"]["redirect_urls"] == ["https://baton.example.com/slack/oauth_redirect"]


async def test_the_manifests_scopes_are_enough(manifest, stage: Stage) -> None:
    stage.slack.workspace.scopes = frozenset(manifest["oauth_config"]["scopes"]["bot"])
    stage.slack.add_channel(Channel("G0SECRET1", "secret", is_private=True))
    since = datetime.now(UTC)
    ts = await stage.escalated()
    await stage.client.command(JANE, "/escalate", "Outlook", SENIORS)
    await stage.client.click(JANE, SENIORS, ts, "baton.claimed")
    await stage.incoming.drain()
    letter = Letter("Hello", "", "Open the card")
    places = (lane(), None), (lane("G0SECRET1"), None), (lane(DANA, private=True), None), (lane(), f"{SENIORS}:{ts}")
    for place, under in places:
        sent = await stage.outgoing.tell(place, letter, "say:e1:p1", under)
        assert isinstance(sent, Sent) and await stage.outgoing.find(place, "say:e1:p1", since, under) == sent
    assert all(call.ok for call in stage.slack.calls)
