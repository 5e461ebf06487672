"""The tables. Account is part of every key; constraints make a wrong state impossible to store."""

from storage.tables.account import accounts, identities, installations, one_time, people, workspaces
from storage.tables.handoff import claims, events, handoffs, requests
from storage.tables.ledger import deliveries, lanes, paces, rooms
from storage.tables.parts import metadata

__all__ = [
    "metadata",
    "accounts",
    "workspaces",
    "one_time",
    "installations",
    "people",
    "identities",
    "handoffs",
    "claims",
    "events",
    "requests",
    "lanes",
    "rooms",
    "deliveries",
    "paces",
]
