"""Identifiers: random, time-ordered, made by the client, never reused."""

import secrets
from datetime import datetime

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(now: datetime) -> str:
    """26 characters of Crockford base 32: 48 bits of milliseconds since 1970, then 80 random bits.

    The layout is ULID's (github.com/ulid/spec), in lower case. Ids sort by the millisecond they were made in;
    a retry carries the id it was given first, and so meets itself.
    """
    number = (int(now.timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))
