"""Slack: what people do there becomes calls on the desk, and what is owed there becomes messages."""
