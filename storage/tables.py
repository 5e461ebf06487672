"""The tables. Account is part of every key; constraints make a wrong state impossible to store."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint as Check
from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, Table, Text

from storage.types import Instant

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def _text(name: str, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _to(table: str, column: str) -> ForeignKeyConstraint:
    """A reference to a row of the same account; it can't leave the account."""
    return ForeignKeyConstraint(["account", column], [f"{table}.account", f"{table}.id"])


def _account() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["account"], ["accounts.id"])


def _where(condition: str) -> dict[str, Any]:
    """What makes an index a partial one."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


accounts = Table(
    "accounts",
    metadata,
    _key("id"),
    _text("name"),
    _text("settings", "{}"),
    Column("created_at", Instant, nullable=False),
)

# Outside the wall of row-level security: it says which account a workspace belongs to, and nothing else.
workspaces = Table(
    "workspaces",
    metadata,
    _key("platform"),
    _key("workspace"),
    _text("account"),
    _account(),
)
Index("ix_workspaces_account", workspaces.c.account)

people = Table(
    "people",
    metadata,
    _key("account"),
    _key("id"),
    _text("name"),
    Column("role", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    _account(),
    Check("role BETWEEN 0 AND 3", name="role"),
)

identities = Table(
    "identities",
    metadata,
    _key("account"),
    _key("platform"),
    _key("workspace"),
    _key("user_id"),
    _text("person"),
    Column("email", Text),
    Column("member", sa.Boolean, nullable=False),
    Column("met_at", Instant, nullable=False),
    _to("people", "person"),
)
Index("ix_identities_person", identities.c.account, identities.c.person)
Index("ix_identities_email", identities.c.account, identities.c.email, **_where("email IS NOT NULL"))

lanes = Table(
    "lanes",
    metadata,
    _key("account"),
    _key("id"),
    _text("platform"),
    _text("workspace"),
    _text("address"),
    Column("private", sa.Boolean, nullable=False),
    Column("paused_until", Instant),
    Column("leased_by", Text),
    Column("leased_until", Instant),
    _account(),
    Check("(leased_by IS NULL) = (leased_until IS NULL)", name="lease"),
    Check("id = platform || ':' || workspace || ':' || address", name="id"),
)

rooms = Table(
    "rooms",
    metadata,
    _key("account"),
    _key("id"),
    _text("lane"),
    _text("name"),
    Column("added_at", Instant, nullable=False),
    Column("position", Integer, nullable=False),
    Column("retired_at", Instant),
    _to("lanes", "lane"),
    sa.UniqueConstraint("account", "lane"),
)

handoffs = Table(
    "handoffs",
    metadata,
    _key("account"),
    _key("id"),
    Column("version", Integer, nullable=False),
    _text("intent"),
    _text("status"),
    Column("priority", Integer, nullable=False),
    _text("problem"),
    _text("tried"),
    _text("customer"),
    _text("ticket"),
    _text("escalator"),
    _text("origin_platform"),
    _text("origin_workspace"),
    _text("origin_user"),
    Column("target", Text),
    Column("claimer", Text),
    Column("claimed_at", Instant),
    Column("resolver", Text),
    Column("resolved_at", Instant),
    _text("resolution"),
    Column("follows", Text),
    Column("created_at", Instant, nullable=False),
    _to("people", "escalator"),
    _to("people", "target"),
    _to("people", "claimer"),
    _to("people", "resolver"),
    _to("handoffs", "follows"),
    Check("version >= 1", name="version"),
    Check("intent IN ('escalate', 'park')", name="intent"),
    Check("status IN ('open', 'claimed', 'resolved')", name="status"),
    Check("priority BETWEEN 0 AND 3", name="priority"),
    Check("problem <> ''", name="problem"),
    Check("escalator <> target", name="target"),
    Check("escalator <> claimer", name="claimer"),
    Check("follows <> id", name="follows"),
    Check("(claimer IS NULL) = (claimed_at IS NULL)", name="claim"),
    Check("(resolver IS NULL) = (resolved_at IS NULL)", name="resolution"),
    Check("(status = 'resolved') = (resolver IS NOT NULL)", name="resolved"),
    Check("status <> 'open' OR claimer IS NULL", name="open"),
    Check("status <> 'claimed' OR claimer IS NOT NULL", name="claimed"),
    Check("resolution = '' OR resolver IS NOT NULL", name="note"),
    Check("claimed_at >= created_at AND resolved_at >= created_at AND resolved_at >= claimed_at", name="order"),
)
Index(
    "ix_handoffs_ticket",
    handoffs.c.account,
    handoffs.c.ticket,
    handoffs.c.created_at,
    handoffs.c.id,
    **_where("ticket <> ''"),
)

claims = Table(
    "claims",
    metadata,
    _key("account"),
    _key("id"),
    _text("handoff"),
    _text("claimer"),
    Column("claimed_at", Instant, nullable=False),
    Column("first_action_at", Instant),
    Column("ended_at", Instant),
    Column("how", Text),
    _to("handoffs", "handoff"),
    _to("people", "claimer"),
    Check("(ended_at IS NULL) = (how IS NULL)", name="end"),
    Check("ended_at >= claimed_at", name="length"),
    Check("first_action_at >= claimed_at AND first_action_at <= ended_at", name="first_action"),
)
Index("uq_claims_now", claims.c.account, claims.c.handoff, unique=True, **_where("ended_at IS NULL"))

# Append-only: a trigger refuses every UPDATE.
events = Table(
    "events",
    metadata,
    _key("account"),
    _key("id"),
    Column("handoff", Text),
    _text("name"),
    Column("person", Text),
    Column("platform", Text),
    Column("workspace", Text),
    Column("at", Instant, nullable=False),
    _account(),
    _to("handoffs", "handoff"),
    _to("people", "person"),
    Check("(platform IS NULL) = (workspace IS NULL)", name="place"),
)

deliveries = Table(
    "deliveries",
    metadata,
    _key("account"),
    _key("key"),
    _text("lane"),
    _text("handoff"),
    Column("about", Text),
    Column("event", Text),
    Column("room", Text),
    Column("priority", Integer, nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    _text("state"),
    Column("due_at", Instant),
    Column("attempts", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("last_error", Text),
    Column("last_attempt_at", Instant),
    Column("failed_at", Instant),
    Column("first_sent_at", Instant),
    Column("sent_at", Instant),
    # The post that was begun and of which nobody knows yet how it ended.
    Column("tried_at", Instant),
    Column("tried_version", Integer),
    Column("copy", Text),
    Column("link", Text),
    # The delivery that was given up, if this one tells of it.
    Column("of", Text),
    Column("created_at", Instant, nullable=False),
    _to("lanes", "lane"),
    _to("handoffs", "handoff"),
    _to("events", "event"),
    _to("rooms", "room"),
    ForeignKeyConstraint(["account", "of"], ["deliveries.account", "deliveries.key"]),
    Check("(about IS NULL) = (room IS NOT NULL)", name="card"),
    Check("(about IS NULL) = (event IS NULL)", name="notice"),
    Check("done >= 0 AND wanted >= done AND wanted >= 1", name="versions"),
    Check("state IN ('pending', 'done', 'dead', 'superseded')", name="state"),
    Check(
        "(state = 'pending' AND done < wanted) OR (state = 'done' AND done = wanted) "
        "OR state IN ('dead', 'superseded')",
        name="owed",
    ),
    Check("state = 'pending' OR due_at IS NULL", name="due"),
    Check("failures >= 0 AND attempts >= failures", name="attempts"),
    Check("(tried_at IS NULL) = (tried_version IS NULL) AND (copy IS NULL OR tried_at IS NULL)", name="tried"),
    Check('"of" IS NULL OR about IS NOT NULL', name="of"),
    Check("priority BETWEEN 0 AND 3", name="priority"),
)
_d = deliveries.c
# The next of a lane: the most urgent, then what nobody has seen, then the oldest. Only what is owed is in it.
_next = (_d.account, _d.lane, _d.priority.desc(), _d.copy.is_not(None), _d.created_at, _d.key)
Index("ix_deliveries_owed", *_next, **_where("state = 'pending'"))
Index("ix_deliveries_due", _d.account, _d.lane, _d.due_at, **_where("state = 'pending' AND due_at IS NOT NULL"))
Index("ix_deliveries_handoff", _d.account, _d.handoff)
Index("ix_deliveries_dead", _d.account, _d.created_at, **_where("state = 'dead'"))

# When the platforms' limits allow the whole burst again, by the lane's id or the workspace's, and the limit's name.
paces = Table(
    "paces",
    metadata,
    _key("account"),
    _key("name"),
    Column("full_at", Instant, nullable=False),
    _account(),
)

requests = Table(
    "requests",
    metadata,
    _key("account"),
    _key("key"),
    Column("at", Instant, nullable=False),
    _text("handoff"),
    _text("verdict"),
    Column("by_person", Text),
    Column("by_at", Instant),
    _to("handoffs", "handoff"),
    _to("people", "by_person"),
)
Index("ix_requests_at", requests.c.account, requests.c.at)
