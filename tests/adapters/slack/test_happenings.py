"""Rooms that come and go, people who change: what Slack's events do, and what they cost."""

import pytest

from bot.playground.slack_stand_in import Channel, Error, Message, SlackHappenings
from core.errors import StorageAway
from core.orders import Here
from core.patience import Patience
from core.people import Caller, Identity, Profile, Role, Standing
from core.use_cases.meet import meet
from tests.adapters.slack.conftest import DANA, JANE, OTHER, OTTO, SENIORS, TEAM, Shop

SECRET = "G0SECRET1"


@pytest.fixture
async def installed(shop: Shop) -> Shop:
    """Installed in both workspaces; Jane and Otto are the owners."""
    await shop.browser.install(shop.begin, TEAM, JANE)
    await shop.browser.install(shop.begin, OTHER, OTTO)
    shop.slack.add_channel(Channel(SECRET, "secret", is_private=True, bot_is_member=False, members={JANE, DANA}))
    return shop


async def offers(shop: Shop, user: str | None) -> list[Message]:
    """The offers that one person was made, or everybody."""
    await shop.incoming.drain()
    return [m for m in shop.slack.messages if m.blocks[-1].get("block_id") == "offer" and m.ephemeral_to == user]


async def test_whoever_invites_baton_is_offered_the_room_and_takes_it_with_one_press(installed: Shop) -> None:
    async with installed.people() as people:
        assert (await SlackHappenings(people).invite_bot(SENIORS, JANE)).status == 200
        [offer] = await offers(installed, JANE)
        await people.click(JANE, SENIORS, offer.ts, "baton.show_here")
        await installed.incoming.drain()
    assert await installed.rooms() == [(SENIORS, "#seniors")]
    told = [message for message in installed.slack.messages if message.ephemeral_to == JANE]
    assert "#seniors" in told[-1].text


async def test_a_private_channel_is_offered_and_shown_by_its_name(installed: Shop) -> None:
    async with installed.people() as people:
        await SlackHappenings(people).invite_bot(SECRET, JANE)
        [offer] = await offers(installed, JANE)
        await people.click(JANE, SECRET, offer.ts, "baton.show_here")
    assert await installed.rooms() == [(SECRET, "#secret")]


async def test_somebody_who_may_not_choose_is_told_who_may(installed: Shop) -> None:
    async with installed.people() as people:
        await SlackHappenings(people).invite_bot(SENIORS, DANA)
        [offer] = await offers(installed, DANA)
        await people.click(DANA, SENIORS, offer.ts, "baton.show_here")
        await installed.incoming.drain()
    assert await installed.rooms() == []
    told = [message for message in installed.slack.messages if message.ephemeral_to == DANA]
    assert "You may not choose which rooms" in told[-1].text


async def test_by_nobody_or_by_somebody_who_cannot_be_told_alone_everybody_is_offered_it(installed: Shop) -> None:
    async with installed.people() as people:
        await SlackHappenings(people).invite_bot(SENIORS, None)
        assert len(await offers(installed, None)) == 1
        installed.slack.faults("chat.postEphemeral", [Error("user_not_in_channel")])
        await SlackHappenings(people).invite_bot(SENIORS, JANE)
    assert len(await offers(installed, None)) == 2 and await offers(installed, JANE) == []


async def test_m5_an_event_that_comes_again_makes_no_second_offer(installed: Shop) -> None:
    async with installed.people() as people:
        await SlackHappenings(people).invite_bot(SENIORS, JANE)
        await people.resend()
        await people.resend()
    assert len(await offers(installed, JANE)) == 1


@pytest.mark.parametrize("part", ["all of them", "the desk"])
async def test_but_one_that_met_records_that_were_away_is_taken_up_again(installed: Shop, monkeypatch, part) -> None:
    async def away(_: Here) -> None:
        raise StorageAway

    async with installed.people() as people:
        with monkeypatch.context() as patched:
            if part == "the desk":
                patched.setattr(installed.desk, "offer", away)
                assert (await SlackHappenings(people).invite_bot(SENIORS, JANE)).status == 503
            else:
                with installed.desk.away():
                    assert (await SlackHappenings(people).invite_bot(SENIORS, JANE)).status == 503
        assert await offers(installed, JANE) == []
        assert (await people.resend()).status == 200
    assert len(await offers(installed, JANE)) == 1


async def test_a_room_that_shows_escalations_is_not_offered(installed: Shop) -> None:
    async with installed.people() as people:
        installed.slack.workspace.channels[SENIORS].bot_is_member = True
        await people.command(JANE, "/baton", "show-here", SENIORS)
        await SlackHappenings(people).invite_bot(SENIORS, JANE)
    assert await offers(installed, JANE) == [] and await installed.rooms() == [(SENIORS, "#seniors")]


