"""What is sent to Teams, and what each of its answers means for the delivery."""

import asyncio
import json
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port

from adapters.teams.connector import CALL_SECONDS
from adapters.teams.credentials import FETCH_SECONDS
from adapters.teams.outgoing import OPEN_SECONDS, TeamsOutgoing
from adapters.teams.settings import TeamsSettings
from core.context_card import Letter, describe
from core.deliveries import Failed, Gone, Lane, NotThere, Scope, Sent, TryLater, Unsure
from tests.adapters.teams.bot_framework import APP_ID, TENANT, Login
from tests.adapters.teams.connector_server import CHANNEL, ConnectorServer, refusal
from tests.adapters.teams.contexts import OPEN
from tests.adapters.teams.keys_kept import MemoryKeyring

ROOM = Lane("teams", TENANT, CHANNEL, private=False)
DANA = Lane("teams", TENANT, "d0000000-0000-4000-8000-00000000000d", private=True)
CARD = describe(OPEN)
LETTER = Letter(
    "Jane asks you to pick this up. #12345: [x](http://evil) <at>all</at>", "https://teams.example/l", "Open"
)
COPY = f"{CHANNEL};messageid=1|1"


async def test_a_card_starts_a_thread_in_the_channel(outgoing: TeamsOutgoing, connector: ConnectorServer):
    sent = await outgoing.post(ROOM, CARD, "card:1:2")
    link = f"https://teams.microsoft.com/l/message/19%3Aroom%40thread.tacv2/1?tenantId={TENANT}&parentMessageId=1"
    assert sent == Sent(COPY, link)
    (call,) = connector.calls
    assert (call.method, call.path) == ("POST", "/v3/conversations")
    assert call.authorization == "Bearer canary-token"
    assert call.body["channelData"] == {"channel": {"id": CHANNEL}, "tenant": {"id": TENANT}}
    activity = call.body["activity"]
    assert activity["summary"] == CARD.summary
    assert activity["attachments"][0]["content"]["fallbackText"]
    assert "text" not in activity


async def test_a_correction_replaces_the_message_where_it_stands(outgoing: TeamsOutgoing, connector: ConnectorServer):
    sent = await outgoing.correct(ROOM, COPY, CARD)
    assert isinstance(sent, Sent)
    assert sent.copy == COPY
    (call,) = connector.calls
    assert call.method == "PUT"
    assert call.path == "/v3/conversations/19%3Aroom%40thread.tacv2%3Bmessageid%3D1/activities/1"
    assert call.body["id"] == "1"


async def test_a_letter_opens_the_chat_once_and_nothing_in_it_can_fire(
    outgoing: TeamsOutgoing, connector: ConnectorServer
):
    assert isinstance(await outgoing.tell(DANA, LETTER, "say:1"), Sent)
    assert isinstance(await outgoing.tell(DANA, LETTER, "say:2"), Sent)
    opened, first, second = connector.calls
    assert opened.body["isGroup"] is False
    assert opened.body["bot"] == {"id": f"28:{APP_ID}"}
    assert opened.body["members"] == [{"id": DANA.address}]
    assert first.path == second.path == f"/v3/conversations/a%3Achat-{DANA.address}/activities"
    card = first.body["attachments"][0]["content"]
    assert [block["type"] for block in card["body"]] == ["RichTextBlock"]
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open", "url": LETTER.link}]
    assert "<at>" not in json.dumps(card)


