"""What people press and write in Teams, from the signed request to the answer they see."""

import asyncio

import pytest

from adapters.teams import wording
from adapters.teams.incoming import TeamsIncoming
from adapters.teams.outgoing import CARD_TYPE
from core.handoff import Seen, Status
from core.people import Identity
from core.wording import AWAY, BOT, UNKNOWN
from tests.adapters.real_desk import WatchedDesk
from tests.adapters.teams.bot_framework import TENANT
from tests.adapters.teams.conftest import Post
from tests.adapters.teams.connector_server import ConnectorServer
from tests.adapters.teams.payloads import payload

MESSAGE = "application/vnd.microsoft.activity.message"
SAM = "50000000-0000-4000-8000-000000000005"


async def answer(post: Post, name: str, **changes: object) -> dict[str, object]:
    response = await post(payload(name, **changes))
    assert response.status == 200
    assert response.content_type == "application/json"
    return await response.json()


async def test_pick_up_answers_with_the_fresh_card(post: Post, desk: WatchedDesk):
    said = await answer(post, "dana-presses-pick-up")
    assert (said["statusCode"], said["type"]) == (200, CARD_TYPE)
    assert "It's yours" in str(said["value"])
    assert (await desk.handoff()).claimer.name == "Dana Ruiz"
    click = desk.clicks[0]
    assert click.by.identity == Identity("teams", TENANT, "d0000000-0000-4000-8000-00000000000d")
    assert click.by.conversation == "19:room@thread.tacv2"
    assert click.seen == Seen("19:room@thread.tacv2;messageid=1763715600000|1763715600000", 1)
    assert click.request == (
        "invoke:19:room@thread.tacv2;messageid=1763715600000:f:3b9a1c55-0001:d0000000-0000-4000-8000-00000000000d"
    )


async def test_the_loser_is_told_who_won_and_when_on_the_card_alone(
    post: Post, desk: WatchedDesk, connector: ConnectorServer
):
    await answer(post, "dana-presses-pick-up")
    desk.clock.move(minutes=2)
    said = await answer(post, "sam-presses-pick-up")
    notice = said["value"]["body"][0]["items"][0]["inlines"][0]["text"]
    assert notice == "Already picked up by Dana Ruiz, 2 min ago."
    assert connector.calls == []


async def test_release_and_resolve_with_a_note(post: Post, desk: WatchedDesk):
    await answer(post, "dana-presses-pick-up")
    await answer(post, "dana-presses-release")
    assert (await desk.handoff()).status is Status.OPEN
    await answer(post, "dana-presses-pick-up", id="f:again")
    said = await answer(post, "dana-resolves-with-a-note")
    assert (await desk.handoff()).resolution == "Cleared the profile cache.\nSyncs again."
    assert "actions" not in said["value"]


async def test_m6_an_invoke_that_comes_again_is_answered_the_same(post: Post, desk: WatchedDesk):
    answers = [await answer(post, "dana-presses-pick-up") for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert (await desk.handoff()).version == 2


async def test_m6_an_invoke_without_an_id_is_known_by_its_body(post: Post, desk: WatchedDesk):
    answers = [await answer(post, "dana-presses-pick-up", id=None) for _ in range(2)]
    assert answers[0] == answers[1]
    assert desk.clicks[0].request == desk.clicks[1].request
    await answer(post, "sam-presses-pick-up", id=None)
    assert desk.clicks[2].request != desk.clicks[0].request


async def test_a1_an_id_that_was_guessed_is_of_no_handoff(post: Post):
    assert await answer(post, "a-click-with-a-guessed-id") == {"statusCode": 200, "type": MESSAGE, "value": UNKNOWN}


async def test_a1_a_click_from_a_tenant_without_a_registration_is_refused(post: Post, desk: WatchedDesk):
    assert (await post(payload("a-click-from-another-tenant"))).status == 403
    assert desk.clicks == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("a-button-of-another-version", wording.UNKNOWN_BUTTON),
        ("a-guest-without-an-account-presses-pick-up", wording.NOBODY),
        ("another-bot-presses-pick-up", BOT),
        ("a-card-refreshes-by-itself", wording.KEPT_TRUE),
    ],
)
async def test_what_changes_nothing_is_answered_in_words(name: str, sentence: str, post: Post, desk: WatchedDesk):
    assert await answer(post, name) == {"statusCode": 200, "type": MESSAGE, "value": sentence}
    assert desk.clicks == []


async def test_storage_away_is_said_and_a_second_press_works(post: Post, desk: WatchedDesk):
    with desk.away():
        assert await answer(post, "dana-presses-pick-up") == {"statusCode": 200, "type": MESSAGE, "value": AWAY}
    assert (await answer(post, "dana-presses-pick-up"))["type"] == CARD_TYPE


async def test_a_note_that_is_too_long_is_refused_and_stays_in_the_field(post: Post, desk: WatchedDesk):
    await answer(post, "dana-presses-pick-up")
    invoke = payload("dana-resolves-with-a-note")
    invoke["value"]["action"]["data"]["note"] = "x" * 2001
    said = await (await post(invoke)).json()
    assert (said["type"], said["value"]) == (MESSAGE, "That is too long. Shorten it to 2,000 characters.")
    assert (await desk.handoff()).status is Status.CLAIMED


async def test_an_old_clients_press_is_answered_in_private(
    post: Post, desk: WatchedDesk, connector: ConnectorServer, incoming: TeamsIncoming
):
    response = await post(payload("sam-presses-pick-up-on-an-old-client"))
    assert (response.status, await response.text()) == (200, "")
    await incoming.drain()
    assert (await desk.handoff()).claimer.name == "Sam Okafor"
    opened, said = connector.calls
    assert opened.body["members"] == [{"id": SAM}]
    assert said.path == f"/v3/conversations/a%3Achat-{SAM}/activities"
    assert said.body["summary"].startswith("It's yours: you picked this up.\nEscalation from Jane")


async def test_a_slow_connector_does_not_hold_the_answer_and_drain_waits(
    post: Post, connector: ConnectorServer, incoming: TeamsIncoming
):
    connector.script.append("hang")
    assert (await post(payload("sam-presses-pick-up-on-an-old-client"))).status == 200
    await connector.called.wait()
    draining = asyncio.create_task(incoming.drain())
    await asyncio.sleep(0)
    assert not draining.done()
    connector.released.set()
    await draining
    assert len(connector.calls) == 2


@pytest.mark.parametrize("name", ["a-member-joins", "somebody-reacts-to-a-card", "a-dialog-is-asked-for"])
async def test_everything_else_is_taken_and_nothing_follows(
    name: str, post: Post, desk: WatchedDesk, connector: ConnectorServer
):
    response = await post(payload(name))
    assert (response.status, await response.text()) == (200, "")
    assert (desk.clicks, connector.calls) == ([], [])
