"""Tests of the Slack stand-in."""
