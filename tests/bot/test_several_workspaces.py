"""Settings for several workspaces: installation by OAuth, the keys it needs, and further registrations with Teams."""

import pytest
from cryptography.fernet import Fernet

from bot.cli import main
from bot.settings import BadSettings, load
from tests.bot.platform_values import OAUTH, SLACK, TEAMS, further


def problems(values: dict[str, str]) -> list[str]:
    with pytest.raises(BadSettings) as caught:
        load(values)
    return caught.value.problems


def without(values: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if name not in names}


def test_oauth_alone_is_complete_and_binds_nothing() -> None:
    settings = load(OAUTH)
    assert settings.slack and settings.slack.oauth and not settings.slack.bot_token and not settings.bound
    assert settings.slack.oauth.redirect_url == "https://baton.example/slack/oauth_redirect"
    assert settings.secret_keys == (OAUTH["BATON_SECRET_KEY"],)


def test_oauth_beside_a_token_keeps_the_tokens_workspace_in_the_settings() -> None:
    settings = load(SLACK | OAUTH)
    assert settings.bound and settings.slack and settings.slack.oauth and settings.slack.channel
    assert load(TEAMS).bound


def test_oauth_goes_with_socket_mode_too() -> None:
    settings = load(without(OAUTH, "SLACK_SIGNING_SECRET") | {"SLACK_APP_TOKEN": "xapp-1"})
    assert settings.slack and settings.slack.oauth


@pytest.mark.parametrize("name", OAUTH)
def test_what_oauth_needs_is_named_if_it_is_missing(name: str) -> None:
    assert [line.partition(":")[0] for line in problems(without(OAUTH, name))] == [name]


def test_what_is_missing_for_oauth_is_said_all_at_once() -> None:
    said = problems({"SLACK_CLIENT_ID": "1.2"})
    assert sorted(line.partition(":")[0] for line in said) == [
        "BATON_PUBLIC_URL",
        "BATON_SECRET_KEY",
        "SLACK_CLIENT_SECRET",
        "SLACK_SIGNING_SECRET",
    ]
    [about_key] = [line for line in said if line.startswith("BATON_SECRET_KEY")]
    assert "baton key" in about_key


def test_channels_are_optional() -> None:
    settings = load(without(SLACK, "SLACK_CHANNEL") | without(TEAMS, "TEAMS_CHANNEL"))
    assert settings.slack and settings.teams
    assert (settings.slack.channel, settings.teams.channel) == ("", "")


def test_a_channel_without_an_account_of_the_settings_is_refused_with_the_way_out() -> None:
    said = problems(OAUTH | TEAMS | {"SLACK_CHANNEL": "C0123456789"})
    assert [line.partition(":")[0] for line in said] == ["SLACK_CHANNEL", "TEAMS_CHANNEL"]
    assert all("show-here" in line for line in said)


def test_the_place_where_people_allow_it_is_asked_over_https_or_on_this_machine() -> None:
    assert problems(OAUTH | {"SLACK_AUTHORIZE_URL": "http://evil.example/"})[0].startswith("SLACK_AUTHORIZE_URL")
    settings = load(OAUTH | {"SLACK_AUTHORIZE_URL": "http://127.0.0.1:1/oauth/v2/authorize"})
    assert settings.slack and settings.slack.authorize_url == "http://127.0.0.1:1/oauth/v2/authorize"


def test_several_keys_are_taken_in_their_order_and_a_bad_one_is_named_and_never_quoted() -> None:
    old, new = OAUTH["BATON_SECRET_KEY"], Fernet.generate_key().decode()
    assert load(OAUTH | {"BATON_SECRET_KEY": f"{new}, {old}"}).secret_keys == (new, old)
    said = problems(OAUTH | {"BATON_SECRET_KEY": f"{new},CANARY"})
    assert said == ["BATON_SECRET_KEY: number 2 of its keys is no key. Good ones are printed by: baton key"]
    assert problems(OAUTH | {"BATON_SECRET_KEY": "CANÄRY"})[0].startswith("BATON_SECRET_KEY: this is no key")


def test_the_command_prints_a_key_that_is_good_and_another_one_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert (main(["key"]), main(["key"])) == (0, 0)
    first, second = capsys.readouterr().out.split()
    assert first != second
    assert load(OAUTH | {"BATON_SECRET_KEY": f"{first},{second}"}).secret_keys == (first, second)


def test_further_registrations_are_taken_in_order_with_gaps() -> None:
    settings = load(TEAMS | further(4) | further(2))
    assert settings.teams
    assert [one.app_password for one in settings.teams.registrations] == ["p", "p2", "p4"]


def test_a_further_registration_needs_all_three_and_is_no_other_one() -> None:
    said = problems(TEAMS | {"TEAMS_APP_PASSWORD_3": "p"})
    assert [line.partition(":")[0] for line in said] == ["TEAMS_APP_ID_3", "TEAMS_TENANT_ID_3"]
    twice = further(2, TEAMS_TENANT_ID=TEAMS["TEAMS_TENANT_ID"].upper(), TEAMS_APP_ID=TEAMS["TEAMS_APP_ID"])
    said = problems(TEAMS | twice)
    assert said == [
        "TEAMS_APP_ID_2: the same as TEAMS_APP_ID. Each tenant has one registration of its own.",
        "TEAMS_TENANT_ID_2: the same as TEAMS_TENANT_ID. Each tenant has one registration of its own.",
    ]


def test_a_further_registration_alone_asks_for_the_first() -> None:
    names = [line.partition(":")[0] for line in problems(further(2))]
    assert names == ["TEAMS_APP_ID", "TEAMS_APP_PASSWORD", "TEAMS_TENANT_ID"]


def test_a_misspelt_further_name_is_told_with_the_one_that_was_meant() -> None:
    values = TEAMS | further(2)
    values["TEAMS_TENANT_2"] = values.pop("TEAMS_TENANT_ID_2")
    assert "TEAMS_TENANT_2: there is no such setting; was TEAMS_TENANT_ID_2 meant?" in problems(values)
