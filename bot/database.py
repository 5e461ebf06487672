"""Is the database this program's? Looked at before anything is served from it."""

from storage import is_embedded
from storage.migrate import State, state, upgrade


def prepare_database(url: str) -> str | None:
    """See that the schema is the program's; SQLite is migrated by itself. Answers what stands in the way."""
    match state(url):
        case State.UP_TO_DATE:
            return None
        case State.NEWER:
            return "The database was made by a newer Baton than this one. Install that version, or restore a backup."
        case State.EMPTY | State.OLDER if is_embedded(url):
            upgrade(url)
            return None
        case _:
            return "The database schema is out of date. Run: baton db upgrade"
