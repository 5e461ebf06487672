"""The commands about accounts as processes: who is there, roles, history, and taking the records out and away."""

import json
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from core.account import Install, Installation
from core.changes import Changed, ShowRoom
from core.deliveries import Lane
from core.handoff import Priority
from core.people import Caller, Identity, Profile, Role
from storage import OpenRecords, open_storage
from tests.databases.postgres import Server
from tests.journeys.processes import run
from tests.storage.cast import BLUE, DANA, GREEN, JANE, new, open_account, recorded
from tests.storage.rows import count

BOSS = Caller(Identity(GREEN, "G7", "boss"), "Boss \x1b[31m")


@dataclass
class Desk:
    """An open database with the account of the storage tests, and where commands are run."""

    storage: OpenRecords
    url: str
    folder: Path

    async def baton(self, *arguments: str) -> tuple[int, str, str]:
        """Run a command on these records."""
        return await run(self.folder, {"DATABASE_URL": self.url}, *arguments)

    async def installed(self) -> str:
        """A second account, made by an installation; answers its id."""
        installation = Installation(GREEN, "G7", "sealed token", {})
        made = await self.storage.registry.install(Install(installation, "Other Inc", BOSS, datetime.now(UTC)))
        await self.storage.open(made.account).meet(BOSS, Profile(BOSS.name, None, member=True), datetime.now(UTC))
        return made.account

    async def role(self, who: Caller) -> Role:
        """What role somebody of the first account has."""
        member = await self.storage.open("acme").who(who.identity)
        assert member is not None
        return member.person.role


