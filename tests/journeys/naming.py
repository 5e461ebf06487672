"""Everything that can be sent from one company, made to name things of another: gestures, words, forms and events."""

import copy
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.playground.slack_stand_in import Channel, payloads
from tests.journeys.accounts import IVY, MAX, ZOE, Company, Street
from tests.journeys.cast import JANE, SAM, TOM
from tests.journeys.players import InSlack, InTeams


@dataclass(frozen=True, slots=True)
class Ids:
    """Everything by which something of a company can be named."""

    handoff: str
    slack_user: str
    slack_channel: str
    slack_copy: str
    teams_user: str
    teams_channel: str
    teams_copy: str
    workspace: str


NEVER_WERE = Ids(
    "01zzzzzzzzzzzzzzzzzzzzzzzz",
    "U0NEVER01",
    "C0NEVER01",
    "1700000000.000100",
    "29:1neverwas000000000000000000000000000000000",
    "19:neverwas0000000@thread.tacv2",
    "1700000000001",
    "Never Was Inc",
)
Act = Callable[[Company, Ids], Awaitable[Any]]


async def of_acme(here: Street) -> Ids:
    """The ids of Acme, in which a handoff is open, and a room that Globex has none of that name."""
    acme = here.acme
    secret = acme.workspace.add_channel(Channel("C0ACMEONLY", "acme-only"))
    assert "escalations are shown" in await InSlack(acme, SAM).says("show-here", secret.id)
    await InSlack(acme, JANE).escalates("Mail is down")
    in_slack, in_teams = InSlack(acme, SAM).card(), InTeams(acme, TOM).card()
    handoff = json.loads(InSlack(acme, SAM).aims("claimed")["actions"][0]["value"])["handoff"]
    tom = here.teams.directory.find(TOM.teams)
    assert tom is not None
    return Ids(
        handoff, JANE.slack, secret.id, in_slack.ts, tom.id, in_teams.conversation, in_teams.id, acme.workspace.team.id
    )


# What can be sent from Slack.


def clicked(verb: str) -> Act:
    """A button of a card of Globex's, made to name something else."""

    async def act(globex: Company, ids: Ids) -> Any:
        player = InSlack(globex, MAX)
        payload = copy.deepcopy(player.aims("released"))
        payload["actions"][0]["action_id"] = f"baton.{verb}"
        payload["actions"][0]["value"] = json.dumps({"handoff": ids.handoff, "version": 1})
        payload["container"] |= {"message_ts": ids.slack_copy, "channel_id": ids.slack_channel}
        payload["channel"]["id"] = ids.slack_channel
        payload["message"]["ts"] = ids.slack_copy
        return await player.lets_go(payload)

    return act


async def resolved_in_a_form(globex: Company, ids: Ids) -> Any:
    player = InSlack(globex, MAX)
    own = player.aims("resolved")
    assert (await player.client.deliver("interactive", own)).status == 200
    form = await globex.slack.wait_until(lambda: globex.workspace.view_of(MAX.slack), 20)
    payload = copy.deepcopy(player.client.submit_payload(MAX.slack, form.id))
    about = {"handoff": ids.handoff, "copy": f"{ids.slack_channel}:{ids.slack_copy}", "version": "1"}
    payload["view"]["private_metadata"] = json.dumps(about)
    payload["view"]["id"] = f"V{ids.handoff}"
    answer = await player.client.deliver("interactive", payload)
    await player.client.close_view(MAX.slack, form.id)
    return answer.status, answer.body


def ordered(text: Callable[[Ids], str], where: Callable[[Ids], str | None] = lambda _: None) -> Act:
    """A command of the owner's in Globex; ``where`` is the channel it claims to be typed in."""

    async def act(globex: Company, ids: Ids) -> Any:
        client = InSlack(globex, ZOE).client
        payload = client.command_payload(ZOE.slack, "/baton", "", None) | {"text": text(ids)}
        if channel := where(ids):
            payload |= {"channel_id": channel, "channel_name": "acme-only"}
        answer = await client.deliver("slash_commands", payload)
        return answer.status, answer.body

    return act


