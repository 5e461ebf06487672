"""Is the database this program's? Looked at before anything is served from it."""

from collections.abc import Mapping

from bot.settings import BadSettings, database_url, misspelt, read_environment
from storage import is_embedded
from storage.migrate import State, state, upgrade

# What no migration can mend.
HOPELESS = {
    State.NEWER: "The database was made by a newer Baton than this one. Install that version, or restore a backup.",
    State.FOREIGN: "The database holds tables that are not Baton's. Set DATABASE_URL to one that is Baton's alone.",
}
OUT_OF_DATE = "The database schema is out of date. Run: baton db upgrade"


def records_url(environment: Mapping[str, str]) -> str:
    """The one setting of the commands that only look after the records."""
    values = read_environment(environment)
    problems = misspelt(values)
    url = database_url(values, problems)
    if problems:
        raise BadSettings(problems)
    return url


def not_as_it_should_be(url: str) -> str | None:
    """What stands in the way of reading the records as this program does; None if nothing does."""
    found = state(url)
    return None if found is State.UP_TO_DATE else HOPELESS.get(found, OUT_OF_DATE)


def prepare_database(url: str) -> str | None:
    """See that the schema is the program's; SQLite is migrated by itself. Answers what stands in the way."""
    problem = not_as_it_should_be(url)
    if problem == OUT_OF_DATE and is_embedded(url):
        upgrade(url)
        return None
    return problem
