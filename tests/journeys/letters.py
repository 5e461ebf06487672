"""What the escalator is told in direct messages, as the journeys expect it: every sentence in one place."""


def up(what: str) -> str:
    """The card is up."""
    return f"Your escalation is up where the seniors are. {what}"


def picked_up(name: str, what: str) -> str:
    """Somebody has it."""
    return f"{name} picked up your escalation. {what}"


def released(what: str) -> str:
    """Nobody has it any more."""
    return f"Your escalation is waiting to be picked up again. {what}"


def resolved(name: str, what: str, note: str = "") -> str:
    """It is closed."""
    said = f"{name} resolved your escalation. {what}"
    return f"{said}\nNote: {note}" if note else said
