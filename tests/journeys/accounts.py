"""Two companies beside each other before one Baton, whose settings name no workspace: Baton is installed in each."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.fernet import Fernet

from bot.playground.slack_stand_in import Browser, Page, SlackClient, SlackHappenings, SlackStandIn, Team
from bot.playground.slack_stand_in.workspace import Workspace
from bot.playground.teams_stand_in import Channel, TeamsClient, TeamsStandIn
from core.changes import Changed, GiveRole, Hindered, Hindrance
from core.people import Identity, Role
from storage import opened as records
from tests.journeys import invariants
from tests.journeys.cast import EVERYBODY, TEAMS_ROOM, Person, StoppedClock, seat, teams_with
from tests.journeys.house import Baton, House, watched
from tests.journeys.moving import PATIENCE
from tests.journeys.players import InSlack, InTeams
from tests.journeys.transcript import Transcript, failed_calls, written

# Where Baton is reached, through whatever stands before it.
PUBLIC = "https://baton.example"
INSTALL = f"{PUBLIC}/slack/install"
BACK = f"{PUBLIC}/slack/oauth_redirect"
SECRET_KEY = Fernet.generate_key().decode()

GLOBEX = Team("T0GLOBEX1", "Globex", "globex")
ZOE = Person("Zoe Hart", slack="U0ZOE0001", teams="00000000-0000-4000-8000-000000000091")
MAX = Person("Max Stone", slack="U0MAX0001")
IVY = Person("Ivy Lake", teams="00000000-0000-4000-8000-000000000092")
NEIGHBORS = (ZOE, MAX, IVY)

# The channel that every team has, with the team's own id.
GENERAL = "19:general@thread.tacv2"


@dataclass(slots=True)
class Company:
    """One company: its Slack workspace and its Teams tenant, and its people in front of the Baton that all share."""

    house: "Street"
    slack: SlackStandIn
    workspace: Workspace
    teams: TeamsStandIn
    baton: Baton

    @property
    def happenings(self) -> SlackHappenings:
        """What happens in its Slack without Baton."""
        return SlackHappenings(self.baton.slack)

    async def settled(self) -> None:
        """Wait until nothing is owed to anybody any more."""
        await self.house.settled()

    async def adds_to_slack(self, by: Person) -> Page:
        """Somebody installs Baton in Slack with their browser; answers the last page that they see."""
        async with self.house.browser() as browser:
            return await browser.install(INSTALL, self.workspace.team.id, by.slack)

    async def adds_to_teams(self, by: Person, room: str | None = TEAMS_ROOM) -> None:
        """Somebody adds Baton to a team, in one of its channels, or for themselves."""
        assert [reply.status for reply in await self.baton.teams.installed(by.teams, room)] == [200, 200]

    async def makes(self, person: Person, platform: str, role: Role) -> None:
        """Whoever runs Baton gives somebody a role, as ``baton role`` does."""
        place = (self.workspace.team.id, person.slack) if platform == "slack" else (self.teams.tenant_id, person.teams)
        account = await self.account(platform)
        async with records(self.house.database_url) as storage:
            change = GiveRole(None, datetime.now(UTC), Identity(platform, *place), role)
            answer = await storage.open(account).change(change)
            assert isinstance(answer, Changed) or answer == Hindered(Hindrance.ALREADY_SO), answer
            await storage.lanes.call_others()
        await self.settled()

    async def account(self, platform: str = "slack") -> str:
        """The account that its Slack, or its Teams, belongs to."""
        place = self.workspace.team.id if platform == "slack" else self.teams.tenant_id
        async with records(self.house.database_url) as storage:
            found = await storage.registry.account_of(platform, place)
        assert found is not None, f"{place} has no account"
        return found


class Street(House):
    """A house of several companies: Acme, whose stand-ins are those of every house, and Globex next door."""

    def __init__(
        self,
        database_url: str,
        people: Sequence[Person] = EVERYBODY,
        neighbors: Sequence[Person] = NEIGHBORS,
        clock: StoppedClock | None = None,
        *,
        paced: bool = True,
    ) -> None:
        super().__init__(database_url, people, clock, paced=paced, installed=False)
        self.slack.app.redirect_urls.append(BACK)
        self.next_door = self.slack.add_team(GLOBEX)
        seat(self.next_door, neighbors)
        self.other_teams = teams_with(neighbors, self.teams.clock, paced=paced, beside=self.teams)
        for teams in (self.teams, self.other_teams):
            teams.add_channel(Channel(GENERAL, "General"))
            for channel in teams.directory.channels.values():
                channel.bot_installed = False
        self._faces: dict[tuple[str, str], Baton] = {}
        self._said_before: tuple[Transcript, Transcript] = ({}, {})

    def environment(self, *platforms: str) -> dict[str, str]:
        """The settings: the app's credentials in Slack, and a registration in each tenant."""
        values = super().environment(*platforms)
        for name in ("SLACK_BOT_TOKEN", "SLACK_CHANNEL", "TEAMS_CHANNEL"):
            del values[name]
        return values | {
            "BATON_PUBLIC_URL": PUBLIC,
            "BATON_SECRET_KEY": SECRET_KEY,
            "SLACK_CLIENT_ID": self.slack.app.client_id,
            "SLACK_CLIENT_SECRET": self.slack.app.client_secret,
            "SLACK_AUTHORIZE_URL": self.slack.authorize_url,
            "TEAMS_TOKEN_URL": self.teams.token_urls,
            "TEAMS_APP_ID_2": self.other_teams.app_id,
            "TEAMS_APP_PASSWORD_2": self.other_teams.app_password,
            "TEAMS_TENANT_ID_2": self.other_teams.tenant_id,
        }

    async def open_the_platforms(self) -> None:
        """Start the stand-ins."""
        await super().open_the_platforms()
        await self.other_teams.start()
        self._held.push_async_callback(self.other_teams.stop)

    @property
    def acme(self) -> Company:
        """The first company, in front of the newest Baton."""
        return Company(self, self.slack, self.slack.workspace, self.teams, self.batons[-1])

    @property
    def globex(self) -> Company:
        """The company next door, in front of the same Baton."""
        return self.company(self.next_door, self.other_teams)

    def company(self, workspace: Workspace, teams: TeamsStandIn) -> Company:
        """A company of this workspace and this tenant, in front of the newest Baton."""
        newest = self.batons[-1]
        face = self._faces.get((newest.url, workspace.team.id))
        if face is None:
            people = SlackClient(self.slack, newest.url, PATIENCE, workspace.team.id)
            tenants = TeamsClient(teams, newest.url, PATIENCE)
            face = Baton(newest.url, people, tenants, newest.running, newest.held)
            for client in (people, tenants):
                self._held.push_async_callback(client.close)
            self._faces[newest.url, workspace.team.id] = face
        return Company(self, self.slack, workspace, teams, face)

    def browser(self) -> Browser:
        """Somebody's browser, which knows nobody yet."""
        return Browser({PUBLIC: self.batons[-1].url})

    async def accounts(self) -> Sequence[str]:
        """Every account that there is."""
        async with records(self.database_url) as storage:
            return await storage.registry.accounts()

    def set_the_scene(self) -> None:
        """What was said up to now only sets the scene: the play ends with what is said afterwards."""
        self._said_before = self._said()

    def said_since(self) -> tuple[Transcript, Transcript]:
        """What was said since the scene was set, in each company."""
        ours, theirs = (_later(*said) for said in zip(self._said_before, self._said(), strict=True))
        return ours, theirs

    def _said(self) -> tuple[Transcript, Transcript]:
        return written(self.slack.workspace, self.teams), written(self.next_door, self.other_teams)

    async def end_with(
        self,
        acme: Transcript,
        globex: Transcript | None = None,
        *,
        failed: Sequence[str] = (),
        broken: tuple[str, ...] = (),
    ) -> None:
        """The end of a play between companies: these messages in each, and no others; ``failed`` as in a house."""
        await self.end_as_it_stands(failed=failed, broken=broken)
        ours, theirs = self.said_since()
        assert ours == acme
        assert theirs == (globex or {})

    async def end_as_it_stands(self, *, failed: Sequence[str] = (), broken: tuple[str, ...] = ()) -> None:
        """The end of a play whose every answer was looked at when it was given."""
        await self.settled()
        await self.stop()
        self.ended = True
        next_door = [call for call in failed_calls(self.slack, self.other_teams) if call.startswith("teams")]
        assert sorted(failed_calls(self.slack, self.teams) + next_door) == sorted(failed)
        for platform in (self.slack, self.teams, self.other_teams):
            assert platform.faults_left == 0
        await invariants.check(self.database_url, but=broken, accounts=await self.accounts())


