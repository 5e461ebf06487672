"""Who somebody is, by the roster; what decides whether they may be linked across platforms."""

import pytest

from adapters.teams.directory import TeamsDirectory
from adapters.teams.outgoing import TeamsOutgoing
from core.errors import PlatformAway
from core.people import Caller, Identity, Profile, Standing
from tests.adapters.teams.bot_framework import TENANT
from tests.adapters.teams.connector_server import CHANNEL, ConnectorServer, refusal

DANA = Caller(Identity("teams", TENANT, "dana-id"), "Dana", CHANNEL)
RECORD = {
    "id": "29:1dana",
    "name": "Dana Ruiz",
    "aadObjectId": "dana-id",
    "email": "dana@contoso.example",
    "userPrincipalName": "dana@contoso.example",
    "tenantId": TENANT,
    "userRole": "user",
}


@pytest.fixture
def directory(outgoing: TeamsOutgoing) -> TeamsDirectory:
    return TeamsDirectory(outgoing.connector)


async def test_a_member_is_known_by_name_and_address(directory: TeamsDirectory, connector: ConnectorServer):
    connector.members["dana-id"] = RECORD
    assert await directory.profile(DANA) == Profile("Dana Ruiz", "dana@contoso.example", member=True)
    assert connector.calls[0].path == "/v3/conversations/19%3Aroom%40thread.tacv2/members/dana-id"


@pytest.mark.parametrize(
    "changes",
    [
        {"userPrincipalName": "dana_fabrikam.example#EXT#@contoso.onmicrosoft.com"},
        {"userRole": "guest"},
        {"userRole": "anonymous"},
        {"tenantId": "another-tenant"},
        {"tenantId": None},
        {"userPrincipalName": None},
    ],
)
async def test_guests_and_people_of_other_tenants_are_no_members(
    changes: dict[str, object], directory: TeamsDirectory, connector: ConnectorServer
):
    connector.members["dana-id"] = {**RECORD, **changes}
    assert (await directory.profile(DANA)).member is False


async def test_a_record_of_the_wrong_shape_makes_nobody_a_member(directory: TeamsDirectory, connector: ConnectorServer):
    connector.members["dana-id"] = {"name": [], "email": 5, "userPrincipalName": {}, "tenantId": TENANT}
    assert await directory.profile(DANA) == Profile("Dana", None, member=False)


async def test_someone_who_is_not_in_the_roster_is_no_member(directory: TeamsDirectory):
    assert await directory.profile(DANA) == Profile("Dana", None, member=False)


async def test_trouble_is_the_platform_being_away(directory: TeamsDirectory, connector: ConnectorServer):
    connector.script.append(refusal(502, "BadGateway"))
    with pytest.raises(PlatformAway):
        await directory.profile(DANA)
    with pytest.raises(PlatformAway):
        await directory.profile(Caller(DANA.identity, "Dana"))


async def test_a_bot_in_the_roster_is_a_bot(directory: TeamsDirectory, connector: ConnectorServer):
    connector.members["dana-id"] = {**RECORD, "id": "28:another-bot"}
    assert (await directory.profile(DANA)).standing is Standing.BOT


@pytest.mark.parametrize("code", ["ConversationNotFound", "BotNotInConversationRoster"])
async def test_a_roster_that_is_closed_to_us_says_nothing_of_anybody(
    code: str, directory: TeamsDirectory, connector: ConnectorServer
):
    connector.script.append(refusal(404, code))
    with pytest.raises(PlatformAway):
        await directory.profile(DANA)


async def test_whoever_is_mentioned_is_found_by_the_id_that_the_bot_knows(
    directory: TeamsDirectory, connector: ConnectorServer
):
    mentioned = Caller(Identity("teams", TENANT, "29:1dana"), "Dana", CHANNEL)
    assert await directory.named(mentioned) is None
    connector.members["29:1dana"] = RECORD
    assert await directory.named(mentioned) == Caller(DANA.identity, "Dana Ruiz", CHANNEL)
    for nobody in ({**RECORD, "aadObjectId": None}, {**RECORD, "aadObjectId": "no id"}, {}):
        connector.members["29:1dana"] = nobody
        assert await directory.named(mentioned) is None
