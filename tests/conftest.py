"""What every test may ask for."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.databases.fixtures"]

# The suite runs in parallel on small machines: how long an example takes says nothing about the code.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
