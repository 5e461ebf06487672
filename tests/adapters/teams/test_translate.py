"""What an activity means, where requests over HTTP don't already show it."""

import pytest

from adapters.teams.activity import Kind, Place, caller_of, place_of, tenant_of
from adapters.teams.translate import Ignored, Pressed, Unclear, translate
from core.handoff import Seen
from core.wording import UNKNOWN
from tests.adapters.teams.bot_framework import TENANT
from tests.adapters.teams.contexts import HANDOFF
from tests.adapters.teams.payloads import payload


def test_the_note_is_taken_as_it_was_typed():
    meaning = translate(payload("dana-resolves-with-a-note"))
    assert isinstance(meaning, Pressed)
    assert meaning.click.note == "Cleared the profile cache.\nSyncs again."
    assert (meaning.click.verb, meaning.click.handoff) == ("resolved", HANDOFF)


def test_an_old_clients_message_means_the_same_as_the_button():
    meaning = translate(payload("sam-presses-pick-up-on-an-old-client"))
    assert isinstance(meaning, Pressed)
    assert meaning.click.verb == "claimed"
    assert meaning.click.seen == Seen("19:room@thread.tacv2;messageid=1763715600000|1763715600000", 1)
    assert meaning.click.request == (
        "invoke:19:room@thread.tacv2;messageid=1763715600000:1763715720001:50000000-0000-4000-8000-000000000005"
    )


def test_the_tenant_is_found_in_either_place():
    activity = payload("dana-presses-pick-up")
    assert tenant_of(activity) == TENANT
    assert tenant_of({**activity, "channelData": None}) == TENANT
    assert tenant_of({**activity, "channelData": {}, "conversation": {}}) == ""


def test_somebody_without_a_name_is_called_someone():
    activity = payload("dana-presses-pick-up")
    activity["from"]["name"] = "\x00 "
    assert caller_of(activity).name == "Someone"


@pytest.mark.parametrize("version", [None, "1", True, -1, 1.5, 2**31, [1]])
def test_a_version_that_makes_no_sense_is_not_needed(version: object):
    activity = payload("dana-presses-pick-up")
    activity["value"]["action"]["data"]["version"] = version
    assert translate(activity).click.seen is None


@pytest.mark.parametrize("handoff", [None, 5, "", "a b", "x" * 65, "'; drop table handoffs", "\x00"])
def test_a_handoff_id_that_cannot_be_one_is_unknown(handoff: object):
    activity = payload("dana-presses-pick-up")
    activity["value"]["action"]["data"]["handoff"] = handoff
    assert translate(activity) == Unclear(UNKNOWN)


@pytest.mark.parametrize("said", ["claimed", "other.claimed", "baton.", "baton.withdrawn", None, 7])
def test_a_verb_that_is_not_ours_is_answered_in_words(said: object):
    activity = payload("dana-presses-pick-up")
    activity["value"]["action"]["verb"] = said
    assert isinstance(translate(activity), Unclear)


def test_the_rest_is_ignored():
    for name in ("a-member-joins", "somebody-reacts-to-a-card", "a-dialog-is-asked-for", "another-bot-writes"):
        assert translate(payload(name)) == Ignored()
    assert translate({}) == Ignored()


def test_names_are_taken_where_teams_tells_them():
    activity = payload("somebody-mentions-the-bot")
    room, team = "19:room@thread.tacv2", "19:general@thread.tacv2"
    assert place_of(activity) == Place(TENANT, Kind.CHANNEL, room, team=team)
    activity["channelData"] |= {
        "channel": {"id": room, "name": "Second\nline"},
        "team": {"id": team, "name": "Support"},
    }
    assert place_of(activity) == Place(TENANT, Kind.CHANNEL, room, "Second line", team, "Support")
    activity["channelData"]["channel"]["id"] = "19:another@thread.tacv2"
    assert place_of(activity).name == ""
    chat = payload("somebody-has-urgent-escalations-shown-in-a-group-chat")
    chat["conversation"]["name"] = "Night watch"
    assert place_of(chat) == Place(TENANT, Kind.GROUP, "19:0c0ffee0c0ffee@thread.v2", "Night watch")


def test_older_channels_are_channels_too_and_nothing_else_is_a_room():
    activity = payload("somebody-mentions-the-bot")
    for address, kind in (
        ("19:old@thread.skype", Kind.CHANNEL),
        ("19:meeting_abc@thread.v2", Kind.GROUP),
        ("a:1samschat", Kind.PERSONAL),
        ("19:one_another@unq.gbl.spaces", Kind.PERSONAL),
        ("", Kind.PERSONAL),
    ):
        activity["conversation"]["id"] = address
        place = place_of(activity)
        assert place.kind is kind
        assert (place.here("Room") is None) is (kind is Kind.PERSONAL)
