"""What a journey through hours of a moved clock may ask for."""

import pytest

import bot.worker


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker takes no rest between two looks."""
    monkeypatch.setattr(bot.worker, "BETWEEN_LOOKS", 0.0)
