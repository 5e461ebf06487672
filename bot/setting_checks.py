"""What a setting must look like, and the words for one that doesn't."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit


def wanted(name: str, value: str, what: str) -> str:
    """The problem with a setting that is missing, or is something else than what is wanted."""
    return f"{name}: {'this is not what is wanted' if value else 'missing'}. Set it to {what}."


def reachable(name: str, url: str) -> list[str]:
    """The problem with an address that our secrets would be sent to, if there is one."""
    if is_url(url, "https") or is_local(url):
        return []
    return [f"{name}: this must be an https:// address (http:// only on this machine)."]


def is_url(text: str, scheme: str) -> bool:
    """Whether it is an address of that kind."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == scheme and bool(parts.hostname)


def is_local(text: str) -> bool:
    """Whether it is a plain http address of this machine."""
    host = urlsplit(text).hostname or "" if is_url(text, "http") else ""
    return host == "localhost" or (bool(re.fullmatch(r"[\d.:]+", host)) and ip_address(host).is_loopback)
