"""Something is away: the records while a form is sent, a platform when Baton starts, or a platform for good."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.playground.faults import Error, Hang, Status
from core.handoff import NewHandoff, Priority
from core.ids import new_id
from core.people import Caller, Identity, Profile
from core.ports import Recorded
from core.snapshot import Snapshot
from core.wording import AWAY, AWAY_FORM
from tests.journeys.breaking import Wire, held_lock
from tests.journeys.cast import DANA, JANE, SAM, TOM, StoppedClock
from tests.journeys.house import PATIENCE, House, house
from tests.journeys.letters import picked_up, resolved, up
from tests.journeys.players import InSlack, InTeams
from tests.journeys.transcript import SLACK_CARDS, TEAMS_CARDS, alone, slack_chat, teams_chat, words_of

PROBLEM = "Mail is down"
TITLE = f"Escalation from Jane Novak: {PROBLEM}. "
WAITING = f"{TITLE}Normal priority, waiting to be picked up."
UP = up(PROBLEM)


class Away:
    """Records that can be taken away from under a running Baton, and given back."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._wire = Wire(url) if url.startswith("postgresql:") else None

    async def ready(self) -> str:
        """The address that Baton is given."""
        if self._wire is None:
            return self.url
        await self._wire.mend()
        return self._wire.url

    @asynccontextmanager
    async def gone(self) -> AsyncIterator[None]:
        """SQLite: somebody else holds the file's lock. PostgreSQL: the server is not there."""
        if self._wire is None:
            async with held_lock(self.url):
                yield
            return
        await self._wire.cut()
        yield
        await self._wire.mend()

    async def over(self) -> None:
        """Put away what was set up."""
        if self._wire:
            await self._wire.cut()


async def test_records_that_are_away_are_said_in_the_form_within_3_s_and_no_word_is_lost(storage_url: str) -> None:
    away = Away(storage_url)
    async with house(storage_url, settings={"DATABASE_URL": await away.ready()}) as here:
        jane, tom = InSlack(here, JANE), InTeams(here, TOM)
        here.log.allow("[Ss]torage (is|was|went) away|storage does not answer")
        await jane.escalates("Earlier")
        form = await jane.opens_form("Mail is down #12345 !high")
        async with away.gone():
            start = time.monotonic()
            others = asyncio.gather(tom.press("claimed"), jane.types("now Fire"))
            refused = await jane.sends(form, tried="Restarted it", customer="Acme")
            assert time.monotonic() - start < 3.0
            pressed, command = await others
            assert refused.errors == {"problem": AWAY_FORM}
            assert pressed == AWAY
            assert AWAY in command.text and "Fire" in words_of(command.seen[-1].blocks)
            status, health = await here.health()
            assert status == 503 and not health["storage"]["ok"] and health["slack"]["ok"]
        assert form.open and {"Restarted it", "Acme", PROBLEM, "#12345"} <= set(_typed(form.values))
        sent = await jane.sends(form)
        assert sent.view is not None and "Recorded" in words_of(sent.view.content["blocks"])
        await here.settled()
        assert (await here.health())[0] == 200
        card = "Escalation from Jane Novak · #12345: Mail is down. High priority, waiting to be picked up."
        await here.ends_with(
            {
                SLACK_CARDS: [WAITING.replace(PROBLEM, "Earlier"), card],
                TEAMS_CARDS: [WAITING.replace(PROBLEM, "Earlier"), card],
                slack_chat("Jane"): [UP.replace(PROBLEM, "Earlier"), UP.replace(PROBLEM, f"#12345: {PROBLEM}")],
                alone("Jane"): jane.private(),
            }
        )
    await away.over()


def _typed(values: object) -> list[str]:
    if isinstance(values, dict):
        return [text for value in values.values() for text in _typed(value)]
    return [values] if isinstance(values, str) else []


