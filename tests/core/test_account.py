"""Codes that people read and type, and the settings of an account."""

import pytest

from core import account_settings
from core.account import CODE_LENGTH, CODE_LETTERS, digest, looks_like_a_code, new_code, tidy_code
from core.account_settings import AccountSettings, changed, from_text, to_text, words
from core.people import Role


def test_a_code_is_typed_in_any_way_and_stays_the_same() -> None:
    code = "7K30-P1QX"
    for typed in ("7K30-P1QX", "7k30p1qx", " 7k3o - plqx ", "7K3O-PIQX"):
        assert looks_like_a_code(typed)
        assert digest(tidy_code(typed)) == digest(tidy_code(code))
    assert not looks_like_a_code("7K30-P1Q") and not looks_like_a_code("me") and not looks_like_a_code("7K30-P1QU")


def test_a2_a_code_can_not_be_guessed() -> None:
    codes = {tidy_code(new_code()) for _ in range(2000)}
    assert len(codes) == 2000
    assert set("".join(codes)) == set(CODE_LETTERS)
    assert len(CODE_LETTERS) ** CODE_LENGTH == 2**40


@pytest.mark.parametrize(
    ("name", "value", "settings"),
    [
        ("default-role", "Viewer", AccountSettings(default_role=Role.VIEWER)),
        ("readers", "engineers", AccountSettings(engineers_read_all=True)),
        ("retention", "90d", AccountSettings(retention_days=90)),
        ("retention", "1", AccountSettings(retention_days=1)),
        ("retention", "forever", AccountSettings()),
        ("default-role", "admin", None),
        ("default-role", "owner", None),
        ("readers", "everybody", None),
        ("retention", "0d", None),
        ("retention", "-1d", None),
        ("retention", "99999d", None),
        ("retention", "9999999999999999999999d", None),
        ("retention", "²d", None),
        ("color", "red", None),
    ],
)
def test_a_setting(name: str, value: str, settings: AccountSettings | None) -> None:
    assert changed(AccountSettings(), name, value) == settings


def test_settings_come_back_as_they_were_kept() -> None:
    chosen = AccountSettings(Role.VIEWER, True, 30)
    assert from_text(to_text(chosen)) == chosen
    assert from_text("{}") == AccountSettings()
    assert {name: words(chosen, name) for name in account_settings.NAMES} == {
        "default-role": "viewer",
        "readers": "engineers",
        "retention": "30d",
    }
