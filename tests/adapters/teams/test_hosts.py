"""M13: the addresses that our token may go to, and none that only look like them."""

import pytest

from adapters.teams.hosts import allowed
from adapters.teams.settings import SERVICE_HOSTS

GOOD = [
    "https://smba.trafficmanager.net/teams/",
    "https://smba.trafficmanager.net:443/emea/",
    "https://europe.api.botframework.com/",
    "https://teams.microsoft.com/x",
]
BAD = [
    "",
    "nonsense",
    "https://",
    "https://[",
    "http://smba.trafficmanager.net/teams/",
    "ftp://smba.trafficmanager.net/",
    "https://smba.trafficmanager.net:8443/",
    "https://smba.trafficmanager.net.evil.example/",
    "https://evil-smba.trafficmanager.net/",
    "https://smba.trafficmanager.net@evil.example/",
    "https://user:word@smba.trafficmanager.net/",
    "https://evilbotframework.com/",
    "https://botframework.com.evil.example/",
    "//smba.trafficmanager.net/",
    "http://127.0.0.1:3978/",
    "https://localhost/",
    "http://[::1]/",
    "https://evil.example/#.botframework.com",
]


@pytest.mark.parametrize("address", GOOD)
def test_microsofts_hosts_are_allowed(address: str):
    assert allowed(address, SERVICE_HOSTS)


@pytest.mark.parametrize("address", BAD)
def test_m13_nothing_else_is(address: str):
    assert not allowed(address, SERVICE_HOSTS)


def test_a_loopback_host_is_allowed_when_it_is_listed_and_only_there():
    assert allowed("http://127.0.0.1:3978/teams/", ("127.0.0.1",))
    assert allowed("http://127.0.0.1:3978/teams/", ("127.0.0.1:3978",))
    assert not allowed("http://127.0.0.1:3979/teams/", ("127.0.0.1:3978",))
    assert not allowed("http://localhost:3978/teams/", ("127.0.0.1",))
    assert not allowed("http://10.0.0.1/teams/", ("10.0.0.1",))
    assert allowed("https://connector.example:8443/", ("connector.example:8443",))
