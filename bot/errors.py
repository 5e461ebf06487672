"""What can keep Baton from starting, beside its settings."""


class CantListen(Exception):
    """The port can't be listened on; the message says which, and what to do."""
