"""The first schema: every table, what must hold in it, and the wall around each account."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.migrations.walls import append_only, door, wall

revision = "0001"
down_revision = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """Make everything."""
    _account()
    _handoffs()
    _ledger()
    append_only("events")
    wall("accounts", "id")
    for table in ("people", "identities", "handoffs", "claims", "events", "requests"):
        wall(table)
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


def _account() -> None:
    """Who: the account, its workspaces, its people as platforms know them."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), server_default="{}", nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
    )
    op.create_table(
        "workspaces",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_workspaces_account")),
        sa.PrimaryKeyConstraint("platform", "workspace", name=op.f("pk_workspaces")),
    )
    op.create_index("ix_workspaces_account", "workspaces", ["account"])
    op.create_table(
        "people",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Integer(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.CheckConstraint("role BETWEEN 0 AND 3", name=op.f("ck_people_role")),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_people_account")),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_people")),
    )
    op.create_table(
        "identities",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("member", sa.Boolean(), nullable=False),
        sa.Column("met_at", _INSTANT, nullable=False),
        _to("identities", "person", "people"),
        sa.PrimaryKeyConstraint("account", "platform", "workspace", "user_id", name=op.f("pk_identities")),
    )
    op.create_index("ix_identities_email", "identities", ["account", "email"], **_where("email IS NOT NULL"))
    op.create_index("ix_identities_person", "identities", ["account", "person"])


def _handoffs() -> None:
    """What: the records, the periods in which somebody held them, history, and the gestures answered."""
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
        sa.CheckConstraint("(status = 'resolved') = (resolver IS NOT NULL)", name=op.f("ck_handoffs_resolved")),
        sa.CheckConstraint("intent IN ('escalate', 'park')", name=op.f("ck_handoffs_intent")),
        sa.CheckConstraint("problem <> ''", name=op.f("ck_handoffs_problem")),
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
        sa.CheckConstraint("(platform IS NULL) = (workspace IS NULL)", name=op.f("ck_events_place")),
        _to("events", "handoff", "handoffs"),
        _to("events", "person", "people"),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_events_account")),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_events")),
    )
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


def _ledger() -> None:
    """Where: conversations, the rooms among them, and what is owed to them."""
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
        sa.Column("retired_at", _INSTANT, nullable=True),
        _to("rooms", "lane", "lanes"),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_rooms")),
        sa.UniqueConstraint("account", "lane", name=op.f("uq_rooms_account_lane")),
    )
    op.create_table(
        "deliveries",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("handoff", sa.Text(), nullable=False),
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
