"""What happened: handoffs, claims, history that can't be changed, and the gestures that made them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.migrations.walls import append_only, wall

revision = "0002"
down_revision = "0001"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "handoffs",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("tried", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("escalator", sa.Text(), nullable=False),
        sa.Column("origin_platform", sa.Text(), nullable=False),
        sa.Column("origin_workspace", sa.Text(), nullable=False),
        sa.Column("origin_user", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("claimer", sa.Text(), nullable=True),
        sa.Column("claimed_at", _INSTANT, nullable=True),
        sa.Column("resolver", sa.Text(), nullable=True),
        sa.Column("resolved_at", _INSTANT, nullable=True),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("follows", sa.Text(), nullable=True),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("forgotten_at", _INSTANT, nullable=True),
        sa.CheckConstraint("(status = 'resolved') = (resolver IS NOT NULL)", name=op.f("ck_handoffs_resolved")),
        sa.CheckConstraint("intent IN ('escalate', 'park')", name=op.f("ck_handoffs_intent")),
        sa.CheckConstraint("problem <> '' OR forgotten_at IS NOT NULL", name=op.f("ck_handoffs_problem")),
        sa.CheckConstraint("forgotten_at IS NULL OR status = 'resolved'", name=op.f("ck_handoffs_forgotten")),
        sa.CheckConstraint("resolution = '' OR resolver IS NOT NULL", name=op.f("ck_handoffs_note")),
        sa.CheckConstraint("status <> 'claimed' OR claimer IS NOT NULL", name=op.f("ck_handoffs_claimed")),
        sa.CheckConstraint("status <> 'open' OR claimer IS NULL", name=op.f("ck_handoffs_open")),
        sa.CheckConstraint("status IN ('open', 'claimed', 'resolved')", name=op.f("ck_handoffs_status")),
        sa.CheckConstraint("(claimer IS NULL) = (claimed_at IS NULL)", name=op.f("ck_handoffs_claim")),
        sa.CheckConstraint("(resolver IS NULL) = (resolved_at IS NULL)", name=op.f("ck_handoffs_resolution")),
        sa.CheckConstraint(
            "claimed_at >= created_at AND resolved_at >= created_at AND resolved_at >= claimed_at",
            name=op.f("ck_handoffs_order"),
        ),
        sa.CheckConstraint("escalator <> claimer", name=op.f("ck_handoffs_claimer")),
        sa.CheckConstraint("escalator <> target", name=op.f("ck_handoffs_target")),
        sa.CheckConstraint("follows <> id", name=op.f("ck_handoffs_follows")),
        sa.CheckConstraint("priority BETWEEN 0 AND 3", name=op.f("ck_handoffs_priority")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_handoffs_version")),
        _to("handoffs", "claimer", "people"),
        _to("handoffs", "escalator", "people"),
        _to("handoffs", "follows", "handoffs"),
        _to("handoffs", "resolver", "people"),
        _to("handoffs", "target", "people"),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_handoffs")),
    )
    op.create_index(
        "ix_handoffs_ticket", "handoffs", ["account", "ticket", "created_at", "id"], **_where("ticket <> ''")
    )
    op.create_index(
        "ix_handoffs_queue",
        "handoffs",
        ["account", sa.literal_column("priority DESC"), "created_at", "id"],
        **_where("claimer IS NULL AND resolver IS NULL"),
    )
    follows = _where("follows IS NOT NULL")
    op.create_index("ix_handoffs_follows", "handoffs", ["account", "follows"], **follows)
    kept = _where("status = 'resolved' AND forgotten_at IS NULL")
    op.create_index("ix_handoffs_kept", "handoffs", ["account", "resolved_at"], **kept)
    op.create_table(
        "claims",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("handoff", sa.Text(), nullable=False),
        sa.Column("claimer", sa.Text(), nullable=False),
        sa.Column("claimed_at", _INSTANT, nullable=False),
        sa.Column("first_action_at", _INSTANT, nullable=True),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("how", sa.Text(), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (how IS NULL)", name=op.f("ck_claims_end")),
        sa.CheckConstraint("ended_at >= claimed_at", name=op.f("ck_claims_length")),
        sa.CheckConstraint(
            "first_action_at >= claimed_at AND first_action_at <= ended_at", name=op.f("ck_claims_first_action")
        ),
        _to("claims", "claimer", "people"),
        _to("claims", "handoff", "handoffs"),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_claims")),
    )
    op.create_index("ix_claims_held", "claims", ["account", "handoff", "claimer"])
    op.create_index("uq_claims_now", "claims", ["account", "handoff"], unique=True, **_where("ended_at IS NULL"))
    op.create_table(
        "events",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("handoff", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("platform", sa.Text(), nullable=True),
        sa.Column("workspace", sa.Text(), nullable=True),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("subject", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("was", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("became", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint("(platform IS NULL) = (workspace IS NULL)", name=op.f("ck_events_place")),
        _to("events", "handoff", "handoffs"),
        _to("events", "person", "people"),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_events_account")),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_of_account", "events", ["account", "id"], **_where("handoff IS NULL"))
    op.create_table(
        "requests",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("handoff", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=True),
        sa.Column("by_at", _INSTANT, nullable=True),
        _to("requests", "by_person", "people"),
        _to("requests", "handoff", "handoffs"),
        sa.PrimaryKeyConstraint("account", "key", name=op.f("pk_requests")),
    )
    op.create_index("ix_requests_at", "requests", ["account", "at"])
    append_only("events")
    for table in ("handoffs", "claims", "events", "requests"):
        wall(table)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _to(table: str, column: str, target: str, key: str = "id") -> sa.ForeignKeyConstraint:
    """A reference to a row of the same account."""
    columns = [f"{target}.account", f"{target}.{key}"]
    return sa.ForeignKeyConstraint(["account", column], columns, name=op.f(f"fk_{table}_account_{column}"))
