"""Tests of the Slack adapter: real Bolt, real signatures, and the strict stand-in for Slack on the other side."""
