"""What is owed to whom: conversations, the rooms among them, deliveries, and the platforms' pace."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.migrations.walls import door, wall

revision = "0003"
down_revision = "0002"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "lanes",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("paused_until", _INSTANT, nullable=True),
        sa.Column("leased_by", sa.Text(), nullable=True),
        sa.Column("leased_until", _INSTANT, nullable=True),
        sa.CheckConstraint("id = platform || ':' || workspace || ':' || address", name=op.f("ck_lanes_id")),
        sa.CheckConstraint("(leased_by IS NULL) = (leased_until IS NULL)", name=op.f("ck_lanes_lease")),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_lanes_account")),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_lanes")),
    )
    op.create_table(
        "rooms",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added_at", _INSTANT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("configured", sa.Boolean(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("retired_at", _INSTANT, nullable=True),
        _to("rooms", "lane", "lanes"),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_rooms")),
        sa.UniqueConstraint("account", "lane", name=op.f("uq_rooms_account_lane")),
        sa.CheckConstraint("least BETWEEN 0 AND 3", name=op.f("ck_rooms_least")),
    )
    op.create_table(
        "deliveries",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("handoff", sa.Text(), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("event", sa.Text(), nullable=True),
        sa.Column("room", sa.Text(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("last_attempt_at", _INSTANT, nullable=True),
        sa.Column("failed_at", _INSTANT, nullable=True),
        sa.Column("first_sent_at", _INSTANT, nullable=True),
        sa.Column("sent_at", _INSTANT, nullable=True),
        sa.Column("tried_at", _INSTANT, nullable=True),
        sa.Column("tried_version", sa.Integer(), nullable=True),
        sa.Column("copy", sa.Text(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("of", sa.Text(), nullable=True),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.CheckConstraint(
            "(state = 'pending' AND done < wanted) OR (state = 'done' AND done = wanted) "
            "OR state IN ('dead', 'superseded')",
            name=op.f("ck_deliveries_owed"),
        ),
        sa.CheckConstraint("state = 'pending' OR due_at IS NULL", name=op.f("ck_deliveries_due")),
        sa.CheckConstraint("state IN ('pending', 'done', 'dead', 'superseded')", name=op.f("ck_deliveries_state")),
        sa.CheckConstraint("(about IS NULL) = (event IS NULL)", name=op.f("ck_deliveries_notice")),
        sa.CheckConstraint("(handoff IS NULL) = (coalesce(about, '') = 'news')", name=op.f("ck_deliveries_news")),
        sa.CheckConstraint("(about IS NULL) = (room IS NOT NULL)", name=op.f("ck_deliveries_card")),
        sa.CheckConstraint("failures >= 0 AND attempts >= failures", name=op.f("ck_deliveries_attempts")),
        sa.CheckConstraint(
            "(tried_at IS NULL) = (tried_version IS NULL) AND (copy IS NULL OR tried_at IS NULL)",
            name=op.f("ck_deliveries_tried"),
        ),
        sa.CheckConstraint('"of" IS NULL OR about IS NOT NULL', name=op.f("ck_deliveries_of")),
        sa.CheckConstraint("done >= 0 AND wanted >= done AND wanted >= 1", name=op.f("ck_deliveries_versions")),
        sa.CheckConstraint("priority BETWEEN 0 AND 3", name=op.f("ck_deliveries_priority")),
        _to("deliveries", "event", "events"),
        _to("deliveries", "handoff", "handoffs"),
        _to("deliveries", "lane", "lanes"),
        _to("deliveries", "room", "rooms"),
        _to("deliveries", "of", "deliveries", "key"),
        sa.PrimaryKeyConstraint("account", "key", name=op.f("pk_deliveries")),
    )
    op.create_index("ix_deliveries_of", "deliveries", ["account", "of"], **_where('"of" IS NOT NULL'))
    op.create_index("ix_deliveries_dead", "deliveries", ["account", "created_at"], **_where("state = 'dead'"))
    due = _where("state = 'pending' AND due_at IS NOT NULL")
    op.create_index("ix_deliveries_due", "deliveries", ["account", "lane", "due_at"], **due)
    op.create_index("ix_deliveries_handoff", "deliveries", ["account", "handoff"])
    op.create_index(
        "ix_deliveries_owed",
        "deliveries",
        ["account", "lane", sa.literal_column("priority DESC"), sa.text("(copy IS NOT NULL)"), "created_at", "key"],
        **_where("state = 'pending'"),
    )
    op.create_table(
        "paces",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_paces_account")),
        sa.PrimaryKeyConstraint("account", "name", name=op.f("pk_paces")),
    )
    for table in ("lanes", "rooms", "deliveries", "paces"):
        wall(table)
    door("deliveries", "SELECT")
    door("lanes", "SELECT")
    door("lanes", "UPDATE")


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _to(table: str, column: str, target: str, key: str = "id") -> sa.ForeignKeyConstraint:
    """A reference to a row of the same account."""
    columns = [f"{target}.account", f"{target}.{key}"]
    return sa.ForeignKeyConstraint(["account", column], columns, name=op.f(f"fk_{table}_account_{column}"))
