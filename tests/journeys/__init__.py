"""Journeys: plays through the whole program over HTTP, from a gesture on a platform to what everybody sees of it."""
