"""The numbers that the command line takes."""

from argparse import ArgumentTypeError


def port(text: str) -> int:
    """A port to listen on; 0 for any free one."""
    if not text.isdecimal() or int(text) > 65535:
        raise ArgumentTypeError("a port is a number from 0 (any free one) to 65535")
    return int(text)


def number(text: str) -> int:
    """How many to show."""
    if not text.isdecimal() or not 0 < int(text) <= 1_000_000:
        raise ArgumentTypeError("this is a number from 1 to 1000000")
    return int(text)
