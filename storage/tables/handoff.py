"""The tables of what happened: handoffs, claims, history, and the gestures that made them."""

from sqlalchemy import CheckConstraint as Check
from sqlalchemy import Column, Index, Integer, Table, Text

from storage.tables.parts import account, key, metadata, text, to, where
from storage.types import Instant

handoffs = Table(
    "handoffs",
    metadata,
    key("account"),
    key("id"),
    Column("version", Integer, nullable=False),
    text("intent"),
    text("status"),
    Column("priority", Integer, nullable=False),
    text("problem"),
    text("tried"),
    text("customer"),
    text("ticket"),
    text("escalator"),
    text("origin_platform"),
    text("origin_workspace"),
    text("origin_user"),
    Column("target", Text),
    Column("claimer", Text),
    Column("claimed_at", Instant),
    Column("resolver", Text),
    Column("resolved_at", Instant),
    text("resolution"),
    Column("follows", Text),
    Column("created_at", Instant, nullable=False),
    # When its captured text was taken out of it.
    Column("forgotten_at", Instant),
    to("people", "escalator"),
    to("people", "target"),
    to("people", "claimer"),
    to("people", "resolver"),
    to("handoffs", "follows"),
    Check("version >= 1", name="version"),
    Check("intent IN ('escalate', 'park')", name="intent"),
    Check("status IN ('open', 'claimed', 'resolved')", name="status"),
    Check("priority BETWEEN 0 AND 3", name="priority"),
    Check("problem <> '' OR forgotten_at IS NOT NULL", name="problem"),
    Check("forgotten_at IS NULL OR status = 'resolved'", name="forgotten"),
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
    **where("ticket <> ''"),
)
# Said so that no statement that names a status is taken to mean this: PostgreSQL would look for a handoff that is
# claimed in all that is open, by a plan made for empty tables, and not by its key.
Index(
    "ix_handoffs_queue",
    handoffs.c.account,
    handoffs.c.priority.desc(),
    handoffs.c.created_at,
    handoffs.c.id,
    **where("claimer IS NULL AND resolver IS NULL"),
)
# What refers to a row is looked for when the row goes, with its whole account.
Index("ix_handoffs_follows", handoffs.c.account, handoffs.c.follows, **where("follows IS NOT NULL"))
Index(
    "ix_handoffs_kept",
    handoffs.c.account,
    handoffs.c.resolved_at,
    **where("status = 'resolved' AND forgotten_at IS NULL"),
)

claims = Table(
    "claims",
    metadata,
    key("account"),
    key("id"),
    text("handoff"),
    text("claimer"),
    Column("claimed_at", Instant, nullable=False),
    Column("first_action_at", Instant),
    Column("ended_at", Instant),
    Column("how", Text),
    to("handoffs", "handoff"),
    to("people", "claimer"),
    Check("(ended_at IS NULL) = (how IS NULL)", name="end"),
    Check("ended_at >= claimed_at", name="length"),
    Check("first_action_at >= claimed_at AND first_action_at <= ended_at", name="first_action"),
)
# Whoever ever held a handoff may read it for good, which is asked with every gesture on one that is over.
Index("ix_claims_held", claims.c.account, claims.c.handoff, claims.c.claimer)
Index("uq_claims_now", claims.c.account, claims.c.handoff, unique=True, **where("ended_at IS NULL"))

# Append-only: a trigger refuses every UPDATE.
events = Table(
    "events",
    metadata,
    key("account"),
    key("id"),
    Column("handoff", Text),
    text("name"),
    Column("person", Text),
    Column("platform", Text),
    Column("workspace", Text),
    Column("at", Instant, nullable=False),
    # What it happened to, and how that stood before and after; no captured text.
    text("subject", "''"),
    text("was", "''"),
    text("became", "''"),
    account(),
    to("handoffs", "handoff"),
    to("people", "person"),
    Check("(platform IS NULL) = (workspace IS NULL)", name="place"),
)
Index("ix_events_of_account", events.c.account, events.c.id, **where("handoff IS NULL"))

requests = Table(
    "requests",
    metadata,
    key("account"),
    key("key"),
    Column("at", Instant, nullable=False),
    text("handoff"),
    text("verdict"),
    Column("by_person", Text),
    Column("by_at", Instant),
    to("handoffs", "handoff"),
    to("people", "by_person"),
)
Index("ix_requests_at", requests.c.account, requests.c.at)
