"""A strict stand-in for the Bot Connector, its login, and Teams as a client of our endpoint."""
