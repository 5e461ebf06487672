"""Who: accounts, their workspaces, and their people as platforms know them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.migrations.walls import wall

revision = "0001"
down_revision = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """Make them."""
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
        sa.Column("removed_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_workspaces_account")),
        sa.PrimaryKeyConstraint("platform", "workspace", name=op.f("pk_workspaces")),
    )
    op.create_index("ix_workspaces_account", "workspaces", ["account"])
    op.create_table(
        "one_time",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("platform", sa.Text(), nullable=True),
        sa.Column("workspace", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.CheckConstraint("purpose IN ('state', 'workspace', 'person')", name=op.f("ck_one_time_purpose")),
        sa.CheckConstraint("(purpose = 'state') = (account IS NULL)", name=op.f("ck_one_time_account")),
        sa.CheckConstraint("(account IS NULL) = (platform IS NULL)", name=op.f("ck_one_time_platform")),
        sa.CheckConstraint("(account IS NULL) = (workspace IS NULL)", name=op.f("ck_one_time_workspace")),
        sa.CheckConstraint("(account IS NULL) = (user_id IS NULL)", name=op.f("ck_one_time_user")),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_one_time_account")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_one_time")),
    )
    op.create_index("ix_one_time_expires", "one_time", ["expires_at"])
    op.create_table(
        "installations",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("configured", sa.Boolean(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("installer", sa.Text(), nullable=True),
        sa.Column("installed_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_installations_account")),
        sa.ForeignKeyConstraint(
            ["platform", "workspace"],
            ["workspaces.platform", "workspaces.workspace"],
            name=op.f("fk_installations_platform_workspace"),
        ),
        sa.PrimaryKeyConstraint("account", "platform", "workspace", name=op.f("pk_installations")),
    )
    op.create_table(
        "people",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Integer(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
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
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("met_as", sa.Text(), nullable=True),
        sa.Column("met_at", _INSTANT, nullable=False),
        sa.CheckConstraint("standing IN ('active', 'deactivated', 'bot')", name=op.f("ck_identities_standing")),
        sa.CheckConstraint("how IN ('met', 'address', 'code')", name=op.f("ck_identities_how")),
        sa.CheckConstraint("met_as IS NULL OR how = 'code'", name=op.f("ck_identities_met_as")),
        _to("identities", "met_as", "people"),
        _to("identities", "person", "people"),
        sa.PrimaryKeyConstraint("account", "platform", "workspace", "user_id", name=op.f("pk_identities")),
    )
    op.create_index("ix_identities_email", "identities", ["account", "email"], **_where("email IS NOT NULL"))
    op.create_index("ix_identities_person", "identities", ["account", "person"])
    wall("accounts", "id")
    for table in ("installations", "people", "identities"):
        wall(table)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _to(table: str, column: str, target: str, key: str = "id") -> sa.ForeignKeyConstraint:
    """A reference to a row of the same account."""
    columns = [f"{target}.account", f"{target}.{key}"]
    return sa.ForeignKeyConstraint(["account", column], columns, name=op.f(f"fk_{table}_account_{column}"))
