"""The tables of what is owed to whom: conversations, the rooms among them, deliveries, and the platforms' pace."""

import sqlalchemy as sa
from sqlalchemy import CheckConstraint as Check
from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, Table, Text

from storage.tables.parts import account, key, metadata, text, to, where
from storage.types import Instant

lanes = Table(
    "lanes",
    metadata,
    key("account"),
    key("id"),
    text("platform"),
    text("workspace"),
    text("address"),
    Column("private", sa.Boolean, nullable=False),
    Column("paused_until", Instant),
    Column("leased_by", Text),
    Column("leased_until", Instant),
    account(),
    Check("(leased_by IS NULL) = (leased_until IS NULL)", name="lease"),
    Check("id = platform || ':' || workspace || ':' || address", name="id"),
)

rooms = Table(
    "rooms",
    metadata,
    key("account"),
    key("id"),
    text("lane"),
    text("name"),
    Column("added_at", Instant, nullable=False),
    Column("position", Integer, nullable=False),
    # Named by the operator's settings, which alone add and retire it.
    Column("configured", sa.Boolean, nullable=False),
    # The priority from which on escalations are shown.
    Column("least", Integer, nullable=False),
    # What holds the room on its platform, "" if nothing does: with it, the room is lost.
    text("place"),
    Column("retired_at", Instant),
    to("lanes", "lane"),
    sa.UniqueConstraint("account", "lane"),
    Check("least BETWEEN 0 AND 3", name="least"),
)

deliveries = Table(
    "deliveries",
    metadata,
    key("account"),
    key("key"),
    text("lane"),
    # None for news alone, which are about the account.
    Column("handoff", Text),
    Column("about", Text),
    Column("event", Text),
    Column("room", Text),
    Column("priority", Integer, nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    text("state"),
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
    to("lanes", "lane"),
    to("handoffs", "handoff"),
    to("events", "event"),
    to("rooms", "room"),
    ForeignKeyConstraint(["account", "of"], ["deliveries.account", "deliveries.key"]),
    Check("(about IS NULL) = (room IS NOT NULL)", name="card"),
    Check("(about IS NULL) = (event IS NULL)", name="notice"),
    Check("(handoff IS NULL) = (coalesce(about, '') = 'news')", name="news"),
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
Index("ix_deliveries_owed", *_next, **where("state = 'pending'"))
Index("ix_deliveries_due", _d.account, _d.lane, _d.due_at, **where("state = 'pending' AND due_at IS NOT NULL"))
Index("ix_deliveries_handoff", _d.account, _d.handoff)
Index("ix_deliveries_of", _d.account, _d.of, **where('"of" IS NOT NULL'))
Index("ix_deliveries_dead", _d.account, _d.created_at, **where("state = 'dead'"))

# When the platforms' limits allow the whole burst again, by the lane's id or the workspace's, and the limit's name.
paces = Table(
    "paces",
    metadata,
    key("account"),
    key("name"),
    Column("full_at", Instant, nullable=False),
    account(),
)
