"""A strict stand-in for the Slack Web API and for Slack as a client of our endpoint."""