def _later(before: Transcript, now: Transcript) -> Transcript:
    found = {place: messages[len(before.get(place, ())) :] for place, messages in now.items()}
    return {place: messages for place, messages in found.items() if messages}


def code_in(said: str) -> str:
    """The code that somebody was given."""
    found = re.search(r"link ([0-9A-Z]{4}-[0-9A-Z]{4})", said)
    assert found is not None, said
    return found[1]


async def move_in(company: Company, owner: Person, admin: Person) -> None:
    """A company takes Baton in: Slack and Teams, a room in each, and one account of both."""
    assert (await company.adds_to_slack(owner)).status == 200
    await company.adds_to_teams(admin)
    in_slack, in_teams = InSlack(company, owner), InTeams(company, admin)
    assert "escalations are shown" in await in_slack.says("show-here")
    assert "escalations are shown" in await in_teams.says("show-here", TEAMS_ROOM)
    assert (await in_teams.says(f"link {code_in(await in_slack.says('link'))}")).startswith("Joined: ")
    await company.settled()


@asynccontextmanager
async def street(
    database_url: str,
    *,
    people: Sequence[Person] = EVERYBODY,
    clock: StoppedClock | None = None,
    settings: Mapping[str, str] | None = None,
    crowded: bool = False,
    paced: bool = True,
) -> AsyncIterator[Street]:
    """A street with one Baton in it, watched over as a house is; nothing is installed anywhere yet."""
    opened = Street(database_url, people, clock=clock, paced=paced)
    async with watched(opened):
        await opened.open_the_platforms()
        await opened.start_baton(settings=settings)
        if not crowded:
            opened.loop.start()
        yield opened
