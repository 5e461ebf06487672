"""The rules that the records must keep at any time, and the one question that finds what breaks them.

All of them are asked in a single statement, so that they are held against one moment, also while people work. They are
written as SQL and not in Core, as an operator would ask them by hand.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from core.ledger import KEPT, Finding
from storage.binds import ACCOUNT, instant
from storage.statements import Dialect, Params, Row
from storage.tables import metadata

# Everything is read, which may take its time; nobody's gesture waits for it.
PATIENCE = 120.0
MOST_ROWS = 20
# A lane that nobody sends in for so long, with something due in it and its lease not given back, was forgotten.
FORGOTTEN = timedelta(minutes=10)
# Whoever forgets keys may have a clock that goes ahead of ours.
MARGIN = timedelta(hours=1)

# What several rules look at, collected once.
_COLLECTED = """
story AS MATERIALIZED (
    SELECT handoff,
        sum(CASE WHEN name = 'escalated' THEN 1 ELSE 0 END) AS escalated,
        sum(CASE WHEN name = 'claimed' THEN 1 ELSE 0 END) AS claimed,
        sum(CASE WHEN name IN ('released', 'resolved') THEN 1 ELSE 0 END) AS ended,
        sum(CASE WHEN name = 'resolved' THEN 1 ELSE 0 END) AS resolved,
        sum(CASE WHEN name = 'text_forgotten' THEN 1 ELSE 0 END) AS forgotten,
        max(CASE WHEN name = 'resolved' THEN person END) AS resolver,
        max(CASE WHEN name = 'resolved' THEN at END) AS resolved_at,
        sum(CASE WHEN name IN ('escalated', 'claimed', 'released', 'resolved') AND at > :kept THEN 1 ELSE 0 END)
            AS lately
    FROM events WHERE account = :account AND handoff IS NOT NULL GROUP BY handoff),
periods AS MATERIALIZED (
    SELECT handoff, count(*) AS begun, count(ended_at) AS ended FROM claims WHERE account = :account GROUP BY handoff),
changes AS MATERIALIZED (
    SELECT id, handoff, name, person FROM events
    WHERE account = :account AND name IN ('claimed', 'released', 'resolved')),
used AS MATERIALIZED (
    SELECT handoff, count(*) AS keys FROM requests
    WHERE account = :account AND verdict = 'done' AND at > :kept GROUP BY handoff)
