"""What every answer of Slack's becomes: it was done, it was not, it never will be, or nobody knows."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver

from adapters.slack.outgoing import SlackOutgoing
from bot.playground.slack_stand_in import (
    DropAfterTaking,
    DropBefore,
    Error,
    Hang,
    RateLimited,
    SlackStandIn,
    SlowBytes,
    Status,
    WrongJson,
)
from core.context_card import Letter, describe
from core.deliveries import Attempt, Failed, Gone, Lane, Owed, Scope, Sent, TryLater, Unsure
from core.handoff import Notice
from core.use_cases.deliver import deliver
from tests.adapters.slack.cards import claimed, open_full, open_plain
from tests.adapters.slack.conftest import DANA, SENIORS, lane

CARD = describe(open_plain())
LETTER = Letter("Hello", "", "Open the card")
# Silence and slow bytes outlast the call, which a test makes short.
UNCLEAR = [
    Status(500), Status(502), Status(503, ""), Status(404), Status(200, ""), Status(200), WrongJson(), Hang(),
    Hang(taken=True), SlowBytes(0.05), DropBefore(), DropAfterTaking(),
    Error("internal_error"), Error("fatal_error"), Error("service_unavailable"),
]  # fmt: skip


@pytest.mark.parametrize("fault", UNCLEAR)
async def test_l12_a_post_without_an_answer_that_makes_sense_is_unsure_and_sent_once(slack, outgoing, fault) -> None:
    outgoing.api.seconds = 0.3
    slack.faults("chat.postMessage", [fault, fault])
    assert isinstance(await outgoing.post(lane(), CARD, "k"), Unsure)
    assert isinstance(await outgoing.tell(lane(DANA, private=True), LETTER, "k2"), Unsure)
    assert len(slack.calls) == 2


@pytest.mark.parametrize("fault", UNCLEAR)
async def test_l12_a_correction_without_one_is_done_again_since_twice_is_once(slack, outgoing, fault) -> None:
    sent = await outgoing.post(lane(), CARD, "k")
    outgoing.api.seconds = 0.3
    slack.faults("chat.update", [fault])
    answer = await outgoing.correct(lane(), sent.copy, describe(claimed()))
    assert isinstance(answer, TryLater) and answer.scope is Scope.DELIVERY and answer.after is None
    assert await outgoing.correct(lane(), sent.copy, describe(claimed())) == sent
    assert "Picked up by Dana" in slack.messages[0].text


async def test_a_time_out_is_said_as_such(slack, outgoing) -> None:
    outgoing.api.seconds = 0.2
    slack.faults("chat.postMessage", [Hang()])
    assert await outgoing.post(lane(), CARD, "k") == Unsure("timed out")


async def test_a_drop_on_a_connection_that_was_used_before_is_not_sent_again_either(slack, outgoing) -> None:
    await outgoing.introduce()
    slack.faults("chat.postMessage", [DropAfterTaking()])
    assert isinstance(await outgoing.post(lane(), CARD, "k"), Unsure)
    assert [call.method for call in slack.calls] == ["auth.test", "chat.postMessage"]


@pytest.mark.parametrize(
    ("status", "body", "content_type"),
    [
        (200, b"[1]", "application/json"),
        (200, b'"ok"', "application/json"),
        (200, b"7", "application/json"),
        (200, b"", "application/json"),
        (200, b"{", "application/json"),
        (200, b"\xff\xfe", "application/json"),
        (200, b"null", "application/json"),
        (200, b"ok", "text/plain"),
        (200, b"<html>", "text/html"),
        (200, b"zip", "application/gzip"),
        (200, b'{"ok": true}', "application/json"),
        (200, b'{"ok": true, "ts": 7}', "application/json"),
        (200, b'{"ok": false}', "application/json"),
        (200, b'{"ok": false, "error": 7}', "application/json"),
        (200, b'{"ok": false, "error": ["ratelimited"]}', "application/json"),
        (502, b'{"ok": false, "error": "channel_not_found"}', "application/json"),
    ],
)
async def test_l12_an_answer_that_no_slack_would_give_is_unsure(scripted, status, body, content_type) -> None:
    outgoing, answers = scripted
    answers.append(web.Response(status=status, body=body, content_type=content_type))
    assert isinstance(await outgoing.post(lane(), CARD, "k"), Unsure)


class Resolver(AbstractResolver):
    """A name server that doesn't know the name, or one that doesn't answer at all."""

    def __init__(self, silent: bool) -> None:
        self._silent = silent

    async def resolve(self, *_: object, **__: object) -> list:
        if self._silent:
            await asyncio.Event().wait()
        raise OSError("no such host")

    async def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    ("url", "resolver"),
    [("http://127.0.0.1:1/api/", None), ("http://slack.example/api/", Resolver(silent=False)),
     ("http://slack.example/api/", Resolver(silent=True))],
)  # fmt: skip
async def test_without_a_connection_nothing_was_sent(settings, ring, url, resolver) -> None:
    connector, patience = aiohttp.TCPConnector(resolver=resolver), aiohttp.ClientTimeout(connect=0.1)
    async with aiohttp.ClientSession(connector=connector, timeout=patience) as session:
        answer = await SlackOutgoing(replace(settings, api_url=url), session, ring).post(lane(), CARD, "k")
    assert isinstance(answer, TryLater) and answer.reason.startswith("no connection")


@pytest.mark.parametrize("error", ["request_timeout", "team_added_to_org", "org_login_required"])
async def test_a_not_now_is_a_definite_one(slack, outgoing, error) -> None:
    slack.faults("chat.postMessage", [Error(error)])
    assert await outgoing.post(lane(), CARD, "k") == TryLater(error)


async def test_l11_a_rate_limit_belongs_to_the_lane_and_nothing_was_done(slack, outgoing) -> None:
    slack.faults("chat.postMessage", [RateLimited(60), Error("ratelimited")])
    slack.faults("chat.update", [RateLimited(7)])
    assert await outgoing.post(lane(), CARD, "k") == TryLater("ratelimited", 60.0, Scope.LANE)
    assert await outgoing.post(lane(), CARD, "k") == TryLater("ratelimited", None, Scope.LANE)
    assert await outgoing.correct(lane(), f"{SENIORS}:1.2", CARD) == TryLater("ratelimited", 7.0, Scope.LANE)


@pytest.mark.parametrize(("body", "kind"), [(b"slow down", "text/plain"), (b"", "application/json"), (b"{", "a/json")])
async def test_l11_a_429_is_one_whatever_its_body_says(scripted, body, kind) -> None:
    outgoing, answers = scripted
    answers.append(web.Response(status=429, body=body, content_type=kind, headers={"Retry-After": "5"}))
    assert await outgoing.post(lane(), CARD, "k") == TryLater("ratelimited", 5.0, Scope.LANE)


LOST = ["channel_not_found", "is_archived", "not_in_channel", "restricted_action"]


@pytest.mark.parametrize(
    "error",
    [*LOST, "invalid_auth", "not_authed", "token_revoked", "account_inactive", "missing_scope",
     "team_access_not_granted", "invalid_blocks", "msg_too_long"],
)  # fmt: skip
async def test_a_no_is_permanent_and_says_whether_the_room_is_lost(slack: SlackStandIn, outgoing, error: str) -> None:
    slack.faults("chat.postMessage", [Error(error)] * 3)
    assert await outgoing.post(lane(), CARD, "k") == Failed(error, lost=error in LOST)
    assert await outgoing.tell(lane(), LETTER, "k", f"{SENIORS}:1.2") == Failed(error, lost=error in LOST)
    assert await outgoing.tell(lane(DANA, private=True), LETTER, "k") == Failed(error)


def archive(slack: SlackStandIn) -> None:
    slack.workspace.channels[SENIORS].is_archived = True


def expel(slack: SlackStandIn) -> None:
    slack.workspace.channels[SENIORS].bot_is_member = False


def revoke(slack: SlackStandIn) -> None:
    slack.token_error = "token_revoked"


@pytest.mark.parametrize(
    ("happens", "posting", "correcting", "lost"),
    [(archive, "is_archived", "is_inactive", True), (expel, "not_in_channel", "not_in_channel", True),
     (revoke, "token_revoked", "token_revoked", False)],
)  # fmt: skip
async def test_l13_archived_removed_and_revoked_are_permanent(
    slack, outgoing, happens, posting, correcting, lost
) -> None:
    sent = await outgoing.post(lane(), CARD, "k")
    happens(slack)
    assert await outgoing.post(lane(), CARD, "k2") == Failed(posting, lost)
    assert await outgoing.tell(lane(), LETTER, "k3", sent.copy) == Failed(posting, lost)
    assert await outgoing.correct(lane(), sent.copy, CARD) == Failed(correcting, lost)


async def test_l14_a_card_that_was_deleted_by_hand_is_gone(slack, outgoing) -> None:
    sent = await outgoing.post(lane(), CARD, "k")
    slack.remove(*sent.copy.split(":"))
    assert await outgoing.correct(lane(), sent.copy, CARD) == Gone("message_not_found")
    assert await outgoing.tell(lane(), LETTER, "k2", sent.copy) == Failed("thread_not_found")


async def test_l14_a_card_that_is_not_ours_to_correct_is_gone_too(slack, outgoing) -> None:
    said = slack.say(DANA, SENIORS, "mine")
    assert await outgoing.correct(lane(), f"{SENIORS}:{said.ts}", CARD) == Gone("cant_update_message")


def owed(kind: str, under: str) -> Owed:
    room = Owed("card:h1:r1", lane(), None, 1, 0, open_full())
    if kind == "card":
        return room
    if kind == "letter":
        private: Lane = lane(DANA, private=True)
        return replace(room, key="say:e1:p2", lane=private, about=Notice.AIMED_AT_YOU)
    return replace(room, key="say:unreachable:h1", about=Notice.UNREACHABLE, under=under)


@pytest.mark.parametrize("kind", ["card", "letter", "thread"])
@pytest.mark.parametrize(("drop", "posts"), [(DropAfterTaking(), 1), (DropBefore(), 2)])
async def test_l6_a_post_whose_answer_was_lost_is_looked_for_before_it_is_posted_again(
    slack, outgoing, kind, drop, posts
) -> None:
    card = await outgoing.post(lane(), CARD, "card:h1:r0")
    due, began = owed(kind, card.copy), datetime.now(UTC)
    slack.faults("chat.postMessage", [drop])
    assert isinstance(await deliver(due, outgoing), Unsure)
    again = replace(due, unclear=Attempt(began, due.handoff.version))
    slack.calls.clear()
    sent = await deliver(again, outgoing)
    [message] = slack.by_key()[due.key]
    assert isinstance(sent, Sent) and sent.copy == f"{message.channel}:{message.ts}"
    methods = [call.method for call in slack.calls if call.method.startswith(("chat", "conversations"))]
    assert methods[0].startswith("conversations") and methods.count("chat.postMessage") == posts - 1


async def test_l6_what_is_found_is_made_true(slack, outgoing) -> None:
    due, began = owed("card", ""), datetime.now(UTC)
    slack.faults("chat.postMessage", [DropAfterTaking()])
    assert isinstance(await deliver(due, outgoing), Unsure)
    later = replace(due, handoff=claimed(), unclear=Attempt(began, due.handoff.version))
    assert isinstance(await deliver(later, outgoing), Sent)
    [message] = slack.messages
    assert "Picked up by Dana" in message.text