# What an answer means to a post, and to a call that can be repeated without harm.
LIMITED = TryLater("429 Throttled", 60.0, Scope.LANE)
NOT_NOW = TryLater("429 Throttled", None, Scope.LANE)
HTML = web.Response(status=502, text="<html>Bad gateway</html>", content_type="text/html")
BLOCKED = web.json_response({"errorCode": 209, "message": '{\r\n  "subCode": "MessageWritesBlocked"\r\n}'}, status=403)
WELCOME = web.Response(status=200, text="<html>Welcome</html>", content_type="text/html")
ANSWERS = [
    (refusal(429, "Throttled", Retry_After="60"), LIMITED, LIMITED),
    (refusal(429, "Throttled"), NOT_NOW, NOT_NOW),
    (refusal(412, "PreconditionFailed"), TryLater("412 PreconditionFailed"), TryLater("412 PreconditionFailed")),
    (web.Response(status=408, text=""), TryLater("408"), TryLater("408")),
    (refusal(500, "ServiceError"), Unsure("500 ServiceError"), TryLater("500 ServiceError")),
    (refusal(502, "ServiceError"), Unsure("502 ServiceError"), TryLater("502 ServiceError")),
    (HTML, Unsure("502"), TryLater("502")),
    (web.Response(status=503, text=""), Unsure("503"), TryLater("503")),
    (web.Response(status=504, text=""), Unsure("504"), TryLater("504")),
    (WELCOME, Unsure("200 without JSON"), TryLater("200 without JSON")),
    (web.Response(status=201, text=""), Unsure("201 without JSON"), TryLater("201 without JSON")),
    (web.json_response(["created"], status=201), Unsure("201 without JSON"), TryLater("201 without JSON")),
    (web.Response(status=302, headers={"Location": "https://evil.example/"}), TryLater("302"), TryLater("302")),
    (web.Response(status=404, text="<html>no such page</html>"), TryLater("404"), TryLater("404")),
    (refusal(401, "Unauthorized"), TryLater("401 Unauthorized"), TryLater("401 Unauthorized")),
    (BLOCKED, Failed("403 MessageWritesBlocked"), Failed("403 MessageWritesBlocked")),
    (refusal(400, "BadSyntax"), Failed("400 BadSyntax"), Failed("400 BadSyntax")),
    (refusal(413, "MessageSizeTooBig"), Failed("413 MessageSizeTooBig"), Failed("413 MessageSizeTooBig")),
]


@pytest.mark.parametrize(
    ("answer", "to_a_post", "to_a_repeat"), ANSWERS, ids=[f"{a.status}-{n}" for n, (a, _, _) in enumerate(ANSWERS)]
)
async def test_l11_l12_l13_what_an_answer_means(
    answer: web.Response, to_a_post: object, to_a_repeat: object, outgoing: TeamsOutgoing, connector: ConnectorServer
):
    def post() -> Awaitable[object]:
        return outgoing.post(ROOM, CARD, "k")

    def correct() -> Awaitable[object]:
        return outgoing.correct(ROOM, COPY, CARD)

    def tell() -> Awaitable[object]:
        return outgoing.tell(DANA, LETTER, "k")

    def tell_in_a_thread() -> Awaitable[object]:
        return outgoing.tell(ROOM, LETTER, "k", under=COPY)

    # The first letter has to open the chat, which is safe to repeat; when it got there, the chat is known.
    for send, expected in (
        (post, to_a_post),
        (correct, to_a_repeat),
        (tell, to_a_repeat),
        (tell_in_a_thread, to_a_post),
    ):
        connector.script.append(copy_of(answer))
        assert await send() == expected
    assert isinstance(await tell(), Sent)
    connector.script.append(copy_of(answer))
    assert await tell() == to_a_post


def copy_of(answer: web.Response) -> web.Response:
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    return web.Response(status=answer.status, body=answer.body, headers=headers)


@pytest.mark.parametrize("answer", [{}, {"id": 7}, {"id": ""}, {"activityId": "1"}])
async def test_l12_an_answer_without_ids_leaves_a_doubt(
    answer: dict[str, object], outgoing: TeamsOutgoing, connector: ConnectorServer
):
    connector.script.append(web.json_response(answer, status=201))
    assert isinstance(await outgoing.post(ROOM, CARD, "k"), Unsure)
    if answer != {"activityId": "1"}:
        connector.script.append(web.json_response(answer, status=201))
        assert isinstance(await outgoing.tell(ROOM, LETTER, "k", under=COPY), Unsure)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("ActivityNotFoundInConversation", Gone), ("MessageNotFound", Gone), ("ConversationNotFound", Failed)],
)
async def test_l14_a_correction_that_finds_nothing(
    code: str, expected: type, outgoing: TeamsOutgoing, connector: ConnectorServer
):
    connector.script.append(refusal(404, code))
    assert isinstance(await outgoing.correct(ROOM, COPY, CARD), expected)


async def test_l13_a_post_into_a_channel_that_is_no_more_fails_for_good(
    outgoing: TeamsOutgoing, connector: ConnectorServer
):
    connector.script.append(refusal(404, "ConversationNotFound"))
    assert await outgoing.post(ROOM, CARD, "k") == Failed("404 ConversationNotFound", lost=True)


async def test_a_chat_that_is_no_more_is_opened_anew(outgoing: TeamsOutgoing, connector: ConnectorServer):
    await outgoing.tell(DANA, LETTER, "k")
    connector.script.append(refusal(404, "ConversationNotFound"))
    assert isinstance(await outgoing.tell(DANA, LETTER, "k"), TryLater)
    assert isinstance(await outgoing.tell(DANA, LETTER, "k"), Sent)
    assert connector.calls[-2].body["members"] == [{"id": DANA.address}]


