"""What must be true of the records after every journey, asked of the tables themselves."""

from tests.storage.rows import rows

ACCOUNT = "default"

# Each answers the rows that are wrong; the name says what would be true otherwise.
_CHECKS = {
    "a handoff has an open claim by its claimer exactly while it is claimed": """
        SELECT h.id FROM handoffs h LEFT JOIN claims c
          ON c.account = h.account AND c.handoff = h.id AND c.ended_at IS NULL
        WHERE (h.status = 'claimed') <> (c.id IS NOT NULL) OR c.claimer <> h.claimer""",
    "there are as many claims as claim events, and as many ends of them as releases and resolutions": """
        SELECT h.id FROM handoffs h WHERE
          (SELECT count(*) FROM events e WHERE e.handoff = h.id AND e.name = 'claimed')
            <> (SELECT count(*) FROM claims c WHERE c.handoff = h.id)
          OR (SELECT count(*) FROM events e WHERE e.handoff = h.id AND e.name IN ('released', 'resolved'))
            <> (SELECT count(*) FROM claims c WHERE c.handoff = h.id AND c.ended_at IS NOT NULL)""",
    "the version counts the changes": """
        SELECT h.id FROM handoffs h WHERE h.version <> 1 +
          (SELECT count(*) FROM events e WHERE e.handoff = h.id AND e.name IN ('claimed', 'released', 'resolved'))""",
    "every handoff was escalated once, and resolved at most once": """
        SELECT h.id FROM handoffs h WHERE
          (SELECT count(*) FROM events e WHERE e.handoff = h.id AND e.name = 'escalated') <> 1
          OR (SELECT count(*) FROM events e WHERE e.handoff = h.id AND e.name = 'resolved')
            <> (CASE WHEN h.status = 'resolved' THEN 1 ELSE 0 END)""",
    "every handoff has a card in every room that was there": """
        SELECT h.id, r.id FROM handoffs h JOIN rooms r ON r.account = h.account AND r.added_at <= h.created_at
          AND (r.retired_at IS NULL OR r.retired_at > h.created_at)
        WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.handoff = h.id AND d.room = r.id AND d.about IS NULL)""",
    "every card shows the handoff as it stands, and nothing is owed any more": """
        SELECT d.key, d.state, d.done, d.wanted, d.last_error FROM deliveries d
          JOIN handoffs h ON h.account = d.account AND h.id = d.handoff
        WHERE d.state = 'pending' OR (d.about IS NULL AND (d.state <> 'done' OR d.done <> h.version))""",
    "every change by somebody else was owed to the escalator": """
        SELECT e.id FROM events e JOIN handoffs h ON h.account = e.account AND h.id = e.handoff
        WHERE e.name IN ('claimed', 'released', 'resolved') AND e.person <> h.escalator
          AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.event = e.id AND d.about = e.name)""",
    "a first action lies within its claim": """
        SELECT id FROM claims WHERE first_action_at < claimed_at OR first_action_at > ended_at""",
    "every change has a used request key": """
        SELECT h.id FROM handoffs h WHERE
          (SELECT count(*) FROM requests r WHERE r.handoff = h.id AND r.verdict = 'done') <> h.version""",
    "no lane is leased any more": "SELECT id, leased_by FROM lanes WHERE leased_by IS NOT NULL",
    "everything is of the one account": """
        SELECT id FROM handoffs WHERE account <> 'default' UNION SELECT id FROM people WHERE account <> 'default'""",
}


async def check(url: str, *, but: tuple[str, ...] = ()) -> None:
    """Hold the records against every invariant; ``but`` names those that a play has broken on purpose."""
    wrong = {}
    for name, query in _CHECKS.items():
        if name not in but and (found := await rows(url, query, ACCOUNT)):
            wrong[name] = found
    assert wrong == {}
