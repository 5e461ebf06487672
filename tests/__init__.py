"""The tests: a mirror of the code, and the journeys through it."""
