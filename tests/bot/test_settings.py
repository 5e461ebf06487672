"""Settings: what is missing, misspelt or contradictory is said at once, each by its name (M14)."""

import json
import zipfile
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import BadSettings, load, read_environment
from tests.bot.platform_values import OAUTH, SLACK, TEAMS, further


def problems(values: dict[str, str], dev: bool = False) -> list[str]:
    with pytest.raises(BadSettings) as caught:
        load(values, dev)
    return caught.value.problems


def test_one_platform_alone_is_complete() -> None:
    slack, teams = load(SLACK), load(TEAMS)
    assert slack.slack and not slack.teams
    assert teams.teams and not teams.slack
    [registration] = teams.teams.registrations
    assert registration.tenant_id == TEAMS["TEAMS_TENANT_ID"]
    assert (slack.database_url, slack.port, slack.log_level) == ("sqlite:///baton.db", 8080, "INFO")


def test_all_problems_are_said_at_once_by_name() -> None:
    said = problems(
        {
            "SLACK_BOT_TOKEN": "xoxp-1",
            "SLACK_CHANNEL": "#general",
            "TEAMS_APP_ID": "x",
            "TEAMS_CHANNEL": "Escalations",
            "PORT": "http",
            "LOG_LEVEL": "loud",
            "DATABASE_URL": "mysql://x",
            "BATON_PUBLIC_URL": "http://x",
        }
    )
    names = [line.split(":")[0] for line in said]
    assert sorted(names) == sorted(
        [
            "SLACK_BOT_TOKEN",
            "SLACK_SIGNING_SECRET",
            "SLACK_CHANNEL",
            "TEAMS_APP_ID",
            "TEAMS_APP_PASSWORD",
            "TEAMS_TENANT_ID",
            "TEAMS_CHANNEL",
            "PORT",
            "LOG_LEVEL",
            "DATABASE_URL",
            "BATON_PUBLIC_URL",
        ]
    )


def test_a_misspelt_name_is_told_with_the_one_that_was_meant() -> None:
    values = {**SLACK, "SLACK_SIGNING_SECERT": "s"}
    del values["SLACK_SIGNING_SECRET"]
    assert "SLACK_SIGNING_SECERT: there is no such setting; was SLACK_SIGNING_SECRET meant?" in problems(values)


def test_other_programs_settings_are_let_alone() -> None:
    assert load({**SLACK, "SLACK_WEBHOOK_URL": "x", "PATH": "/bin"}).slack


def test_nothing_configured_says_what_to_do() -> None:
    assert problems({}) == [
        "SLACK_BOT_TOKEN or TEAMS_APP_ID: no platform is configured. README.md says how to connect one or both."
    ]


def test_socket_mode_needs_no_signing_secret() -> None:
    values = {**SLACK, "SLACK_APP_TOKEN": "xapp-1"}
    del values["SLACK_SIGNING_SECRET"]
    assert load(values).slack


def test_dev_refuses_an_app_id() -> None:
    assert problems(TEAMS, dev=True)[0].startswith("TEAMS_APP_ID: --dev")
    teams = load({}, dev=True).teams
    assert teams and teams.dev


@pytest.mark.parametrize("name", ["TEAMS_SERVICE_URL", "TEAMS_OPENID_METADATA_URL", "TEAMS_TOKEN_URL"])
def test_plain_http_is_for_this_machine_only(name: str) -> None:
    assert problems({**TEAMS, name: "http://evil.example/x"})[0].startswith(name)
    local = {**TEAMS, name: "http://127.0.0.1:1/x", "TEAMS_ALLOWED_SERVICE_HOSTS": "127.0.0.1,smba.trafficmanager.net"}
    assert load(local).teams


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PORT=1\nLOG_LEVEL=DEBUG\nSLACK_CHANNEL=\n")
    assert read_environment({"PORT": "2", "LOG_LEVEL": ""}, file) == {"PORT": "2", "LOG_LEVEL": "DEBUG"}


def test_secrets_are_not_in_the_repr() -> None:
    canaries = {"SLACK_BOT_TOKEN": "xoxb-canary", "TEAMS_APP_PASSWORD": "canary", "SLACK_CLIENT_SECRET": "canary"}
    settings = load({**SLACK, **TEAMS, **OAUTH, **canaries, **further(2, TEAMS_APP_PASSWORD="canary")})
    shown = repr(settings) + repr(settings.slack) + repr(settings.teams)
    assert "canary" not in shown and OAUTH["BATON_SECRET_KEY"] not in shown


def test_the_command_line_lists_them_and_exits_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SLACK_BOT_TOKEN", "TEAMS_APP_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORT", "x")
    assert main(["serve"]) == 2
    said = capsys.readouterr().err
    assert "PORT: this must be a number" in said and "Traceback" not in said


def test_dev_is_refused_on_any_other_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--dev", "--host", "0.0.0.0"]) == 2  # noqa: S104 - it must be refused
    assert "127.0.0.1 only" in capsys.readouterr().err


def test_the_teams_package_needs_two_settings_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["manifest", "teams"]) == 2
    said = capsys.readouterr().err
    assert "TEAMS_APP_ID: missing" in said and "BATON_PUBLIC_URL: missing" in said
    monkeypatch.setenv("TEAMS_APP_ID", TEAMS["TEAMS_APP_ID"])
    monkeypatch.setenv("BATON_PUBLIC_URL", "https://baton.example")
    assert main(["manifest", "teams"]) == 0
    assert sorted(zipfile.ZipFile("teams-app.zip").namelist()) == ["color.png", "manifest.json", "outline.png"]
    second = further(2)
    monkeypatch.setenv("TEAMS_APP_ID_2", second["TEAMS_APP_ID_2"])
    assert main(["manifest", "teams", "--registration", "2"]) == 0
    assert (
        json.loads(zipfile.ZipFile("teams-app.zip").read("manifest.json"))["bots"][0]["botId"]
        == (second["TEAMS_APP_ID_2"])
    )


def test_a_service_url_that_nothing_may_be_sent_to_is_refused() -> None:
    assert problems({**TEAMS, "TEAMS_SERVICE_URL": "https://elsewhere.example/teams/"})[0].startswith(
        "TEAMS_SERVICE_URL"
    )
    said = problems({**TEAMS, "TEAMS_ALLOWED_SERVICE_HOSTS": "https://smba.trafficmanager.net/"})
    assert said[0].startswith("TEAMS_ALLOWED_SERVICE_HOSTS")


def test_a_token_is_not_sent_in_the_clear() -> None:
    assert problems({**SLACK, "SLACK_API_URL": "http://slack.example/api/"})[0].startswith("SLACK_API_URL")
    assert load({**SLACK, "SLACK_API_URL": "http://127.0.0.1:1/api/"}).slack


def test_a_database_address_is_checked_and_never_quoted() -> None:
    said = problems({**SLACK, "DATABASE_URL": "postgresql://u:CANARY@h:port/d"})
    assert said[0].startswith("DATABASE_URL: ") and "CANARY" not in said[0]
