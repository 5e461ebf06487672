"""What every test may ask for."""

import pytest
from hypothesis import HealthCheck, settings

# The journeys' own checks say what they found, as tests do; others use them too, so it is said before anyone can.
for checking in ("accounts", "house", "invariants", "players", "watching"):
    pytest.register_assert_rewrite(f"tests.journeys.{checking}")

pytest_plugins = ["tests.databases.fixtures"]

# The suite runs in parallel on small machines: how long an example takes says nothing about the code.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