"""

# Each answers the rows that are wrong, in words; its name says what would be true otherwise.
RULES: Mapping[str, str] = {
    "a handoff is held by one person at most": """
        SELECT handoff || ' has ' || (begun - ended) || ' open claims' FROM periods WHERE begun - ended > 1""",
    "a handoff is claimed exactly while it has an open claim, by the same person since the same time": """
        SELECT h.id || ' is ' || h.status || ', its open claim: ' || coalesce(c.id || ' by ' || c.claimer, 'none')
        FROM handoffs h
        LEFT JOIN claims c ON c.account = h.account AND c.handoff = h.id AND c.ended_at IS NULL
        WHERE h.account = :account AND ((h.status = 'claimed') <> (c.id IS NOT NULL)
            OR c.claimer <> h.claimer OR c.claimed_at <> h.claimed_at)""",
    "there are as many claims as claim events, and as many ends of them as releases and resolutions": """
        SELECT h.id || ': ' || coalesce(p.begun, 0) || ' claims, ' || coalesce(s.claimed, 0) || ' events; '
            || coalesce(p.ended, 0) || ' ended, ' || coalesce(s.ended, 0) || ' events'
        FROM handoffs h LEFT JOIN story s ON s.handoff = h.id LEFT JOIN periods p ON p.handoff = h.id
        WHERE h.account = :account AND (coalesce(s.claimed, 0) <> coalesce(p.begun, 0)
            OR coalesce(s.ended, 0) <> coalesce(p.ended, 0))""",
    "the version counts the changes": """
        SELECT h.id || ' has version ' || h.version || ' after ' || changes || ' changes' FROM handoffs h
        JOIN (SELECT id, coalesce(claimed, 0) + coalesce(ended, 0) + coalesce(forgotten, 0) AS changes FROM handoffs
            LEFT JOIN story ON handoff = id WHERE account = :account) its ON its.id = h.id
        WHERE h.account = :account AND h.version <> 1 + changes""",
    "captured text is gone exactly where history says so": """
        SELECT h.id || ', forgotten ' || coalesce(s.forgotten, 0) || ' times' FROM handoffs h
        LEFT JOIN story s ON s.handoff = h.id
        WHERE h.account = :account AND (coalesce(s.forgotten, 0) <> CASE WHEN h.forgotten_at IS NULL THEN 0 ELSE 1 END
            OR (h.forgotten_at IS NOT NULL
                AND h.problem || h.tried || h.customer || h.ticket || h.resolution <> ''))""",
    "every handoff was escalated once, and resolved once if it is over and else not": """
        SELECT h.id || ' is ' || h.status || ', escalated ' || coalesce(s.escalated, 0) || ' times, resolved '
            || coalesce(s.resolved, 0) || ' times'
        FROM handoffs h LEFT JOIN story s ON s.handoff = h.id
        WHERE h.account = :account AND (coalesce(s.escalated, 0) <> 1
            OR coalesce(s.resolved, 0) <> CASE WHEN h.status = 'resolved' THEN 1 ELSE 0 END)""",
    "a first action lies within its claim, and is the one that history tells of": """
        SELECT id || ' of ' || handoff FROM (
            SELECT c.id, c.handoff, c.claimed_at, c.first_action_at, c.ended_at,
                CASE WHEN c.how = 'resolved' AND s.resolver = c.claimer AND s.resolved_at > c.claimed_at
                    THEN s.resolved_at WHEN c.how = 'resolved' AND s.resolver = c.claimer THEN c.claimed_at END AS told
            FROM claims c LEFT JOIN story s ON s.handoff = c.handoff WHERE c.account = :account) its
        WHERE first_action_at < claimed_at OR first_action_at > ended_at
            OR (first_action_at IS NULL) <> (told IS NULL) OR first_action_at <> told""",
    # Rooms come and go by the clock of a process that starts; within a minute nobody can tell which came first. A room
    # counts as added when its priority was changed.
    "every handoff has a card in every room that was there": """
        SELECT h.id || ' has none in ' || r.id || ' (' || r.name || ')' FROM handoffs h
        JOIN rooms r ON r.account = h.account AND r.added_at <= h.created_at - {minute}
            AND (r.retired_at IS NULL OR r.retired_at > h.created_at + {minute}) AND r.least <= h.priority
        WHERE h.account = :account AND NOT EXISTS (SELECT 1 FROM deliveries d
            WHERE d.account = h.account AND d.handoff = h.id AND d.room = r.id AND d.about IS NULL)""",
    "every change by somebody else was owed to the escalator": """
        SELECT e.handoff || ': ' || e.name || ' (' || e.id || ')' FROM changes e
        JOIN handoffs h ON h.account = :account AND h.id = e.handoff
        WHERE e.person <> h.escalator AND NOT EXISTS (SELECT 1 FROM deliveries d
            WHERE d.account = h.account AND d.handoff = h.id AND d.event = e.id AND d.about = e.name)""",
    "a card is wanted at the handoff's version, and nothing was drawn at one that never was": """
        SELECT d.key || ' is ' || d.state || ', done ' || d.done || ' of ' || d.wanted || ', the handoff at '
            || h.version
        FROM deliveries d JOIN handoffs h ON h.account = d.account AND h.id = d.handoff
        WHERE d.account = :account AND (d.done > d.wanted OR d.wanted > h.version OR d.tried_version > h.version
            OR (d.about IS NULL AND d.state <> 'superseded' AND d.wanted <> h.version))""",
    "what is owed has its time, or waits for a card that is coming": """
        SELECT d.key FROM deliveries d
        WHERE d.account = :account AND d.state = 'pending' AND d.due_at IS NULL
            AND (d.about IS NULL OR NOT EXISTS (SELECT 1 FROM deliveries c WHERE c.account = d.account
                AND c.handoff = d.handoff AND c.about IS NULL AND c.state = 'pending' AND c.copy IS NULL))""",
    "no lease is older than its time while something is due there": """
        SELECT l.id || ' is leased by ' || coalesce(l.leased_by, 'nobody') FROM lanes l
        WHERE l.account = :account AND l.leased_until < :long_ago
            AND (l.paused_until IS NULL OR l.paused_until < :long_ago)
            AND EXISTS (SELECT 1 FROM deliveries d WHERE d.account = l.account AND d.lane = l.id
                AND d.state = 'pending' AND d.due_at < :long_ago)""",
    "every change of the last days has used up the key of its gesture": """
        SELECT h.id || ': ' || coalesce(s.lately, 0) || ' changes, ' || coalesce(u.keys, 0) || ' keys'
        FROM handoffs h LEFT JOIN story s ON s.handoff = h.id LEFT JOIN used u ON u.handoff = h.id
        WHERE h.account = :account AND coalesce(s.lately, 0) <> coalesce(u.keys, 0)""",
    "no post is in doubt once it is known to be up": """
        SELECT d.key FROM deliveries d
        WHERE d.account = :account AND d.copy IS NOT NULL AND d.tried_at IS NOT NULL""",
    "what is done has been sent": """
        SELECT d.key FROM deliveries d WHERE d.account = :account AND d.state = 'done'
            AND (d.copy IS NULL OR d.sent_at IS NULL OR d.first_sent_at IS NULL OR d.done <> d.wanted)""",
    "what was given up has a reason and a time": """
        SELECT d.key FROM deliveries d WHERE d.account = :account AND d.state = 'dead'
            AND (coalesce(d.last_error, '') = '' OR d.failed_at IS NULL)""",
    "what was given up while it mattered was owed to the escalator": """
        SELECT d.key FROM deliveries d JOIN handoffs h ON h.account = d.account AND h.id = d.handoff
        WHERE d.account = :account AND d.state = 'dead' AND h.status <> 'resolved'
            AND (d.about IS NULL OR d.about = 'aimed_at_you')
            AND NOT EXISTS (SELECT 1 FROM deliveries n
                WHERE n.account = d.account AND n.key = 'say:unreached:' || d.key)""",
    "whatever is referred to is there, in the same account": "{references}",
}


def _references() -> Iterator[str]:
    """Every row that refers to one that is not there: the tables' own foreign keys, asked anew."""
    for table in metadata.sorted_tables:
        identity = " || ' ' || ".join(f"t.{column.name}" for column in table.primary_key if column.name != "account")
        for key in table.foreign_key_constraints:
            pairs = [(element.parent.name, element.column.name) for element in key.elements]
            there = " AND ".join(f'p."{theirs}" = t."{ours}"' for ours, theirs in pairs)
            given = " AND ".join(f't."{ours}" IS NOT NULL' for ours, _ in pairs)
            yield (
                f"SELECT '{table.name} ' || {identity} || ' (' || '{pairs[-1][0]}' || ')' FROM {table.name} t "  # noqa: S608 - our own names
                f"WHERE t.account = :account AND {given} "
                f"AND NOT EXISTS (SELECT 1 FROM {key.referred_table.name} p WHERE {there})"
            )


