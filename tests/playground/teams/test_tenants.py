"""Two tenants of one Microsoft: they share keys and logins, and nothing else."""

import jwt
import pytest

from bot.playground.teams_stand_in import Channel, TeamsClient, TeamsStandIn, User

from .conftest import ROOM, SAM, SCOPE, Caller, form, text

TENANT, APP = "bbbbbbbb-cccc-4ddd-8eee-ffffffffffff", "22222222-3333-4444-8555-666666666666"


@pytest.fixture
async def other(standin, clock):
    other = TeamsStandIn(APP, "other-password", TENANT, clock, beside=standin)
    other.add_user(User("olga", "Olga Other", "olga@other.example"))
    other.add_channel(Channel(ROOM, "Theirs"))
    await other.start()
    yield other
    await other.stop()


async def login(session, url, **said):
    asked = {"grant_type": "client_credentials", "scope": SCOPE, **said}
    async with session.post(url, data=asked) as response:
        return response.status, await response.json()


async def test_one_login_knows_every_tenants_own_registration(standin, other, session):
    for at in (standin, other):
        url = at.token_urls.replace("{tenant}", TENANT)
        assert (await login(session, url, client_id=APP, client_secret="other-password"))[0] == 200
        status, told = await login(session, url, **form(standin))
        assert (status, told["error"]) == (400, "unauthorized_client")
    assert (await login(session, standin.token_url, **form(standin)))[0] == 200


async def test_a_token_for_one_registration_opens_nothing_of_the_others_tenant(standin, other, session):
    ours, theirs = Caller(standin, session), Caller(other, session)
    for one in (ours, theirs):
        await one.thread(text())
        assert one.status == 201
    theirs.token = ours.token
    assert await theirs.refused("POST", ROOM, "activities", body=text()) == (401, "Unauthorized")
    assert [len(one.messages) for one in (standin, other)] == [1, 1]


@pytest.mark.parametrize("rotated", [False, True])
async def test_both_sign_with_the_same_keys_for_their_own_bot(rotated, standin, other, session, baton):
    # A token that was in use before the keys were changed is not used afterwards.
    other.login.bearer(other.service_url)
    if rotated:
        standin.rotate_keys()
    async with session.get(f"{standin.root}/v1/.well-known/keys") as response:
        keys = jwt.PyJWKSet.from_dict(await response.json())
    async with TeamsClient(other, baton.url) as others:
        await others.message("olga", ROOM, "hello?")
    token = baton.token()
    claims = jwt.decode(token, keys[jwt.get_unverified_header(token)["kid"]], ["RS256"], audience=APP)
    assert claims["serviceurl"] == other.service_url
    assert baton.activity()["recipient"]["id"] == f"28:{APP}"
    assert baton.activity()["channelData"]["tenant"] == {"id": TENANT}


async def test_nobody_is_in_both(standin, other):
    assert standin.directory.find("olga") is None
    assert other.directory.find(SAM) is None
