"""The records: SQLite or PostgreSQL, and nothing above can tell which."""

from storage.engine import OpenRecords, is_embedded, normal_url, open_storage, opened

__all__ = ["open_storage", "opened", "OpenRecords", "normal_url", "is_embedded"]
