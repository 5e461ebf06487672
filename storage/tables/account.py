"""The tables of who: accounts, their workspaces, and their people as platforms know them."""

import sqlalchemy as sa
from sqlalchemy import CheckConstraint as Check
from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, Table, Text

from storage.tables.parts import account, key, metadata, text, to, where
from storage.types import Instant

accounts = Table(
    "accounts",
    metadata,
    key("id"),
    text("name"),
    text("settings", "'{}'"),
    Column("created_at", Instant, nullable=False),
)

# Outside the wall of row-level security: it says which account a workspace belongs to, and nothing else.
workspaces = Table(
    "workspaces",
    metadata,
    key("platform"),
    key("workspace"),
    text("account"),
    Column("removed_at", Instant),
    account(),
)
Index("ix_workspaces_account", workspaces.c.account)

# Outside the wall as well: whoever shows a secret that works once doesn't know whose it is. Only digests are kept.
one_time = Table(
    "one_time",
    metadata,
    key("digest"),
    text("purpose"),
    Column("account", Text),
    Column("platform", Text),
    Column("workspace", Text),
    Column("user_id", Text),
    Column("expires_at", Instant, nullable=False),
    account(),
    Check("purpose IN ('state', 'workspace', 'person')", name="purpose"),
    Check("(purpose = 'state') = (account IS NULL)", name="account"),
    Check("(account IS NULL) = (platform IS NULL)", name="platform"),
    Check("(account IS NULL) = (workspace IS NULL)", name="workspace"),
    Check("(account IS NULL) = (user_id IS NULL)", name="user"),
)
Index("ix_one_time_expires", one_time.c.expires_at)

# What a platform gave us in a workspace. The token is sealed; it is "" where there is none, or where the operator's
# settings hold it.
installations = Table(
    "installations",
    metadata,
    key("account"),
    key("platform"),
    key("workspace"),
    text("name"),
    Column("configured", sa.Boolean, nullable=False),
    text("token"),
    text("facts"),
    Column("installer", Text),
    Column("installed_at", Instant, nullable=False),
    account(),
    ForeignKeyConstraint(["platform", "workspace"], ["workspaces.platform", "workspaces.workspace"]),
)

people = Table(
    "people",
    metadata,
    key("account"),
    key("id"),
    text("name"),
    Column("role", Integer, nullable=False),
    # Whether somebody chose the role; else it follows the account's default.
    Column("given", sa.Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    account(),
    Check("role BETWEEN 0 AND 3", name="role"),
)

identities = Table(
    "identities",
    metadata,
    key("account"),
    key("platform"),
    key("workspace"),
    key("user_id"),
    text("person"),
    Column("email", Text),
    Column("member", sa.Boolean, nullable=False),
    text("standing"),
    text("how"),
    # The person that it was before it was linked by a code, to be again when that is undone.
    Column("met_as", Text),
    Column("met_at", Instant, nullable=False),
    to("people", "person"),
    to("people", "met_as"),
    Check("standing IN ('active', 'deactivated', 'bot')", name="standing"),
    Check("how IN ('met', 'address', 'code')", name="how"),
    Check("met_as IS NULL OR how = 'code'", name="met_as"),
)
Index("ix_identities_person", identities.c.account, identities.c.person)
Index("ix_identities_email", identities.c.account, identities.c.email, **where("email IS NOT NULL"))