async def aimed(globex: Company, ids: Ids) -> Any:
    max_ = InSlack(globex, MAX)
    form = await max_.opens_form("Printer on fire")
    payload = copy.deepcopy(max_.client.submit_payload(MAX.slack, form.id))
    values = payload["view"]["state"]["values"]
    values["target"]["target"]["selected_user"] = ids.slack_user
    answer = await max_.client.deliver("interactive", payload)
    await max_.client.close_view(MAX.slack, form.id)
    return answer.status, answer.body


def told(kind: str, **more: Callable[[Ids], Any]) -> Act:
    """An event of Globex's installation that names something else."""

    async def act(globex: Company, ids: Ids) -> Any:
        inner = {"type": kind, **{name: made(ids) for name, made in more.items()}}
        body = payloads.event(globex.workspace, inner, None)
        # The team that Slack names beside the installation may be another company's: a channel they share.
        answers = [await globex.baton.slack.deliver("events_api", body | {"team_id": ids.workspace})]
        answers.append(await globex.baton.slack.deliver("events_api", payloads.event(globex.workspace, inner, None)))
        return [(answer.status, answer.body) for answer in answers]

    return act


# What can be sent from Teams.


def pressed(verb: str) -> Act:
    """A button of a card of Globex's, made to name something else."""

    async def act(globex: Company, ids: Ids) -> Any:
        player = InTeams(globex, IVY)
        activity = copy.deepcopy(player.aims("released"))
        activity["value"]["action"]["verb"] = f"baton.{verb}"
        activity["value"]["action"]["data"] |= {"handoff": ids.handoff, "note": "Mine"}
        activity["replyToId"] = ids.teams_copy
        activity["conversation"]["id"] = ids.teams_channel
        activity["id"] = f"f:{verb}-{ids.handoff}-{time.monotonic_ns()}"
        answer = await player.client.deliver(activity)
        return answer.status, answer.body

    return act


async def mentioned(globex: Company, ids: Ids) -> Any:
    player = InTeams(globex, IVY)
    before = len([m for m in globex.teams.messages if m.by_bot])
    sent = copy.deepcopy(player.aims("released"))
    name = "<at>Somebody</at>"
    sent |= {"type": "message", "text": f"role {name} admin", "id": f"m{time.monotonic_ns()}"}
    sent["entities"] = [{"type": "mention", "text": name, "mentioned": {"id": ids.teams_user, "name": "Somebody"}}]
    for field in ("value", "name", "replyToId"):
        sent.pop(field, None)
    assert (await player.client.deliver(sent)).status == 200
    await globex.teams.wait_until(lambda: len([m for m in globex.teams.messages if m.by_bot]) > before + 1, 20)
    return [m.activity.get("summary") or m.activity["text"] for m in globex.teams.messages if m.by_bot][before:]


ACTS: Mapping[str, Act] = {
    **{f"{verb} in Slack": clicked(verb) for verb in ("claimed", "released")},
    "resolved in Slack": resolved_in_a_form,
    # First of all nobody is aimed at: whom a role was given, whoever that is, may be.
    "aimed at": aimed,
    "a role": ordered(lambda ids: f"role <@{ids.slack_user}|somebody> admin"),
    "parting a workspace": ordered(lambda ids: f"unlink {ids.workspace}"),
    "hide-here": ordered(lambda _: "hide-here", lambda ids: ids.slack_channel),
    "show-here": ordered(lambda _: "show-here", lambda ids: ids.slack_channel),
    "a channel archived": told("channel_archive", channel=lambda ids: ids.slack_channel, user=lambda _: ZOE.slack),
    "a channel deleted": told("channel_deleted", channel=lambda ids: ids.slack_channel),
    "a user changed": told("user_change", user=lambda ids: {"id": ids.slack_user, "deleted": True, "profile": {}}),
    **{f"{verb} in Teams": pressed(verb) for verb in ("claimed", "released", "resolved")},
    "a role in Teams": mentioned,
}
