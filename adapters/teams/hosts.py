"""Which addresses our token may be sent to."""

from collections.abc import Collection
from ipaddress import ip_address

from yarl import URL

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def allowed(address: str, hosts: Collection[str]) -> bool:
    """Whether a service URL lies on the allow-list: https on its usual port, or a loopback host listed by name.

    An entry is a host ("a.example"), every host below one ("*.a.example"), or either with a port ("127.0.0.1:8080").
    A loopback entry without a port allows every port of it.
    """
    try:
        url = URL(address)
        host, port = url.host, url.port
    except ValueError:
        return False
    if host is None or port is None or url.user is not None or url.password is not None:
        return False
    loopback = is_loopback(host)
    if url.scheme != "https" and not (loopback and url.scheme == "http"):
        return False
    exact = {host, f"{host}:{port}"} if loopback or url.is_default_port() else {f"{host}:{port}"}
    below = {f"*.{host.split('.', n)[n]}" for n in range(1, host.count(".") + 1)} if url.is_default_port() else set()
    return not (exact | below).isdisjoint(hosts)
