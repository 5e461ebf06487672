"""What is sent to Teams, and what each of its answers means for the delivery."""

import json
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web

from adapters.teams.credentials import Credentials
from adapters.teams.outgoing import TeamsOutgoing
from adapters.teams.settings import TeamsSettings
from core.context_card import Letter, describe
from core.deliveries import Failed, Gone, Lane, Scope, Sent, TryLater
from tests.adapters.teams.bot_framework import APP_ID, TENANT, Login
from tests.adapters.teams.connector_server import CHANNEL, ConnectorServer, refusal
from tests.adapters.teams.contexts import OPEN

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


ANSWERS = [
    (refusal(429, "TooManyRequests", Retry_After="60"), TryLater("429 TooManyRequests", 60.0, Scope.LANE)),
    (refusal(429, "TooManyRequests"), TryLater("429 TooManyRequests", None, Scope.LANE)),
    (refusal(412, "PreconditionFailed"), TryLater("412 PreconditionFailed")),
    (refusal(500, "ServiceError"), TryLater("500 ServiceError")),
    (refusal(502, "BadGateway"), TryLater("502 BadGateway")),
    (web.Response(status=502, text="<html>Bad gateway</html>", content_type="text/html"), TryLater("502")),
    (web.Response(status=504, text=""), TryLater("504")),
    (web.Response(status=200, text="<html>Welcome</html>", content_type="text/html"), TryLater("200 without JSON")),
    (web.Response(status=201, text=""), TryLater("201 without JSON")),
    (web.Response(status=302, headers={"Location": "https://evil.example/"}), TryLater("302")),
    (web.Response(status=404, text="<html>no such page</html>"), TryLater("404")),
    (refusal(401, "Unauthorized"), TryLater("401 Unauthorized")),
    (refusal(403, "MessageWritesBlocked"), Failed("403 MessageWritesBlocked")),
    (refusal(403, "BotNotInConversationRoster"), Failed("403 BotNotInConversationRoster")),
    (refusal(400, "BadSyntax"), Failed("400 BadSyntax")),
    (refusal(413, "MessageSizeTooBig"), Failed("413 MessageSizeTooBig")),
]


@pytest.mark.parametrize(("answer", "expected"), ANSWERS, ids=[f"{a.status}-{n}" for n, (a, _) in enumerate(ANSWERS)])
async def test_l11_l12_l13_what_an_answer_means(
    answer: web.Response, expected: object, settings: TeamsSettings, connector: ConnectorServer, login: Login
):
    async with aiohttp.ClientSession() as session:
        outgoing = TeamsOutgoing(settings, session, Credentials(settings, session))
        for send in (
            lambda: outgoing.post(ROOM, CARD, "k"),
            lambda: outgoing.correct(ROOM, COPY, CARD),
            lambda: outgoing.tell(DANA, LETTER, "k"),
        ):
            connector.script.append(copy_of(answer))
            assert await send() == expected


def copy_of(answer: web.Response) -> web.Response:
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    return web.Response(status=answer.status, body=answer.body, headers=headers)


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
    assert await outgoing.post(ROOM, CARD, "k") == Failed("404 ConversationNotFound")


async def test_a_chat_that_is_no_more_is_opened_anew(outgoing: TeamsOutgoing, connector: ConnectorServer):
    await outgoing.tell(DANA, LETTER, "k")
    connector.script.append(refusal(404, "ConversationNotFound"))
    assert isinstance(await outgoing.tell(DANA, LETTER, "k"), TryLater)
    assert isinstance(await outgoing.tell(DANA, LETTER, "k"), Sent)
    assert connector.calls[-2].body["members"] == [{"id": DANA.address}]


async def test_l12_a_dropped_connection_is_temporary(outgoing: TeamsOutgoing, connector: ConnectorServer):
    connector.script.append("drop")
    assert isinstance(await outgoing.post(ROOM, CARD, "k"), TryLater)
    assert len(connector.calls) == 1


async def test_l23_a_silent_connector_is_given_up_on(
    outgoing: TeamsOutgoing, connector: ConnectorServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("adapters.teams.connector.CALL_SECONDS", 0.2)
    connector.script.append("hang")
    assert isinstance(await outgoing.post(ROOM, CARD, "k"), TryLater)


async def test_a_login_that_is_away_is_temporary(outgoing: TeamsOutgoing, login: Login, connector: ConnectorServer):
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
    outgoing = TeamsOutgoing(strict, session, Credentials(strict, session))
    assert isinstance(await outgoing.post(ROOM, CARD, "k"), Failed)
    assert (connector.calls, login.asked) == ([], [])


async def test_the_service_url_follows_what_checked_activities_say(outgoing: TeamsOutgoing, connector: ConnectorServer):
    outgoing.connector.learn(TENANT, connector.url + "emea/")
    await outgoing.post(ROOM, CARD, "k")
    assert connector.calls[0].path == "/emea/v3/conversations"


async def test_dev_mode_sends_no_token(
    settings: TeamsSettings, session: aiohttp.ClientSession, connector: ConnectorServer, login: Login
):
    dev = replace(settings, allowed_service_hosts=(), dev=True)
    assert isinstance(await TeamsOutgoing(dev, session, Credentials(dev, session)).post(ROOM, CARD, "k"), Sent)
    assert connector.calls[0].authorization is None
    assert login.asked == []
