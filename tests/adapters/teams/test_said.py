"""What somebody wrote, in pieces."""

import time

import pytest

from adapters.teams.said import LONGEST, pieces_of
from core.orders import NameRole, WhoAmI, read
from core.people import Caller, Identity, Role
from tests.adapters.teams.bot_framework import APP_ID, TENANT
from tests.adapters.teams.payloads import payload

SAM = Caller(Identity("teams", TENANT, "29:1sam"), "Sam Okafor", "19:room@thread.tacv2")


def written(text: object, *mentioned: tuple[str, str]) -> dict[str, object]:
    entities = [
        {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": user, "name": name}}
        for user, name in mentioned
    ]
    return payload("somebody-mentions-the-bot", text=text, entities=entities)


def test_the_bots_own_mention_is_left_out_and_people_stand_where_they_are_mentioned():
    pieces = pieces_of(payload("dana-gives-sam-a-role"))
    assert pieces == ("role", SAM, "admin")
    assert read(pieces) == NameRole(SAM, Role.ADMIN)


def test_people_of_one_name_are_told_apart_by_their_order():
    pieces = pieces_of(written("<at>Sam</at> <at>Sam</at>", ("29:first", "Sam"), ("29:second", "Sam")))
    assert [piece.identity.user for piece in pieces if isinstance(piece, Caller)] == ["29:first", "29:second"]


def test_what_only_looks_like_a_mention_is_text():
    assert pieces_of(written("role <at>Sam Okafor</at> admin")) == ("role", "Sam Okafor", "admin")
    stranger = written("<at>Baton</at> whoami", ("29:1sam", "Sam Okafor"))
    assert pieces_of(stranger) == ("Baton", "whoami")


@pytest.mark.parametrize(
    "text",
    ["whoami", " whoami\n", "<at>Baton</at>whoami", "<at>Baton</at>&nbsp;whoami", "<AT id='0'>Baton</AT> WhoAmI?"],
)
def test_clients_write_in_several_ways(text: str):
    activity = written(text, (f"28:{APP_ID}", "Baton"))
    activity["entities"][0]["text"] = text[: text.rfind(">") + 1] or "<at>Baton</at>"
    assert read(pieces_of(activity)) == WhoAmI()


@pytest.mark.parametrize(
    "changes",
    [
        {"text": None},
        {"text": ["whoami"]},
        {"text": "\x00\ud800"},
        {"text": "", "entities": "none"},
        {"text": "<at>Baton</at>", "entities": [None, {}, {"type": "mention"}, {"type": "mention", "mentioned": []}]},
    ],
)
def test_no_shape_of_words_is_an_error(changes: dict[str, object]):
    assert all(isinstance(piece, str) for piece in pieces_of(payload("somebody-mentions-the-bot", **changes)))


def test_a_mention_without_an_id_that_can_be_one_is_nobody():
    assert pieces_of(written("role <at>Sam</at> admin", ("29: with a space", "Sam"))) == ("role", "admin")


def test_a_flood_of_tags_costs_no_time():
    began = time.process_time()
    pieces = pieces_of(written("<at>" * 200_000))
    assert time.process_time() - began < 0.5
    assert sum(map(len, pieces)) <= LONGEST
