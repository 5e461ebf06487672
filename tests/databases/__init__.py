"""The databases that tests run on: a fresh SQLite file or a fresh database of the suite's own PostgreSQL."""
