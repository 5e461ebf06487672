"""The records: SQLite or PostgreSQL, and nothing above can tell which."""
