"""What must be true of the records after every journey: what is true at any time, and that everything is settled."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from storage import is_embedded, opened
from tests.storage.rows import rows

ACCOUNT = "default"

# What is true only when nothing is owed any more, beside what the audit asks. Each answers the rows that are wrong; the
# name says what would be true otherwise.
_SETTLED = {
    "every card shows the handoff as it stands, and nothing is owed any more": """
        SELECT d.key, d.state, d.done, d.wanted, d.last_error FROM deliveries d
          LEFT JOIN handoffs h ON h.account = d.account AND h.id = d.handoff LEFT JOIN rooms r
          ON r.account = d.account AND r.id = d.room
        WHERE d.state = 'pending' OR (d.about IS NULL AND (d.state <> 'done' OR d.done <> h.version)
          AND NOT (d.state = 'superseded' AND d.copy IS NULL AND h.status = 'resolved')
          AND NOT (d.state IN ('superseded', 'dead') AND d.copy IS NULL AND r.retired_at IS NOT NULL)
          AND NOT (d.state = 'superseded' AND NOT EXISTS (SELECT 1 FROM lanes l JOIN installations i
            ON i.account = l.account AND i.platform = l.platform AND i.workspace = l.workspace
            WHERE l.account = d.account AND l.id = d.lane)))""",
    # To the moment: in a journey no two processes' clocks meet.
    "every handoff has a card in every room that was there when it was made": """
        SELECT h.id, r.id FROM handoffs h JOIN rooms r ON r.account = h.account AND r.added_at <= h.created_at
          AND (r.retired_at IS NULL OR r.retired_at > h.created_at) AND r.least <= h.priority
        WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.handoff = h.id AND d.room = r.id AND d.about IS NULL)""",
    "no lane is leased any more": "SELECT id, leased_by FROM lanes WHERE leased_by IS NOT NULL",
}
# Where the settings make the one account.
_ALONE = {
    "everything is of the one account": """
        SELECT id FROM handoffs WHERE account <> 'default' UNION SELECT id FROM people WHERE account <> 'default'""",
}


async def check(url: str, *, but: tuple[str, ...] = (), accounts: Sequence[str] = (ACCOUNT,)) -> None:
    """Hold the records against every invariant; ``but`` names those that a play has broken on purpose."""
    wrong = {account: await broken(url, account) for account in accounts}
    assert {name: found for one in wrong.values() for name, found in one.items() if name not in but} == {}


async def broken(url: str, account: str = ACCOUNT) -> dict[str, Any]:
    """The invariants that the records of an account break, with the rows that break them."""
    wrong: dict[str, Any] = {}
    async with opened(url) as storage:
        for finding in await storage.open(account).audit(await _last_moment(url, account)):
            wrong[finding.rule] = finding.rows
    for name, query in (_SETTLED | (_ALONE if account == ACCOUNT else {})).items():
        if found := await rows(url, query, account):
            wrong[name] = found
    return wrong


async def _last_moment(url: str, account: str) -> datetime:
    """When something last happened there: the audit's "now", whatever clock a play goes by."""
    [(last,)] = await rows(url, "SELECT max(at) FROM events", account)
    if is_embedded(url):
        return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=last or 0)
    assert isinstance(last, datetime)
    return last
