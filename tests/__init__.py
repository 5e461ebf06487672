"""The tests: a mirror of the code, journeys, and the house rules."""