@pytest.fixture
async def desk(storage_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """Records with one account, on each database."""
    storage = await open_storage(storage_url, None, keys=(Fernet.generate_key().decode(),))
    await open_account(storage)
    yield Desk(storage, storage_url, tmp_path)
    await storage.close()


async def test_accounts_are_listed_with_their_workspaces(desk: Desk) -> None:
    other = await desk.installed()
    code, out, error = await desk.baton("accounts")
    assert (code, error) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert lines[0] == ["ID", "NAME", "PEOPLE", "WORKSPACES"]
    assert ["acme", "Acme", "4", "blue:B1,", "by", "the", "settings"] in lines
    assert [other, "Other", "Inc", "1", "green:G7", "(Other", "Inc)"] in lines


async def test_without_an_account_the_way_to_one_is_said(storage_url: str, tmp_path: Path) -> None:
    for command in ("accounts", "people"):
        code, out, error = await run(tmp_path, {"DATABASE_URL": storage_url}, command)
        assert code == (command == "people") and "There is no account yet" in out + error


async def test_people_are_shown_with_roles_and_how_each_platform_knows_them(desk: Desk) -> None:
    code, out, error = await desk.baton("people")
    assert (code, error) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["ID", "ROLE", "NAME", "KNOWN", "AS"]
    [dana] = [number for number, line in enumerate(lines) if " Dana " in line]
    assert "engineer (by default)" in lines[dana]
    both = " ".join(lines[dana : dana + 2])
    assert "blue:B1:dana" in both and "green:G1:dana (linked by e-mail address)" in both
    assert any("viewer" in line and "blue:B1:guest (no full member)" in line for line in lines)


async def test_with_several_accounts_a_command_asks_which_and_lists_them(desk: Desk) -> None:
    other = await desk.installed()
    for command in (["people"], ["rooms"], ["audit"], ["role", "somebody", "owner"]):
        code, out, error = await desk.baton(*command)
        assert (code, out) == (1, "")
        assert error.startswith("Say which account, with --account. There are: ") and other in error
    code, out, error = await desk.baton("people", "--account", other)
    assert (code, error) == (0, "") and "green:G7:boss" in out and "Dana" not in out and "\x1b" not in out
    code, _, error = await desk.baton("people", "--account", "nowhere")
    assert code == 1 and error.startswith("There is no account nowhere.")


@pytest.mark.parametrize("way", ["id", "identity"])
async def test_the_operator_names_the_first_owner(desk: Desk, way: str) -> None:
    member = await desk.storage.open("acme").who(DANA.identity)
    assert member is not None
    who = member.person.id if way == "id" else "green:G1:dana"
    code, out, error = await desk.baton("role", who, "owner")
    assert (code, out, error) == (0, "Dana is owner now, and was engineer before.\n", "")
    assert await desk.role(DANA) is Role.OWNER
    code, out, error = await desk.baton("role", who, "OWNER")
    assert (code, out, error) == (0, "That is the role already.\n", "")


async def test_somebody_who_was_never_met_is_met_first(desk: Desk) -> None:
    code, out, error = await desk.baton("role", "blue:B1:newcomer", "admin")
    assert (code, error) == (0, "")
    assert out.startswith("newcomer is admin now") and "had not met them yet" in out
    assert await desk.role(Caller(Identity(BLUE, "B1", "newcomer"), "")) is Role.ADMIN


async def test_the_account_of_an_identity_need_not_be_said_and_must_not_be_another(desk: Desk) -> None:
    other = await desk.installed()
    assert (await desk.baton("role", "blue:B1:dana", "admin"))[0] == 0
    code, _, error = await desk.baton("role", "blue:B1:dana", "owner", "--account", other)
    assert code == 1 and "account acme has" in error
    code, _, error = await desk.baton("role", "blue:B9:dana", "owner")
    assert code == 1 and "no account has" in error
    assert await desk.role(DANA) is Role.ADMIN


async def test_what_can_not_be_is_said_with_the_reason(desk: Desk) -> None:
    assert (await desk.baton("role", "blue:B1:dana", "owner"))[0] == 0
    code, _, error = await desk.baton("role", "blue:B1:dana", "viewer")
    assert code == 1 and "last owner" in error
    code, _, error = await desk.baton("role", "01hzzzzzzzzzzzzzzzzzzzzzzz", "viewer")
    assert (code, error) == (1, "Nobody here is 01hzzzzzzzzzzzzzzzzzzzzzzz (see: baton people).\n")
    code, _, error = await desk.baton("role", "blue:B1:dana", "king")
    assert code == 2 and "a role is one of viewer, engineer, admin and owner" in error
    assert await desk.role(DANA) is Role.OWNER


async def test_the_audit_says_who_did_what_from_where_before_and_after(desk: Desk) -> None:
    assert (await desk.baton("role", "blue:B1:dana", "owner"))[0] == 0
    code, out, error = await desk.baton("audit")
    assert (code, error) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["WHEN", "(UTC)", "FROM", "WHAT"]
    assert "command line" in lines[1] and "Dana: engineer → owner" in lines[1]
    assert lines[-1].endswith("shown, the newest first.")
    newest = json.loads((await desk.baton("audit", "--json", "--most", "1"))[1])
    [one] = newest
    assert (one["event"], one["subject"], one["before"], one["after"]) == ("role_changed", "Dana", "engineer", "owner")
    assert (one["platform"], datetime.fromisoformat(one["at"]).tzinfo is not None) == ("operator", True)


async def test_rooms_say_what_they_show_and_who_chose_them(desk: Desk) -> None:
    assert (await desk.baton("role", "blue:B1:dana", "admin"))[0] == 0
    lane = Lane(GREEN, "G1", "war-room", private=False)
    shown = ShowRoom(DANA, datetime.now(UTC), lane, "War Room", least=Priority.HIGH)
    assert isinstance(await desk.storage.open("acme").change(shown), Changed)
    code, out, error = await desk.baton("rooms")
    assert (code, error) == (0, "")
    lines = [line.split("  ") for line in out.splitlines()]
    cells = [[cell.strip() for cell in line if cell.strip()] for line in lines]
    assert ["#help", "blue:B1:blue-room", "everything", "the settings"] in cells
    assert ["War Room", "green:G1:war-room", "high priority and above", "an admin"] in cells


async def test_an_export_has_everything_of_one_account_and_only_its_owner_can_read_it(desk: Desk) -> None:
    other = await desk.installed()
    await recorded(desk.storage.open("acme"), new(JANE))
    code, out, error = await desk.baton("account", "export", "acme")
    assert (code, error) == (0, "") and "to baton-acme.json" in out
    file = desk.folder / "baton-acme.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found = json.loads(file.read_text())
    assert (found["account"], found["name"]) == ("acme", "Acme")
    assert [row["problem"] for row in found["tables"]["handoffs"]] == ["Outlook is failing to sync"]
    assert {"people", "identities", "events", "deliveries", "rooms"} <= set(found["tables"])
    assert "Other Inc" not in file.read_text() and other not in file.read_text()
    code, _, error = await desk.baton("account", "export", "acme")
    assert (code, error) == (1, "baton-acme.json is there already. Say another place with --out.\n")
    code, _, error = await desk.baton("account", "export", "acme", "--out", "no/such/folder.json")
    assert code == 1 and "Can't write no/such/folder.json" in error
    assert (await desk.baton("account", "export", other, "--out", "other.json"))[0] == 0
    written = (desk.folder / "other.json").read_text()
    assert "Outlook" not in written and "sealed token" not in written


async def test_an_account_is_deleted_with_everything_and_what_was_is_said(desk: Desk) -> None:
    other = await desk.installed()
    code, out, error = await desk.baton("account", "delete", other)
    assert (code, out) == (1, "") and "Say --yes if you are sure" in error
    assert other in await desk.storage.registry.accounts()
    code, out, error = await desk.baton("account", "delete", other, "--yes")
    assert (code, error) == (0, "")
    lines = out.splitlines()
    assert lines[0] == f"Removed account {other} (Other Inc):"
    removed = {line.split(maxsplit=1)[1]: int(line.split()[0]) for line in lines[1:]}
    assert removed["people"] == removed["accounts"] == removed["installations"] == 1
    for kind in removed:
        table, key = kind.replace(" ", "_"), "id" if kind == "accounts" else "account"
        assert await count(desk.url, f"{table} WHERE {key} = '{other}'", other) == 0
    assert (await desk.baton("accounts"))[1].count("\n") == 3
    code, _, error = await desk.baton("account", "delete", other, "--yes")
    assert code == 1 and error.startswith(f"There is no account {other}.")


async def test_the_account_of_the_settings_is_not_deleted_while_they_name_it(desk: Desk) -> None:
    code, out, error = await desk.baton("account", "delete", "acme", "--yes")
    assert (code, out) == (1, "") and "take them out of the settings" in error and "blue:B1" in error
    assert await desk.storage.registry.accounts() == ["acme"]
    assert await count(desk.url, "people") == 4


async def test_records_that_are_not_ready_are_refused_with_the_command_to_run(
    postgres_server: Server, tmp_path: Path
) -> None:
    empty = postgres_server.empty_database()
    for command in (["people"], ["account", "export", "acme"], ["role", "x", "owner"]):
        code, out, error = await run(tmp_path, {"DATABASE_URL": empty}, *command)
        assert (code, out, error) == (1, "", "The database schema is out of date. Run: baton db upgrade\n")
    postgres_server.drop(empty)


async def test_records_that_are_away_are_said_without_a_traceback(tmp_path: Path) -> None:
    settings = {"DATABASE_URL": "postgresql://baton@127.0.0.1:1/none"}
    code, out, error = await run(tmp_path, settings, "people")
    assert (code, out) == (1, "") and "can't be reached" in error and "Traceback" not in error


async def test_who_may_do_what_needs_no_records(tmp_path: Path) -> None:
    code, out, error = await run(tmp_path, {"DATABASE_URL": "mysql://nonsense"}, "access")
    assert (code, error) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["MAY", "VIEWER", "ENGINEER", "ADMIN", "OWNER"]
    assert lines[1].split() == ["escalate", "yes", "yes", "yes", "yes"]
    assert lines[-1].split()[-4:] == ["-", "-", "-", "yes"]
