"""Measurements of the whole program, side by side with bare servers in one run."""
