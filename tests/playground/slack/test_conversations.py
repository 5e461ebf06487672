"""What is in a conversation: its history, its threads, other apps' messages, metadata, and what is deleted by hand."""

import pytest

from bot.playground.slack_stand_in import Channel, Error
from bot.playground.slack_stand_in.methods import SCOPES

POST = {"channel": "CROOM", "text": "hello"}


def carrying(key):
    return {"event_type": "baton_card", "event_payload": {"key": key}}


async def test_history_and_replies(standin, call):
    metadata = {"event_type": "baton", "event_payload": {"key": "k"}}
    first = (await call("chat.postMessage", **POST, metadata=metadata))["ts"]
    await call("chat.postMessage", channel="CROOM", text="in the thread", thread_ts=first)
    await call("chat.postEphemeral", channel="CROOM", user="UJANE", text="only Jane")
    second = (await call("chat.postMessage", channel="CROOM", text="second"))["ts"]
    history = await call("conversations.history", channel="CROOM", include_all_metadata=True)
    assert [m["ts"] for m in history["messages"]] == [second, first]
    assert history["messages"][1]["metadata"] == metadata
    assert "metadata" not in (await call("conversations.history", channel="CROOM"))["messages"][1]
    after = await call("conversations.history", channel="CROOM", oldest=first)
    assert [m["ts"] for m in after["messages"]] == [second]
    page = await call("conversations.history", channel="CROOM", limit=1)
    assert page["has_more"]
    cursor = page["response_metadata"]["next_cursor"]
    assert (await call("conversations.history", channel="CROOM", limit=1, cursor=cursor))["messages"][0]["ts"] == first
    thread = await call("conversations.replies", channel="CROOM", ts=first)
    assert [m["text"] for m in thread["messages"]] == ["hello", "in the thread"]


@pytest.mark.parametrize("method", ["conversations.history", "conversations.replies"])
@pytest.mark.parametrize(
    ("channel", "error"), [("COUT", "not_in_channel"), ("CNONE", "channel_not_found"), ("GOUT", "channel_not_found")]
)
async def test_only_members_read(method, channel, error, standin, call):
    standin.add_channel(Channel("GOUT", "secret", bot_is_member=False, is_private=True))
    assert (await call(method, channel=channel, ts="1.000001"))["error"] == error


async def test_an_archived_channel_can_still_be_read(standin, call):
    said = standin.say("UJANE", "COLD", "long ago")
    assert (await call("conversations.history", channel="COLD"))["messages"][0]["ts"] == said.ts


@pytest.mark.parametrize(
    ("channel", "scope"), [("CROOM", "channels:history"), ("GROOM", "groups:history"), ("DJANE", "im:history")]
)
async def test_reading_takes_the_scope_of_its_kind_of_conversation(channel, scope, standin, call):
    standin.add_channel(Channel("GROOM", "secret", is_private=True))
    ts = (await call("chat.postMessage", channel="UJANE", text="psst"))["ts"]
    standin.workspace.scopes = SCOPES - {scope}
    for method in ("conversations.history", "conversations.replies"):
        answer = await call(method, channel=channel, ts=ts)
        assert (answer["error"], answer["needed"]) == ("missing_scope", scope)


async def test_a_window_of_time_excludes_its_ends_unless_told(standin, call, clock):
    times = []
    for _ in range(3):
        times.append((await call("chat.postMessage", **POST))["ts"])
        clock.forward(seconds=10)

    async def within(**args):
        answer = await call("conversations.history", channel="CROOM", oldest=times[0], latest=times[2], **args)
        return [message["ts"] for message in answer["messages"]]

    assert await within() == [times[1]]
    assert await within(inclusive=True) == times[::-1]
    assert (await call("conversations.history", channel="CROOM", latest="soon"))["error"] == "invalid_ts_latest"


@pytest.mark.parametrize(
    ("args", "error"),
    [({"limit": 0}, "invalid_limit"), ({"limit": 1000}, "invalid_limit"), ({"cursor": "x"}, "invalid_cursor")],
)
async def test_a_page_that_there_is_not(args, error, call):
    assert (await call("conversations.history", channel="CROOM", **args))["error"] == error


