"""What ends a command with a sentence, beside its settings."""


class CantListen(Exception):
    """The port can't be listened on; the message says which, and what to do."""


class NotThere(Exception):
    """What a command was to look at or to change is not there, or can't be changed; the message says why."""
