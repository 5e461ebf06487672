"""Is the database this program's? Looked at before anything is served from it."""

from storage import is_embedded
from storage.migrate import State, state, upgrade

# What no migration can mend.
HOPELESS = {
    State.NEWER: "The database was made by a newer Baton than this one. Install that version, or restore a backup.",
    State.FOREIGN: "The database holds tables that are not Baton's. Set DATABASE_URL to one that is Baton's alone.",
}


def prepare_database(url: str) -> str | None:
    """See that the schema is the program's; SQLite is migrated by itself. Answers what stands in the way."""
    found = state(url)
    if found is State.UP_TO_DATE:
        return None
    if found in HOPELESS:
        return HOPELESS[found]
    if is_embedded(url):
        upgrade(url)
        return None
    return "The database schema is out of date. Run: baton db upgrade"