async def test_slack_alone_is_a_complete_product(storage_url: str) -> None:
    async with house(storage_url, "slack") as here:
        jane, sam = InSlack(here, JANE), InSlack(here, SAM)
        assert (await jane.escalates(PROBLEM)).endswith("shown in #escalations; a link to the card follows.")
        assert await sam.press("claimed") == "It's yours: you picked this up."
        await here.settled()
        assert await sam.press("resolved") == "You resolved this."
        assert (await here.health())[1].keys() == {"ok", "storage", "worker", "slack"}
        await here.ends_with(
            {
                SLACK_CARDS: [f"{TITLE}Resolved by Sam Okafor."],
                slack_chat("Jane"): [
                    UP,
                    picked_up("Sam Okafor", PROBLEM),
                    resolved("Sam Okafor", PROBLEM),
                ],
                alone("Sam"): sam.private(),
            }
        )


async def test_teams_alone_serves_its_people(storage_url: str) -> None:
    clock = StoppedClock()
    async with house(storage_url, "teams", clock=clock) as here:
        tom, dana = InTeams(here, TOM), InTeams(here, DANA)
        assert (await tom.client.message(TOM.teams, None, "hello")).status == 200
        [help_text] = [letter.activity["text"] for letter in tom.letters() if letter.by_bot]
        # Nobody can escalate in Teams yet, so this one is put into the records by hand.
        assert here.baton.running is not None
        account = here.baton.running.storage.open("default")
        escalator = Caller(Identity("teams", here.teams.tenant_id, DANA.teams), DANA.name)
        await account.meet(escalator, Profile(DANA.name, DANA.email, member=True), clock.now())
        new = NewHandoff(new_id(clock.now()), escalator, clock.now(), "by hand", Snapshot(PROBLEM), Priority.NORMAL)
        assert isinstance(await account.escalate(new), Recorded)
        await here.settled()
        assert (await dana.press("claimed")).startswith("You escalated this yourself")
        assert await tom.press("claimed") == "It's yours: you picked this up."
        await here.settled()
        assert await tom.press("resolved", "Done") == "You resolved this."
        assert (await here.health())[1].keys() == {"ok", "storage", "worker", "teams"}
        await here.ends_with(
            {
                TEAMS_CARDS: [f"{TITLE}Resolved by Tom Berg.".replace("Jane Novak", "Dana Ruiz")],
                teams_chat("Dana"): [
                    UP,
                    picked_up("Tom Berg", PROBLEM),
                    resolved("Tom Berg", PROBLEM, "Done"),
                ],
                teams_chat("Tom"): [help_text],
            }
        )


async def test_slack_being_away_at_the_start_keeps_teams_waiting_for_nothing(storage_url: str) -> None:
    comes_back = asyncio.Event()

    def away(here: House) -> None:
        here.slack.faults("auth.test", [Status(502), Hang(comes_back)])
        here.log.expect("slack is away: .*; asking again")

    async with house(storage_url, before=away) as here:
        jane, tom = InSlack(here, JANE), InTeams(here, TOM)
        status, health = await here.health()
        assert status == 503 and not health["slack"]["ok"] and health["teams"]["ok"]
        assert (await jane.types("now Fire")).error == "dispatch_failed"
        assert (await tom.client.message(TOM.teams, None, "hello")).status == 200
        [letter] = [letter.activity["text"] for letter in tom.letters() if letter.by_bot]
        comes_back.set()
        async with asyncio.timeout(PATIENCE):
            while (await here.health())[0] != 200:  # noqa: ASYNC110 - health is polled by whoever asks for it, here too
                await asyncio.sleep(0.02)
        await jane.escalates(PROBLEM)
        await here.ends_with(
            {SLACK_CARDS: [WAITING], TEAMS_CARDS: [WAITING], slack_chat("Jane"): [UP], teams_chat("Tom"): [letter]},
            failed=["slack auth.test: status 502"],
        )