async def test_people_who_join_and_leave_are_none_of_our_business(installed: Shop) -> None:
    async with installed.people() as people:
        await SlackHappenings(people).invite_bot(SENIORS, JANE)
        await people.command(JANE, "/baton", "show-here", SENIORS)
        before = len(installed.slack.messages)
        for kind in ("member_joined_channel", "member_left_channel"):
            inner = {"type": kind, "user": DANA, "channel": SENIORS, "channel_type": "C", "team": TEAM}
            assert (await people.event(inner)).status == 200
        await installed.incoming.drain()
    assert len(installed.slack.messages) == before and await installed.rooms() == [(SENIORS, "#seniors")]


@pytest.mark.parametrize("channel", [SENIORS, SECRET])
@pytest.mark.parametrize("happens", ["archive", "delete", "remove_bot"])
async def test_a_room_that_is_gone_shows_nothing_more(installed: Shop, channel: str, happens: str) -> None:
    async with installed.people() as people:
        events = SlackHappenings(people)
        await events.invite_bot(channel, JANE)
        await people.command(JANE, "/baton", "show-here", channel)
        assert len(await installed.rooms()) == 1
        who = () if happens == "delete" else (DANA,)
        answered = await getattr(events, happens)(channel, *who)
        assert {reply.status for reply in (answered if isinstance(answered, list) else [answered])} == {200}
    assert await installed.rooms() == []


async def test_a_room_of_the_other_workspace_stays(installed: Shop) -> None:
    async with installed.people() as people, installed.people(OTHER) as others:
        await SlackHappenings(people).invite_bot(SENIORS, JANE)
        await people.command(JANE, "/baton", "show-here", SENIORS)
        assert (await others.event({"type": "channel_archive", "channel": SENIORS, "user": OTTO})).status == 200
    assert await installed.rooms() == [(SENIORS, "#seniors")]


async def test_a5_whoever_is_deactivated_can_do_nothing_from_then_on(installed: Shop) -> None:
    identity, account = Identity("slack", TEAM, DANA), await installed.account()
    assert account is not None
    async with installed.people() as people:
        await people.command(DANA, "/baton", "whoami", SENIORS)
        met = await installed.records.open(account).who(identity)
        assert met is not None and met.identities[0].standing is Standing.ACTIVE
        assert (await SlackHappenings(people).change_user(DANA, deleted=True)).status == 200
        assert (await people.resend()).status == 200
        known = await installed.records.open(account).who(identity)
        assert known is not None and known.identities[0].standing is Standing.DEACTIVATED
        assert "deactivated" in (await people.command(DANA, "/escalate", "now Outlook fails", SENIORS)).text
    assert await installed.desk.recorded() == 0


async def test_whoever_became_a_guest_is_a_viewer_and_a_stranger_stays_one(installed: Shop) -> None:
    account = await installed.account()
    assert account is not None
    async with installed.people() as people:
        await people.command(DANA, "/baton", "whoami", SENIORS)
        await SlackHappenings(people).change_user(DANA, is_restricted=True, real_name="Dana Guest")
        await SlackHappenings(people).change_user("U0SAM0001", real_name="Sam Changed")
    known = await installed.records.open(account).who(Identity("slack", TEAM, DANA))
    assert known is not None and known.person.role is Role.VIEWER and not known.identities[0].member
    assert await installed.records.open(account).who(Identity("slack", TEAM, "U0SAM0001")) is None


@pytest.mark.parametrize(
    "event",
    [
        {"type": "user_change"},
        {"type": "user_change", "user": DANA},
        {"type": "channel_archive"},
        {"type": "channel_archive", "channel": {"id": SENIORS}},
        {"type": "tokens_revoked", "tokens": ["x"]},
        {"type": "member_joined_channel", "user": "U0BATON01"},
        {"type": ["user_change"]},
        {"type": "message", "text": "hello"},
    ],
)
async def test_an_event_that_makes_no_sense_is_acknowledged_and_does_nothing(installed: Shop, event) -> None:
    async with installed.people() as people:
        assert (await people.event(event)).status == 200
    assert await installed.account() is not None and await installed.rooms() == []


async def test_a_name_that_turns_the_writing_around_is_kept_without_that(shop: Shop) -> None:
    turned = "\u202eDana\u2066 Ruiz\u2069\u202c"
    shop.slack.workspace.users[JANE].real_name = turned
    await shop.browser.install(shop.begin, TEAM, JANE)
    account = shop.records.open(await shop.account() or "")
    jane = Identity("slack", TEAM, JANE)
    found = await account.who(jane)
    assert found is not None and found.person.name == "Dana Ruiz"
    await shop.desk.refresh(jane, Profile(f"{turned} II", None, member=True))
    found = await account.who(jane)
    assert found is not None and found.person.name == "Dana Ruiz II"
    await meet([Caller(Identity("slack", TEAM, DANA), turned)], account, {}, shop.desk.clock, Patience())
    found = await account.who(Identity("slack", TEAM, DANA))
    assert found is not None and found.person.name == "Dana Ruiz"