def _audit(minute: str) -> sa.TextualSelect:
    words = {"minute": minute, "references": " UNION ALL ".join(_references())}
    asked = [
        f"SELECT * FROM (SELECT {number} AS rule, found.* FROM ({query.format(**words)}) found "  # noqa: S608 - our own
        f"LIMIT {MOST_ROWS}) rule_{number}"
        for number, query in enumerate(RULES.values())
    ]
    statement = sa.text(f"WITH {_COLLECTED} {' UNION ALL '.join(asked)}")
    statement = statement.bindparams(ACCOUNT, instant("kept"), instant("long_ago"))
    return statement.columns(sa.column("rule", sa.Integer()), sa.column("broken", sa.Text()))


AUDIT: Mapping[Dialect, sa.TextualSelect] = {
    "sqlite": _audit("60000000"),
    "postgresql": _audit("interval '1 minute'"),
}


def values(account: str, now: datetime) -> Params:
    """What the audit is asked with."""
    return {"account": account, "kept": now - KEPT + MARGIN, "long_ago": now - FORGOTTEN}


def to_findings(rows: Sequence[Row]) -> Sequence[Finding]:
    """The rules that are broken, in their order."""
    names = list(RULES)
    broken: dict[int, list[str]] = {}
    for row in rows:
        broken.setdefault(row.rule, []).append(row.broken)
    return [Finding(names[number], tuple(found)) for number, found in sorted(broken.items())]