async def test_l6_a_post_whose_connection_dropped_may_have_been_taken(
    outgoing: TeamsOutgoing, connector: ConnectorServer
):
    connector.script.append("drop")
    assert isinstance(await outgoing.post(ROOM, CARD, "k"), Unsure)
    assert len(connector.calls) == 1


async def test_l23_a_silent_connector_is_given_up_on(
    outgoing: TeamsOutgoing, connector: ConnectorServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("adapters.teams.connector.CALL_SECONDS", 0.2)
    connector.script.append("hang")
    assert isinstance(await outgoing.post(ROOM, CARD, "k"), Unsure)
    connector.script.append("hang")
    assert isinstance(await outgoing.correct(ROOM, COPY, CARD), TryLater)


async def test_l23_opening_a_chat_leaves_time_for_the_letter(
    outgoing: TeamsOutgoing, connector: ConnectorServer, monkeypatch: pytest.MonkeyPatch
):
    assert FETCH_SECONDS < CALL_SECONDS
    assert OPEN_SECONDS <= CALL_SECONDS / 2
    monkeypatch.setattr("adapters.teams.outgoing.OPEN_SECONDS", 0.2)
    connector.script.append("hang")
    assert isinstance(await outgoing.tell(DANA, LETTER, "k"), TryLater)
    assert len(connector.calls) == 1


async def test_a_connector_that_was_never_reached_was_told_nothing(
    settings: TeamsSettings, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("adapters.teams.connector.CONNECT_SECONDS", 0.2)

    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    # Nobody speaks TLS behind the first port, and behind the second nobody speaks at all.
    server = await asyncio.start_server(silence, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for address in (f"https://127.0.0.1:{port}/", f"http://127.0.0.1:{unused_port()}/"):
        nowhere = replace(settings, service_url=address, allowed_service_hosts=("127.0.0.1",))
        outgoing = TeamsOutgoing(nowhere, session, MemoryKeyring())
        answer = await outgoing.post(ROOM, CARD, "k")
        assert isinstance(answer, TryLater)
        assert answer.reason.startswith("the connector can't be reached")
    server.close()
    await server.wait_closed()


async def test_a_lost_post_can_not_be_looked_for(outgoing: TeamsOutgoing, connector: ConnectorServer):
    assert await outgoing.find(ROOM, "card:1", datetime.now(UTC)) == NotThere()
    assert connector.calls == []


async def test_l23_a_login_that_is_away_is_temporary(outgoing: TeamsOutgoing, login: Login, connector: ConnectorServer):
    login.token_answer = (503, "")
    assert isinstance(await outgoing.post(ROOM, CARD, "k"), TryLater)
    assert connector.calls == []


async def test_a_token_that_is_not_taken_is_replaced(outgoing: TeamsOutgoing, connector: ConnectorServer, login: Login):
    connector.script.append(refusal(401, "Unauthorized"))
    assert isinstance(await outgoing.post(ROOM, CARD, "k"), TryLater)
    assert isinstance(await outgoing.post(ROOM, CARD, "k"), Sent)
    assert len(login.forms) == 2


async def test_m13_our_token_goes_to_no_other_host(
    settings: TeamsSettings, session: aiohttp.ClientSession, connector: ConnectorServer, login: Login
):
    strict = replace(settings, allowed_service_hosts=("smba.trafficmanager.net",))
    outgoing = TeamsOutgoing(strict, session, MemoryKeyring())
    assert isinstance(await outgoing.post(ROOM, CARD, "k"), Failed)
    assert (connector.calls, login.asked) == ([], [])


async def test_the_service_url_follows_what_checked_activities_say(outgoing: TeamsOutgoing, connector: ConnectorServer):
    outgoing.connector.services.learn(TENANT, connector.url + "emea/")
    await outgoing.post(ROOM, CARD, "k")
    assert connector.calls[0].path == "/emea/v3/conversations"


async def test_dev_mode_sends_no_token(
    settings: TeamsSettings, session: aiohttp.ClientSession, connector: ConnectorServer, login: Login
):
    dev = replace(settings, allowed_service_hosts=(), dev=True)
    assert isinstance(await TeamsOutgoing(dev, session, MemoryKeyring()).post(ROOM, CARD, "k"), Sent)
    assert connector.calls[0].authorization is None
    assert login.asked == []