async def test_records_being_away_when_slack_comes_back_only_delays_it(sqlite_url: str) -> None:
    comes_back = asyncio.Event()

    def away(here: House) -> None:
        here.slack.faults("auth.test", [Status(502), Hang(comes_back)])
        here.log.expect("slack is away: .*; asking again")
        here.log.expect("storage is away; asking again")

    async with house(sqlite_url, before=away) as here:
        async with held_lock(sqlite_url) as lock:
            comes_back.set()
            async with asyncio.timeout(PATIENCE):
                while not any("storage is away; asking again" in line for line in here.log.lines):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            await lock.let_go()
        here.log.allow("storage is away|storage does not answer")
        async with asyncio.timeout(PATIENCE):
            while (await here.health())[0] != 200:  # noqa: ASYNC110 - health is polled by whoever asks for it
                await asyncio.sleep(0.02)
        await InSlack(here, JANE).escalates(PROBLEM)
        await here.ends_with(
            {SLACK_CARDS: [WAITING], TEAMS_CARDS: [WAITING], slack_chat("Jane"): [UP]},
            failed=["slack auth.test: status 502"],
        )


async def test_m7_a_trigger_that_has_expired_leaves_a_way_on_with_the_words(storage_url: str) -> None:
    async with house(storage_url) as here:
        jane = InSlack(here, JANE)
        here.log.expect("Slack did not open a form: expired_trigger_id")
        here.slack.faults("views.open", [Error("expired_trigger_id")])
        failed = await jane.types("Mail is down #12345 !high")
        assert failed.view is None and "Slack didn't open the form in time" in failed.text
        [message] = failed.seen
        assert "Mail is down #12345 !high" in words_of(message.blocks)
        pressed = await jane.client.click(JANE.slack, message.channel, message.ts, "baton.form")
        assert pressed.view is not None
        form = pressed.view
        await here.slack.wait_until(lambda: "Looking up" not in words_of(form.content["blocks"]), PATIENCE)
        assert {PROBLEM, "#12345"} <= set(_typed(form.values))
        assert (await jane.sends(form)).ok
        card = "Escalation from Jane Novak · #12345: Mail is down. High priority, waiting to be picked up."
        await here.settled()
        await here.ends_with(
            {
                SLACK_CARDS: [card],
                TEAMS_CARDS: [card],
                slack_chat("Jane"): [UP.replace(PROBLEM, f"#12345: {PROBLEM}")],
                alone("Jane"): jane.private(),
            },
            failed=["slack views.open: expired_trigger_id"],
        )


async def test_m8_a_socket_that_dies_without_a_word_is_noticed_and_replaced(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # The real pace notices within half a minute; the same is shown here at twenty times the pace.
    monkeypatch.setattr("adapters.slack.socket_mode.SlackSocket.__init__.__defaults__", (0.25,))
    caplog.set_level("INFO", "adapters.slack.socket_mode")
    async with house(sqlite_url, settings={"SLACK_APP_TOKEN": "xapp-stand-in"}) as here:
        jane, sam = InSlack(here, JANE), InSlack(here, SAM)
        await here.slack.wait_until(lambda: here.slack.socket_mode.connected == 1, PATIENCE)
        await jane.escalates(PROBLEM)
        assert await sam.press("claimed") == "It's yours: you picked this up."
        await here.settled()
        # Health is red for as long as it is dead, which may be too short for anybody to see.
        here.log.allow("The Socket Mode connection to Slack is dead; opening a new one")
        caplog.clear()
        here.slack.socket_mode.die_silently()
        await here.slack.wait_until(lambda: here.slack.socket_mode.connected == 1, PATIENCE)
        async with asyncio.timeout(PATIENCE):
            while not ("is dead" in caplog.text or "was replaced" in caplog.text):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)
            while (await here.health())[0] != 200:  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.02)
        assert (await here.health())[1]["slack"] == {"ok": True, "mode": "socket"}
        assert await sam.press("resolved", "Done") == "You resolved this."
        closed = f"{TITLE}Resolved by Sam Okafor."
        await here.ends_with(
            {
                SLACK_CARDS: [closed],
                TEAMS_CARDS: [closed],
                slack_chat("Jane"): [
                    UP,
                    picked_up("Sam Okafor", PROBLEM),
                    resolved("Sam Okafor", PROBLEM, "Done"),
                ],
                alone("Sam"): sam.private(),
            }
        )