async def test_a_thread_takes_a_message_that_stands_and_is_no_reply(standin, call, clock):
    root = (await call("chat.postMessage", **POST))["ts"]
    reply = await call("chat.postMessage", **POST, thread_ts=root)
    assert reply["message"]["thread_ts"] == root
    link = await call("chat.getPermalink", channel="CROOM", message_ts=reply["ts"])
    assert link["permalink"].endswith(f"?thread_ts={root}&cid=CROOM")
    hidden = (await call("chat.postEphemeral", **POST, user="UJANE"))["message_ts"]
    standin.remove("CROOM", root)
    for ts, error in (
        (reply["ts"], "cannot_reply_to_message"),
        (root, "thread_not_found"),
        (hidden, "thread_not_found"),
        ("1.000001", "thread_not_found"),
    ):
        clock.forward(seconds=1)
        assert (await call("chat.postMessage", **POST, thread_ts=ts))["error"] == error


@pytest.mark.parametrize(
    "metadata",
    [
        {"event_type": "baton-card", "event_payload": {}},
        {"event_type": "baton.card", "event_payload": {}},
        {"event_type": "", "event_payload": {}},
        {"event_type": 7, "event_payload": {}},
        {"event_type": "baton_card", "event_payload": ["key"]},
        {"event_type": "baton_card", "event_payload": {"key": None}},
        {"event_type": "baton_card", "event_payload": {"key": ["a"]}},
        {"event_type": "baton_card", "event_payload": {"key": {"a": {"b": "c"}}}},
        {"event_type": "baton_card", "event_payload": {}, "more": 1},
    ],
)
async def test_metadata_has_a_schema(metadata, call):
    assert (await call("chat.postMessage", **POST, metadata=metadata))["error"] == "invalid_metadata_schema"


async def test_metadata_holds_plain_values_and_flat_objects(standin, call):
    payload = {"a": "b", "n": 1.5, "yes": True, "one": {"c": "d"}, "many": [{"e": 1}]}
    metadata = {"event_type": "baton_card_2", "event_payload": payload}
    assert (await call("chat.postMessage", **POST, metadata=metadata))["ok"]
    assert standin.messages[0].metadata == metadata


async def test_another_apps_message_is_told_by_its_bot_id(standin, call):
    standin.say("USAM", "CROOM", "theirs", bot_id="B0OTHER", metadata=carrying("k"))
    standin.say("USAM", "CROOM", "a person's")
    await call("chat.postMessage", **POST, metadata=carrying("k"))
    history = await call("conversations.history", channel="CROOM", include_all_metadata=True)
    assert [message.get("bot_id") for message in history["messages"]] == [standin.workspace.bot_id, None, "B0OTHER"]
    assert [message.get("metadata") for message in history["messages"]] == [carrying("k"), None, carrying("k")]
    assert [message.text for message in standin.by_key()["k"]] == ["hello"]


async def test_doubles_are_counted_wherever_they_are_and_deleted_ones_apart(standin, call):
    root = (await call("chat.postMessage", **POST, metadata=carrying("card")))["ts"]
    await call("chat.postMessage", **POST, metadata=carrying("card"), thread_ts=root)
    await call("chat.postMessage", channel="USAM", text="psst", metadata=carrying("letter"))
    gone = (await call("chat.postMessage", **POST, metadata=carrying("letter")))["ts"]
    await call("chat.postMessage", **POST)
    standin.remove("CROOM", gone)
    assert {key: len(messages) for key, messages in standin.by_key().items()} == {"card": 2, "letter": 1}
    assert {key: len(messages) for key, messages in standin.by_key(deleted=True).items()} == {"letter": 1}


async def test_what_is_deleted_by_hand_is_gone(standin, call):
    ts = (await call("chat.postMessage", **POST))["ts"]
    standin.remove("CROOM", ts)
    assert (await call("chat.update", **POST, ts=ts))["error"] == "message_not_found"
    assert (await call("conversations.history", channel="CROOM"))["messages"] == []
    with pytest.raises(LookupError):
        standin.remove("CROOM", ts)


@pytest.mark.parametrize("method", ["conversations.open", "conversations.history", "conversations.replies"])
async def test_reading_can_go_wrong_too(method, standin, call):
    standin.faults(method, [Error("fatal_error")])
    args = {"channel": "CROOM", "users": "USAM", "ts": standin.say("UJANE", "CROOM", "hi").ts}
    assert (await call(method, **args))["error"] == "fatal_error"
    assert (await call(method, **args))["ok"]
