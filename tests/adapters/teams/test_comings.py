"""Where Baton is put and taken away: what each activity of Teams means, and what follows from it."""

from datetime import UTC, datetime

import pytest

from adapters.teams import wording
from adapters.teams.activity import Kind, Place
from adapters.teams.comings import Arrived, Lost
from adapters.teams.translate import Ignored, translate
from core.people import Caller, Identity
from tests.adapters.teams.bot_framework import SERVICE_URL, TENANT
from tests.adapters.teams.payloads import payload

GENERAL, ROOM, PRIVATE = "19:general@thread.tacv2", "19:room@thread.tacv2", "19:private@thread.tacv2"
AT = datetime(2026, 11, 21, 9, 2, 0, 123_000, tzinfo=UTC)
OBJECT = "d0000000-0000-4000-8000-00000000000d"


def dana(conversation: str) -> Caller:
    return Caller(Identity("teams", TENANT, OBJECT), "Dana Ruiz", conversation)


def test_an_installation_in_a_team_is_in_the_channel_that_was_chosen():
    place = Place(TENANT, Kind.CHANNEL, ROOM, team=GENERAL, team_name="Support")
    assert translate(payload("the-app-is-installed")) == Arrived(place, dana(GENERAL), AT, SERVICE_URL, offers=True)


def test_an_installation_that_names_no_channel_is_in_the_general_one():
    activity = payload("the-app-is-installed")
    del activity["channelData"]["settings"]
    meaning = translate(activity)
    assert isinstance(meaning, Arrived)
    assert meaning.place.address == GENERAL


@pytest.mark.parametrize("action", ["add", "add-upgrade"])
def test_an_installation_by_one_person_for_themselves_means_nothing(action: str):
    activity = payload("the-app-is-installed-by-one-person") | {"action": action}
    assert translate(activity) == Ignored()
    members = {"type": "conversationUpdate", "membersAdded": [{"id": activity["recipient"]["id"]}]}
    assert translate(activity | members) == Ignored()


def test_an_upgrade_offers_nothing_anew_and_loses_nothing():
    meaning = translate(payload("the-app-is-upgraded"))
    assert isinstance(meaning, Arrived)
    assert not meaning.offers
    assert translate(payload("the-app-is-taken-away-for-an-upgrade")) == Ignored()


def test_a_change_of_members_offers_nothing_since_an_installation_comes_with_it():
    activity = payload("the-bot-joins-a-team")
    assert translate(activity) == Ignored()
    activity["from"]["aadObjectId"] = OBJECT
    meaning = translate(activity)
    assert isinstance(meaning, Arrived)
    assert (meaning.by.identity.user, meaning.offers) == (OBJECT, False)


def test_a_private_channel_says_by_its_members_alone_that_baton_is_there():
    meaning = translate(payload("the-bot-joins-a-private-channel"))
    assert isinstance(meaning, Arrived)
    assert (meaning.place.address, meaning.place.team, meaning.offers) == (PRIVATE, GENERAL, True)


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("the-app-is-removed", Lost(TENANT, wording.REMOVED_FROM_TEAM, team=GENERAL)),
        ("the-bot-leaves-a-team", Lost(TENANT, wording.REMOVED_FROM_TEAM, team=GENERAL)),
        ("the-bot-leaves-a-private-channel", Lost(TENANT, wording.REMOVED_FROM_CHANNEL, address=PRIVATE)),
        ("the-bot-leaves-a-group-chat", Lost(TENANT, wording.REMOVED_FROM_CHAT, address="19:0c0ffee0c0ffee@thread.v2")),
        ("a-channel-is-deleted", Lost(TENANT, wording.CHANNEL_DELETED, address=ROOM)),
        ("a-team-is-deleted", Lost(TENANT, wording.TEAM_DELETED, team=GENERAL)),
    ],
)
def test_what_is_gone_or_closed(name: str, lost: Lost):
    assert translate(payload(name)) == lost


@pytest.mark.parametrize(
    "name", ["a-member-joins", "a-member-leaves", "a-channel-is-renamed", "the-app-is-removed-by-one-person"]
)
def test_people_who_come_and_go_mean_nothing(name: str):
    assert translate(payload(name)) == Ignored()


@pytest.mark.parametrize("name", ["the-app-is-installed", "the-app-is-removed", "a-channel-is-deleted"])
def test_without_a_tenant_nothing_follows(name: str):
    activity = payload(name)
    del activity["channelData"]["tenant"], activity["conversation"]["tenantId"]
    assert translate(activity) == Ignored()


@pytest.mark.parametrize("timestamp", [None, "", "yesterday", 5, "2026-11-21T09:02:00", "0001-01-01T00:00:00+23:59"])
def test_a_time_that_makes_no_sense_is_now(timestamp: object):
    before = datetime.now(UTC)
    assert before <= translate(payload("the-app-is-installed", timestamp=timestamp)).at <= datetime.now(UTC)
