"""What plain DDL does not say: the wall around each account (PostgreSQL), and history that can't be changed."""

from alembic import op


def wall(table: str, column: str = "account") -> None:
    """Let a transaction see only the rows of the account that it set; SQLite has no such thing.

    FORCE, because the owner of a table is exempt otherwise, and we serve as the owner. Without a setting nothing is
    seen: ``current_setting`` then gives NULL or "", and no account is called that.
    """
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY account ON {table} USING ({column} = current_setting('baton.account', true))")


def door(table: str, command: str) -> None:
    """Let the registry SELECT or UPDATE across accounts: the worker has to find out where something is due.

    A truth value and no equation, of which the planner would think that one row in two hundred passes, and then rather
    read all lanes than look up those that owe something.
    """
    if op.get_bind().dialect.name == "postgresql":
        asked = "nullif(current_setting('baton.registry', true), '')::boolean"
        op.execute(f"CREATE POLICY registry_{command.lower()} ON {table} FOR {command} USING ({asked})")


def append_only(table: str) -> None:
    """Refuse every UPDATE. Rows go only with their whole account."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} are append-only'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} are append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
    )
