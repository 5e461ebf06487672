"""Two chats simulated, for newcomers and for tests: strict stand-ins and one page to play on."""
